"""Bounds of a page's markup, told before a tree is made of it: a small hostile page can make a tree without end.

Nesting makes the tree builder's work quadratic, and so do formatting elements left open, which it repeats in every later
paragraph. Does not belong here: what the markup means.
"""

from __future__ import annotations

import re

from gx_pipeline.errors import Refusal

MAX_DEPTH = 200
MAX_TAGS = 400_000
# Up to so many tags the worst tree is small enough to be built, and then refused by its depth.
_ANY_FORMATTING = 3_200
_ANY_NESTING = 10_000
_MAX_OPEN = 1_000
_MAX_REPEATED = 3_000_000
_FORMATTING = rb"a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_OPENED = re.compile(rb"<(?:" + _FORMATTING + rb")[\s/]")
_OPENED_OR_CLOSED = re.compile(rb"<(/?)(" + _FORMATTING + rb")[\s/>]")
_TAG = re.compile(rb"<(/?)([a-z][^\s/>]*)")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
# A start tag of these closes an open one of its kind, as far as the nearest of its bounds.
_BOUNDS = {
    b"p": frozenset((b"table", b"td", b"th", b"button", b"caption", b"object")),
    b"li": frozenset((b"ul", b"ol", b"table")),
    b"dt": frozenset((b"dl", b"table")),
    b"dd": frozenset((b"dl", b"table")),
    b"option": frozenset((b"select",)),
    b"tr": frozenset((b"table",)),
    b"td": frozenset((b"table", b"tr")),
    b"th": frozenset((b"table", b"tr")),
    b"tbody": frozenset((b"table",)),
}


def check(page: bytes) -> None:
    """Nothing, where a tree of the page (in UTF-8, in lower case) is of bounded size and depth.

    Raises:
        Refusal: `too_large`.
    """
    tags = page.count(b"<")
    if tags > MAX_TAGS:
        raise Refusal("too_large", f"the page has {tags:,} tags; at most {MAX_TAGS:,} are read")
    if tags > _ANY_FORMATTING and len(_OPENED.findall(page)) * tags > _MAX_REPEATED // 2:
        _check_formatting(page, tags)
    if tags > _ANY_NESTING:
        _check_nesting(page)


def _check_formatting(page: bytes, tags: int) -> None:
    opened: dict[bytes, int] = {}
    total = 0
    for slash, name in _OPENED_OR_CLOSED.findall(page):
        if not slash:
            opened[name] = opened.get(name, 0) + 1
            total += 1
            if total * tags > _MAX_REPEATED:
                raise Refusal("too_large", f"the page leaves more than {total} formatting elements open; its tree has no end")
        elif opened.get(name):
            opened[name] -= 1
            total -= 1


def _check_nesting(page: bytes) -> None:
    opened: list[bytes] = []
    for slash, name in _TAG.findall(page):
        if name in _VOID:
            continue
        if slash:
            _close(opened, name, frozenset())
            continue
        if name in _BOUNDS:
            _close(opened, name, _BOUNDS[name])
        opened.append(name)
        if len(opened) > _MAX_OPEN:
            raise too_deep()


def _close(opened: list[bytes], name: bytes, bounds: frozenset[bytes]) -> None:
    for place in range(len(opened) - 1, -1, -1):
        if opened[place] == name:
            del opened[place:]
            return
        if opened[place] in bounds:
            return


def too_deep() -> Refusal:
    """The refusal of a page that nests too deep."""
    return Refusal("too_large", f"the page nests deeper than {MAX_DEPTH} elements; what lies deeper would be lost")
