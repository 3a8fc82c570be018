"""OLE compound files (.doc, .xls, .wps of the old kind): which streams stand at the top, and what is in them.

Only as much as tells what a file is, whether it is encrypted, and what a library leaves out. Does not
belong here: what the streams mean (`kinds`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NoReturn

from gx_pipeline.errors import Refusal

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_NO_STREAM = 0xFFFFFFFF
_MAX_SECTOR = 0xFFFFFFFA


class OleFile:
    """The top level of a compound file."""

    def __init__(self, data: bytes) -> None:
        """Read the directory.

        Raises:
            Refusal: `unreadable` when it is damaged.
        """
        try:
            self._data = data
            shift = struct.unpack_from("<H", data, 30)[0]
            self._size = 1 << min(shift, 16)
            self._table = self._allocation()
            self._entries = b"".join(self._chain(struct.unpack_from("<I", data, 48)[0], self._table))
            self.streams = dict(self._top())
        except (struct.error, ValueError, IndexError, UnicodeError) as error:
            _damaged(error)

    def head(self, name: str) -> bytes:
        """The first sector of a stream, if it is no short one (those lie elsewhere)."""
        start, size = self.streams.get(name, (_NO_STREAM, 0))
        return self._sector(start) if size >= 4096 and start < _MAX_SECTOR else b""

    def stream(self, name: str) -> bytes:
        """The content of a stream; empty when there is none.

        Raises:
            Refusal: `unreadable` when it is damaged or not whole.
        """
        start, size = self.streams.get(name, (_NO_STREAM, 0))
        try:
            content = b"".join(self._chain(start, self._table) if size >= 4096 else self._short_chain(start))
            if len(content) < size:
                raise ValueError(f"{name} has {len(content):,} of {size:,} bytes")  # noqa: TRY301
            return content[:size]
        except (struct.error, ValueError, IndexError) as error:
            _damaged(error)

    def _short_chain(self, start: int) -> Iterator[bytes]:
        """The pieces of a short stream: those lie within one stream of their own, in sectors of 64 bytes."""
        within = b"".join(self._chain(struct.unpack_from("<I", self._entry(0), 116)[0], self._table))
        table = b"".join(self._chain(struct.unpack_from("<I", self._data, 60)[0], self._table))
        numbers = list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))
        return (within[64 * at : 64 * at + 64] for at in self._numbers(start, numbers))

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _allocation(self) -> list[int]:
        """The number of the sector after each sector."""
        if self._size not in (512, 4096):
            raise ValueError(f"sectors of {self._size} bytes")
        sectors = [number for number in struct.unpack_from("<109I", self._data, 76) if number < _MAX_SECTOR]
        following, left = struct.unpack_from("<2I", self._data, 68)
        most = len(self._data) // self._size + 1
        while following < _MAX_SECTOR and left and len(sectors) <= most:
            numbers = struct.unpack(f"<{self._size // 4}I", self._sector(following))
            sectors += [number for number in numbers[:-1] if number < _MAX_SECTOR]
            following, left = numbers[-1], left - 1
        table: list[int] = []
        for number in sectors[:most]:
            sector = self._sector(number)
            table += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
        return table

    def _chain(self, start: int, table: list[int]) -> Iterator[bytes]:
        return map(self._sector, self._numbers(start, table))

    @staticmethod
    def _numbers(start: int, table: list[int]) -> Iterator[int]:
        number, seen = start, set[int]()
        while number < _MAX_SECTOR:
            if number in seen:
                raise ValueError("its sectors run in a circle")
            seen.add(number)
            yield number
            number = table[number]

    def _top(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Streams below the root, with first sector and size."""
        pending, seen = [self._links(0)[2]], set[int]()
        while pending:
            index = pending.pop()
            if index == _NO_STREAM or index in seen:
                continue
            seen.add(index)
            entry = self._entry(index)
            before, after, _ = self._links(index)
            pending += [before, after]
            length = min(struct.unpack_from("<H", entry, 64)[0], 64)
            name = entry[: max(length - 2, 0)].decode("utf-16-le")
            yield name, (struct.unpack_from("<I", entry, 116)[0], struct.unpack_from("<I", entry, 120)[0])

    def _entry(self, index: int) -> bytes:
        entry = self._entries[index * _ENTRY : (index + 1) * _ENTRY]
        if len(entry) < _ENTRY:
            raise ValueError("its directory is not whole")
        return entry

    def _links(self, index: int) -> tuple[int, int, int]:
        before, after, below = struct.unpack_from("<3I", self._entry(index), 68)
        return before, after, below


def _damaged(error: Exception) -> NoReturn:
    why = str(error) if type(error) is ValueError else "a part of it lies beyond its end"
    raise Refusal("unreadable", f"the file is cut short or damaged ({why}); fetch it again") from None
