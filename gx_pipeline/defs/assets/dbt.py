"""Every dbt model as an asset, its tests as asset checks, from the manifest that `make setup` has dbt write.

The models themselves are in `dbt/`. dbt runs once a run, in a process of its own, after the load has let the file go, on
the database that the settings name; the manifest serves both, since no asset depends on the engine.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets
from packaging.version import Version

from gx_pipeline.defs.assets.reports import OWNERS
from gx_pipeline.defs.progress import advance
from gx_pipeline.defs.resources import Workplace
from gx_pipeline.errors import ConfigurationError
from gx_pipeline.settings import CHECKOUT
from gx_pipeline.warehouse import building_models, dbt_environment

# For so long the artifacts of a build stay below dbt/target, for whoever looks at what failed.
_KEPT_SECONDS = 6 * 60 * 60

project = DbtProject(project_dir=CHECKOUT / "dbt", profiles_dir=CHECKOUT / "dbt")
if not project.manifest_path.exists():
    raise ConfigurationError(
        f"{project.manifest_path.relative_to(CHECKOUT)} is not there: run `make setup`, which has dbt write it"
    )


class Dbt(DbtCliResource):
    """The dbt of this very environment, started once a build.

    Before every call the resource asks `dbt --version`, which asks the package index for a later one, and sets up an adapter
    in this process, for row counts and column metadata that nobody asks for here: ten seconds and a network call more than
    the build needs. Where a later dagster-dbt calls these two by other names, builds are slower and otherwise the same.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        del args


# Found beside the Python that runs, whether or not its environment is activated.
dbt_resource = Dbt(
    project_dir=str(project.project_dir),
    profiles_dir=str(project.profiles_dir),
    dbt_executable=str(Path(sys.executable).with_name("dbt")),
)


class Translator(DagsterDbtTranslator):
    """Groups the models by their schema and names their owners."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The schema: staging, core or marts."""
        return str(dbt_resource_props.get("config", {}).get("schema") or "staging")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The team that answers for the models."""
        del dbt_resource_props
        return OWNERS


@dbt_assets(manifest=project.manifest_path, project=project, name="dbt_models", dagster_dbt_translator=Translator())
def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, workplace: Workplace) -> Iterator[Any]:
    """Build the seeds and models and run their tests."""
    settings = workplace.settings
    _clear_artifacts(project.project_dir / "target")
    with building_models(settings, every=not context.is_subset), _environment(dbt_environment(settings)):
        # Unit tests speak of the SQL and of nothing that was loaded: they belong to the tests of this project.
        for event in dbt.cli(["build", "--exclude-resource-type", "unit_test"], context=context).stream():
            if isinstance(event, dg.Output | dg.AssetMaterialization):
                advance("dbt")
            yield event


def _clear_artifacts(target: Path) -> None:
    """Remove what earlier builds left; what is younger may be that of a build beside this one."""
    for earlier in target.glob("dbt_models-*"):
        with suppress(FileNotFoundError):  # the other build may remove it too
            if time.time() - earlier.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(earlier)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """While open, the variables are in this process's environment, which dbt's process gets."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            if name in before:
                os.environ[name] = before[name]
            else:
                del os.environ[name]
