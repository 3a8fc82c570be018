"""The file of corrections as a list of entries, each with its line: YAML without its traps.

Does not belong here: what an entry may say (`corrections`).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gx_pipeline.errors import ConfigurationError

_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d{0,999})")
_DECIMAL = re.compile(r"[+-]?(?:0|[1-9]\d{0,999})\.\d{1,999}")


class Entry(NamedTuple):
    """An entry of the file: the words by which a message names it, and what it says, which may be no mapping at all."""

    where: str
    said: Any


class _Loader(yaml.SafeLoader):
    """YAML that takes no key twice, and no figure for another than it shows (010 for 8, 1:30 for 90); such a figure stays text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping, each of its keys once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is no word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

    def day(self, node: yaml.ScalarNode) -> object:
        """A date; the text where there is no such day, so that it is told with its entry."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return str(node.value)

    def plain_number(self, node: yaml.ScalarNode) -> int | float | str:
        """A figure that is written plainly; else the text."""
        text = str(node.value)
        return int(text) if _WHOLE.fullmatch(text) else float(text) if _DECIMAL.fullmatch(text) else text


for tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{tag}", _Loader.plain_number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)


def read_entries(path: Path) -> list[Entry]:
    """The entries of the file in their order; none when there is no file.

    Raises:
        ConfigurationError: the file cannot be read, is no YAML or no list, naming the line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigurationError(
            f"{path}: {error.strerror}; a file of corrections that can be read, or none, must stand there"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    try:
        return list(_entries(path, _Loader(text)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(
            f"{path}: line {line}: {error.problem or error.context}; texts with : or # stand in quotes"
        ) from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {str(error).splitlines()[0]}; the file must be YAML") from None


def _entries(path: Path, loader: _Loader) -> Iterator[Entry]:
    root = loader.get_single_node()
    if root is None or root.tag == "tag:yaml.org,2002:null":
        return
    if not isinstance(root, yaml.SequenceNode):
        raise ConfigurationError(
            f"{path}: line {root.start_mark.line + 1}: the file is a list of corrections; open each with `- agency: …`"
        )
    for number, node in enumerate(root.value, start=1):
        yield Entry(f"{path}: entry {number} (line {node.start_mark.line + 1})", loader.construct_object(node, deep=True))
