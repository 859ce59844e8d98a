"""Shows log records on stderr while a command runs: `--verbose`."""

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from connector_host.terminal import one_line

# Their records contain the whole URL of each call, which may contain personal data.
_NOT_OURS: Final = ("aiohttp", "asyncio", "httpcore", "httpx", "sqlalchemy", "stamina")


class _Lines(logging.Handler):
    """Writes a line for each record."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in _NOT_OURS:
            sys.stderr.write(f"{record.name}: {one_line(record.getMessage())}\n")


@contextmanager
def showing_logs() -> Generator[None]:
    """Show log records of level INFO and above while the context is active."""
    root = logging.getLogger()
    handler, level = _Lines(logging.INFO), root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
