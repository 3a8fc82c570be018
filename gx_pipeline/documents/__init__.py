"""Bytes to documents: knows file formats and charsets, knows no form, no agency and no database."""

from gx_pipeline.documents.kinds import media_type
from gx_pipeline.documents.model import Cell, CellKind, Document, Line, Source, normalize
from gx_pipeline.documents.read import describe, read_bytes, read_file
from gx_pipeline.documents.sidecar import Sidecar, read_sidecar

__all__ = [
    "Cell",
    "CellKind",
    "Document",
    "Line",
    "Sidecar",
    "Source",
    "describe",
    "media_type",
    "normalize",
    "read_bytes",
    "read_file",
    "read_sidecar",
]
