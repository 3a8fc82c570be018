"""Progress of a run, for whoever runs it in this process. In the Dagster UI nobody listens and the log tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """While open, `advance` tells this listener."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def advance(what: str) -> None:
    """One more of something is done: a report, a model."""
    listener = _listener.get()
    if listener is not None:
        listener(what)
