"""Table rows of other people's clients: steps that succeed, of all steps."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.table import Row
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.reports.report import Report, declare
from salesforce_emulator.serving.certificates import temporary_certificates
from salesforce_emulator.serving.server import serve

BAR: Final = 1.0  # each step of a client

_ROOT: Final = Path(__file__).resolve().parents[2]
_HOMES: Final = _ROOT / ".venv" / "clients"
_INSTALL: Final = 600.0  # seconds
_RUN: Final = 900.0  # seconds; `sf` is a process for each step: two minutes when all is quiet


@dataclass(frozen=True, slots=True)
class Client:
    """A client: what is installed, and the steps it does.

    `language` is `python` or `node`; `secure` says whether it insists on https.
    """

    name: str
    language: str
    packages: tuple[str, ...]
    steps: str
    secure: bool


_CLIENTS: Final = (
    Client(
        "simple-salesforce",
        "python",
        ("simple-salesforce>=1.12,<1.13",),
        "conformance.clients.simple_salesforce_steps",
        secure=True,
    ),
    Client(
        "aiosalesforce",
        "python",
        ("aiosalesforce>=0.6,<0.7",),
        "conformance.clients.aiosalesforce_steps",
        secure=True,
    ),
    Client("jsforce", "node", ("jsforce@3.10",), "jsforce_steps.cjs", secure=False),
    Client("sf", "node", ("@salesforce/cli@2.146", "node@22"), "sf_steps.cjs", secure=False),
)


class NotInstalled(Exception):
    """A client that could not be installed; says why."""


def rows() -> Iterator[Row]:
    """Run every client; one row each."""
    for client in _CLIENTS:
        try:
            command = installed(client)
        except NotInstalled as exc:
            yield Row("clients", client.name, skipped=str(exc))
            continue
        yield _row(client, command)


def installed(client: Client) -> list[str]:
    """Install a client, unless it is there; gives the command that runs its steps.

    Raises:
        NotInstalled: There is no network, or no node.
    """
    folder = _HOMES / client.name
    stamp = folder / ".ready"
    fresh = not stamp.exists() or stamp.read_text() != " ".join(client.packages)
    if client.language == "python":
        python = str(folder / "bin" / "python")
        if fresh:
            _run([sys.executable, "-m", "venv", str(folder)])
            _run([python, "-m", "pip", "install", "--quiet", *client.packages])
        command = [python, "-m", client.steps]
    else:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise NotInstalled("there is no node and npm here")
        if fresh:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text('{"private": true}')
            flags = ("--no-audit", "--no-fund", "--no-package-lock", "--silent")
            _run([npm, "install", "--prefix", str(folder), *flags, *client.packages])
        own = folder / "node_modules" / ".bin" / "node"
        if any(
            package.startswith("node@") for package in client.packages
        ):  # it needs another than ours
            _run([str(own), "--version"])
            node = str(own)
        command = [node, str(Path(__file__).parent / client.steps), str(folder)]
    stamp.write_text(" ".join(client.packages))
    return command


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL)
    except (OSError, subprocess.SubprocessError) as exc:
        raise NotInstalled(f"it could not be installed: {exc}") from exc


def _row(client: Client, command: Sequence[str]) -> Row:
    with open_org(settings=Settings(bulk_wait=0)) as org, temporary_certificates() as certificates:
        scopes = ("api", "id", "openid")  # `id` for those that ask who they are
        app = identity_of(org).apps.change("automation", scopes=scopes)
        declare(org, Report(name="All", label="All", sobject="Account", columns=("Name",)))
        with serve(org, certificates=certificates if client.secure else None) as url:
            environment = {
                "ORG_URL": url,
                "ORG_PORT": url.rpartition(":")[2],
                "ORG_KEY": app.consumer_key,
                "ORG_SECRET": app.consumer_secret or "",
                "ORG_CA": str(certificates.ca),
                "REQUESTS_CA_BUNDLE": str(certificates.ca),
            }
            try:
                process = subprocess.run(
                    command,
                    cwd=_ROOT,
                    env={**os.environ, **environment},
                    capture_output=True,
                    text=True,
                    timeout=_RUN,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                timeout_note = f"it had not ended after {_RUN:.0f} seconds"
                return Row("clients", client.name, 0, 1, BAR, notes=[timeout_note])
    steps = [json.loads(line) for line in process.stdout.splitlines()]
    notes = [f"{step['step']}: {step['failure']}" for step in steps if step["failure"]]
    if process.returncode:
        notes.append(f"it ended with {process.returncode}: {process.stderr[-300:]}")
    passed = sum(not step["failure"] for step in steps)
    notes.append("did " + ", ".join(step["step"] for step in steps if not step["failure"]))
    total = len(steps) + bool(process.returncode)
    return Row("clients", client.name, passed, total, BAR, notes=notes)
