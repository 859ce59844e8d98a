"""Runs the command line as a terminal does, for tests: its words in, its number and streams out."""

import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from connector_host.cli import build
from connector_host.host import Host


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@functools.cache
def _program() -> Any:
    """Build all commands once: it takes longer than most of them."""
    return get_command(build())


class CommandLine:
    """The whole program with a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store" / "connections.sqlite3"
        self.environment: dict[str, str | None] = {
            "CONNECTOR_HOST_STORE": str(self.store),
            "CONNECTOR_HOST_KEY_FILE": str(folder / "store" / "key"),
            "CONNECTOR_HOST_KEY": None,
            "COLUMNS": "200",
        }

    def __call__(
        self, *words: object, stdin: str = "", host: Host | None = None, **environment: str
    ) -> Ended:
        """Run one command; what it reads from stdin is no terminal's."""
        with CliRunner().isolation(input=stdin, env=self.environment | environment) as streams:
            code: Any = 0
            try:
                _program().main([str(word) for word in words], prog_name="prog", obj=host)
            except SystemExit as ended:
                code = ended.code or 0
            sys.stdout.flush()
            sys.stderr.flush()
            out, err = (stream.getvalue().decode() for stream in streams[:2])
        return Ended(code, out, err)

    def connect(self, name: str = "acme", room: str = "open", user: str = "") -> None:
        """Keep a connection to the tiny connector; with a user, as theirs."""
        words = (
            *(("--as", user) if user else ()),
            "connect",
            name,
            "--connector",
            "echo",
            "--method",
            "token",
            "--no-test",
        )
        ended = self(*words, "--set", f"room={room}", "--set", "token=hush-hush")
        assert ended.code == 0, ended.err
