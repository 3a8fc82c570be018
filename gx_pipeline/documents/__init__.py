"""Bytes to documents: knows file formats and charsets, knows no form, no agency and no database."""

from gx_pipeline.documents.model import Cell, CellKind, Document, Line, Source, normalize
from gx_pipeline.documents.read import describe, media_type, read_bytes, read_file

__all__ = [
    "Cell",
    "CellKind",
    "Document",
    "Line",
    "Source",
    "describe",
    "media_type",
    "normalize",
    "read_bytes",
    "read_file",
]
