"""Salesforce's own SOQL parser as a second opinion on made-up statements, the same each time.

Statements are put together from clauses, and some of them broken by a word that is dropped, doubled
or swapped. npm's `@salesforce/soql-common` is a development dependency only.
"""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conformance.clients.rows import Client, NotInstalled, installed
from conformance.corpora import taken
from conformance.table import Row

BAR: Final = 0.97  # of statements that both take, or both refuse
STATEMENTS: Final = 3_000

_PARSER: Final = Client(
    "soql-common",
    "node",
    ("@salesforce/soql-common@0.2", "antlr4ts@0.5.0-alpha.4"),
    str(Path(__file__).parent / "soql_common.cjs"),
    secure=False,
)
_SELECTED: Final = (
    "Id", "Name, Owner.Name", "COUNT()", "COUNT(Id) n, Type", "Id, (SELECT Id FROM Contacts)",
    "FIELDS(ALL)", "toLabel(Type)", "FORMAT(Amount) a", "TYPEOF What WHEN Account THEN Phone END",
    "CALENDAR_YEAR(CreatedDate), SUM(Amount)", "Id, Account.Owner.Profile.Name",
)  # fmt: skip
_CONDITIONS: Final = (
    "Name = 'a'", "Name LIKE 'a%'", "Amount > 1.5", "CreatedDate = LAST_N_DAYS:3",
    "Type IN ('a', 'b')", "Type NOT IN ('a')", "NOT (Name = 'a' OR Name = 'b')", "A__c = null",
    "Id IN (SELECT AccountId FROM Contact WHERE Name != 'x')", "B__c INCLUDES ('a;b', 'c')",
    "CreatedDate > 2026-01-31T01:02:03Z", "CloseDate < 2026-01-31", "IsDeleted = FALSE",
    "(Name = 'a' AND Amount <= 2) OR IsWon = true", "Owner.Name >= 'x'",
)  # fmt: skip
_TAILS: Final = (
    "GROUP BY Type", "GROUP BY ROLLUP(Type)", "GROUP BY Type HAVING COUNT(Id) > 1",
    "ORDER BY Name", "ORDER BY Name DESC NULLS LAST, Id", "LIMIT 5", "LIMIT 5 OFFSET 6",
    "FOR VIEW", "FOR REFERENCE", "WITH SECURITY_ENFORCED", "ALL ROWS",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """Ask both parsers; one row."""
    try:
        command = installed(_PARSER)
    except NotInstalled as exc:
        yield Row("SOQL", "soql-common", skipped=str(exc))
        return
    statements = list(_statements())
    asked = "\n".join(json.dumps(each) for each in statements)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    theirs = [line == "true" for line in done.stdout.split()]
    apart = [
        (statement, verdict)
        for statement, verdict in zip(statements, theirs, strict=True)
        if taken(statement) is not verdict
    ]
    notes = [f"{'they' if theirs else 'we'} alone take: {text}" for text, theirs in apart[:40]]
    yield Row(
        "SOQL", "soql-common", len(statements) - len(apart), len(statements), BAR, notes=notes
    )


def _statements() -> Iterator[str]:
    source = random.Random(3)  # noqa: S311 - the same statements each time
    for _ in range(STATEMENTS):
        parts = ["SELECT", source.choice(_SELECTED), "FROM", "Account"]
        if source.random() < 0.7:
            parts += ["WHERE", source.choice(_CONDITIONS)]
            if source.random() < 0.4:
                parts += [source.choice(("AND", "OR")), source.choice(_CONDITIONS)]
        if source.random() < 0.6:
            parts.append(source.choice(_TAILS))
        words = " ".join(parts).split()
        if source.random() < 0.5:
            _break(words, source)
        yield " ".join(words)


def _break(words: list[str], source: random.Random) -> None:
    at = source.randrange(len(words))
    match source.randrange(3):
        case 0:
            del words[at]
        case 1:
            words.insert(at, words[at])
        case _:
            other = source.randrange(len(words))
            words[at], words[other] = words[other], words[at]
