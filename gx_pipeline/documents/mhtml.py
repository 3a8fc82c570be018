"""Reader for MHTML, the "single file web page" that Word and browsers save, often under the name of a .doc: its page as HTML.

Does not belong here: the page itself (`html`).
"""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import Message

from gx_pipeline.documents.charset import decode
from gx_pipeline.documents.html import read_html
from gx_pipeline.documents.model import Document, Source
from gx_pipeline.errors import Refusal

_CUT = frozenset({"CloseBoundaryNotFoundDefect", "StartBoundaryNotFoundDefect", "InvalidBase64LengthDefect"})


def read_mhtml(data: bytes, source: Source) -> Document:
    """The first page of the file, as `read_html` reads it.

    Raises:
        Refusal: `unreadable` when there is no page in it or the file is cut short, and as `read_html`.
    """
    try:
        message = email.message_from_bytes(data)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        content = page.get_payload(decode=True) if page is not None else None
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        message, content = Message(), None
    if not isinstance(content, bytes) or page is None:
        raise Refusal(
            "unreadable", "the single file web page holds no page; open it in Word or a browser and save it as DOCX or HTML"
        )
    if any(type(defect).__name__ in _CUT for part in message.walk() for defect in part.defects):
        raise Refusal("unreadable", "the single file web page is cut short; fetch the file again")
    text, encoding = decode(content, page.get_content_charset())
    return read_html(text, replace(source, encoding=encoding))
