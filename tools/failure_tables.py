"""The tables of `tests/local_org/failures`: how requests fail, and the page that lists them.

A table is a TOML file for one family of requests: `family`, `documentation` (a URL), `failure`s.
A failure is `when` (a sentence), `send` (`POST /sobjects/Account`), and what is expected: `status`,
`code`, and, if they matter, `message`, `fields`, `keys` or `text`. `source` says what the
expectation rests on:

    recorded    a recording of a real org shows it, or what was read off recordings
    documented  Salesforce's documentation shows it
    reported    clients of others, or their users, tell of it
    assumed     no evidence; it agrees with related behaviour
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "local_org" / "failures"
SOURCES = {"recorded": "high", "documented": "high", "reported": "medium", "assumed": "low"}
"""What an expectation rests on, and how far it is to be trusted."""

_HEAD = """# How requests fail

Written by `make schemas` from the tables in `tests/local_org/failures`, which test the local org.
The last column says what an expectation rests on: a recording of a real org (recorded),
Salesforce's documentation (documented), clients of others or their users (reported), or nothing but
agreement with the rest (assumed). No real org was asked for this page.

"""
_COLUMNS = "| when | request | status | code | message | rests on |\n|---|---|---|---|---|---|\n"
_LONGEST = 90  # characters of a message in the page


@dataclass(frozen=True, slots=True)
class Failure:
    """One request that fails.

    Attributes:
        when: What is wrong with it.
        send: Method and path; a path without `/services` is below the newest API version.
        body: Sent as it stands; JSON unless `headers` say otherwise.
        form: Sent URL-encoded.
        code: `errorCode`, `statusCode` or `error`; of a save result the first that failed.
        message: Part of the message.
        fields: What the error blames; None when that is not compared.
        keys: The error's keys in order; empty when they are not compared.
        text: The whole body, when it is no JSON.
        caller: `admin`, `reader` (may not write) or `nobody` (no token).
    """

    when: str
    send: str
    status: int
    source: str
    code: str = ""
    message: str = ""
    body: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] | None = None
    keys: tuple[str, ...] = ()
    text: str | None = None
    caller: str = "admin"


@dataclass(frozen=True, slots=True)
class Table:
    """The failures of one family of requests."""

    name: str
    family: str
    documentation: str
    failures: tuple[Failure, ...]


def tables() -> Iterator[Table]:
    """Read all tables, by name."""
    for path in sorted(FOLDER.glob("*.toml")):
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        failures = tuple(_failure(item) for item in read["failure"])
        yield Table(path.stem, read["family"], read["documentation"], failures)


def page() -> str:
    """Return the page that lists them."""
    listed = list(tables())
    counts = dict.fromkeys(SOURCES, 0)
    for table in listed:
        for failure in table.failures:
            counts[failure.source] += 1
    total = ", ".join(f"{number} {source}" for source, number in counts.items())
    parts = [_HEAD, f"{sum(counts.values())} failures: {total}.\n"]
    for table in listed:
        rows = "".join(_row(failure) for failure in table.failures)
        parts.append(f"\n## {table.family}\n\n[Documentation]({table.documentation})\n\n")
        parts.append(_COLUMNS + rows)
    return "".join(parts)


def _failure(read: dict[str, Any]) -> Failure:
    for name in ("fields", "keys"):
        if name in read:
            read[name] = tuple(read[name])
    failure = Failure(**read)
    if failure.source not in SOURCES:
        raise ValueError(f"{failure.when}: no such source: {failure.source}")
    return failure


def _row(failure: Failure) -> str:
    message = failure.text if failure.text is not None else failure.message
    if len(message) > _LONGEST:
        message = f"{message[: _LONGEST - 3]}..."
    cells = (
        failure.when,
        f"`{failure.send}`",
        str(failure.status),
        failure.code,
        message.strip().replace("\n", " "),
        failure.source,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
