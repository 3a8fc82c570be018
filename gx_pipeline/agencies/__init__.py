"""Who reports: the registry of agencies, their names, aliases and places. Knows no document."""

from gx_pipeline.agencies.kinds import Kind, Level
from gx_pipeline.agencies.lookup import Hit, Lookup
from gx_pipeline.agencies.registry import Agency, Registry

__all__ = ["Agency", "Hit", "Kind", "Level", "Lookup", "Registry"]
