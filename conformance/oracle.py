"""Compares the local org's SOQL parser with Salesforce's own on generated statements.

Statements are built from clauses with a fixed seed, and many are corrupted: a word is dropped,
doubled, swapped or inserted, or a character is dropped or doubled. `_REASONS` explains accepted
differences; a difference without an explanation fails the second row.
npm's `@salesforce/soql-common` is a development dependency only.
"""

import json
import random
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conformance.clients.rows import Client, NotInstalled, installed
from conformance.corpora import accepts
from conformance.table import Row

BAR: Final = 0.97  # of statements that both accept, or both refuse
STATEMENTS: Final = 8_000

_PARSER: Final = Client(
    "soql-common",
    "node",
    ("@salesforce/soql-common@0.2", "antlr4ts@0.5.0-alpha.4"),
    str(Path(__file__).parent / "soql_common.cjs"),
    secure=False,
)
_SELECTED: Final = (
    "Id", "Name, Owner.Name", "COUNT()", "COUNT(Id) n, Type", "Id, (SELECT Id FROM Contacts)",
    "FIELDS(ALL)", "FIELDS(STANDARD), Owner.Name", "toLabel(Type)", "toLabel(Type) t, Type",
    "FORMAT(Amount) a", "TYPEOF What WHEN Account THEN Phone END",
    "Id, TYPEOF Parent.What WHEN Account THEN Phone, Owner.Name WHEN Case THEN Id ELSE Name END",
    "CALENDAR_YEAR(CreatedDate), SUM(Amount)", "Id, Account.Owner.Profile.Name",
    "convertCurrency(Amount)", "FORMAT(convertCurrency(Amount)) c", "FORMAT(MIN(CloseDate)) d",
    "Type, GROUPING(Type) g, MAX(Amount) most", "COUNT_DISTINCT(Name)",
    "DISTANCE(Place__c, GEOLOCATION(37.7, -122.4), 'mi') far",
    "Id, (SELECT Id, (SELECT Id FROM Cases) FROM Contacts WHERE Name = 'a' ORDER BY Name LIMIT 2)",
    "HOUR_IN_DAY(convertTimezone(CreatedDate)), COUNT(Id)",
)  # fmt: skip
_SOURCES: Final = (
    "Account", "Account", "Account", "Account a", "Account AS a", "Account a, a.Owner o",
    "Account USING SCOPE mine", "Account USING SCOPE delegated", "Order", "Invoice__c",
)  # fmt: skip
_CONDITIONS: Final = (
    "Name = 'a'", "Name LIKE 'a%'", "Amount > 1.5", "CreatedDate = LAST_N_DAYS:3",
    "Type IN ('a', 'b')", "Type NOT IN ('a')", "NOT (Name = 'a' OR Name = 'b')", "A__c = null",
    "Id IN (SELECT AccountId FROM Contact WHERE Name != 'x')", "B__c INCLUDES ('a;b', 'c')",
    "CreatedDate > 2026-01-31T01:02:03Z", "CloseDate < 2026-01-31", "IsDeleted = FALSE",
    "(Name = 'a' AND Amount <= 2) OR IsWon = true", "Owner.Name >= 'x'", "B__c EXCLUDES ('a')",
    "Amount > USD5000.5", "CALENDAR_YEAR(CreatedDate) = 2026", "T__c = 01:02:03.000Z",
    "DISTANCE(Place__c, GEOLOCATION(1, 2), 'km') < 20", "Amount = -1", "Name <> 'it\\'s'",
    "CreatedDate IN (TODAY, LAST_FISCAL_QUARTER)", "Id NOT IN (SELECT AccountId FROM Case)",
    "CreatedDate > 2026-01-31T01:02:03.123+01:00", "Amount IN (1, 2.5, .5)",
    "toLabel(Type) = 'x'", "Name = 'a' AND (NOT Name LIKE '%b')", "What.Type = 'Account'",
)  # fmt: skip
_TAILS: Final = (
    "GROUP BY Type", "GROUP BY ROLLUP(Type)", "GROUP BY Type HAVING COUNT(Id) > 1",
    "GROUP BY CUBE(Type, Name) HAVING SUM(Amount) > 1 AND Type != 'x' ORDER BY COUNT(Id) DESC",
    "ORDER BY Name", "ORDER BY Name DESC NULLS LAST, Id", "LIMIT 5", "LIMIT 5 OFFSET 6",
    "ORDER BY Owner.Name ASC NULLS FIRST LIMIT 1", "WITH SECURITY_ENFORCED", "WITH USER_MODE",
    "ORDER BY DISTANCE(P__c, GEOLOCATION(1, 2), 'mi')",
    "FOR VIEW", "FOR REFERENCE", "FOR UPDATE", "ALL ROWS", "UPDATE TRACKING",
    "UPDATE VIEWSTAT", "LIMIT 1 FOR VIEW UPDATE TRACKING",
    "WITH DATA CATEGORY Geo__c AT usa__c", "OFFSET 3",
    "WITH DATA CATEGORY Geo__c ABOVE_OR_BELOW (usa__c, uk__c) AND Kind__c BELOW a__c LIMIT 2",
)  # fmt: skip
_FUNCTIONS: Final = (
    "AVG|CALENDAR_YEAR|CONVERTCURRENCY|CONVERTTIMEZONE|COUNT|COUNT_DISTINCT|DISTANCE|FIELDS|FORMAT"
    "|GEOLOCATION|GROUPING|HOUR_IN_DAY|MAX|MIN|SUM|TOLABEL|ROLLUP|CUBE"
)
_BEFORE_PATHS: Final = "SELECT|WHERE|BY|AND|OR|NOT|FROM|TYPEOF|THEN|ELSE|WHEN|CATEGORY"
_REASONS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (rf"\b(?!(?:{_FUNCTIONS})\()\w+\(", "they take any name as a function's"),
        (r"FIELDS\((?!(?:ALL|STANDARD|CUSTOM)\))", "FIELDS() has three documented groups"),
        (r"DISTANCE\([^)]*\), '(?!(?:km|mi)')", "DISTANCE() has two documented units"),
        (r"SELECT COUNT\(\) FROM .*GROUP BY", "COUNT() with GROUP BY is documented as wrong"),
        (r"\.\.", "they skip a dot too many"),
        (r"WHEN \w+\.", "WHEN is documented to take an object"),
        (
            rf"(?:\b(?!(?:{_BEFORE_PATHS})\b)\w+|\)) \w+\.\w",
            "an alias is documented as a name, without dots",
        ),
        (r"\bGROUP (?!BY (?!BY|GROUP))", "GROUP is documented as no alias"),
        (r" (?:ABOVE_OR_BELOW|ABOVE|BELOW|AT|END|WHEN) ", "a word of a clause that follows a path"),
        (r"!!", "they take a ! too many"),
        (r"(?:WHERE|AND|OR|BY) FIELDS\(", "FIELDS() is documented for SELECT alone"),
        (r"TYPEOF \w+ FROM", "TYPEOF is documented to begin TYPEOF ... END"),
        (r"UPDATE (?!(?:TRACKING|VIEWSTAT)\b)", "UPDATE is documented for TRACKING and VIEWSTAT"),
        (r"\d\.(?: |$)", "a number is documented to end with a digit"),
        (r"SCOPE \w+,", "USING SCOPE is documented to take one scope"),
        (r" OFFSET(?! \d+( |$))", "OFFSET after FROM begins a clause"),
    )
)
"""Why we refuse what they take: what the statement has, and the reason."""


def rows() -> Iterator[Row]:
    """Ask both parsers; one row for what they agree on, one for reasons where they do not."""
    try:
        command = installed(_PARSER)
    except NotInstalled as exc:
        yield Row("SOQL", "soql-common", skipped=str(exc))
        return
    statements = list(_statements())
    request = "\n".join(json.dumps(statement) for statement in statements)
    result = subprocess.run(command, input=request, capture_output=True, text=True, check=True)
    oracle_verdicts = [line == "true" for line in result.stdout.split()]
    differing = [
        (statement, verdict)
        for statement, verdict in zip(statements, oracle_verdicts, strict=True)
        if accepts(statement) is not verdict
    ]
    reasons = Counter(_reason(statement) for statement, verdict in differing if verdict)
    bare = [
        f"{'soql-common' if verdict else 'the local org'} alone accepts: {statement}"
        for statement, verdict in differing
        if not verdict or not _reason(statement)
    ]
    notes = [
        f"{count} soql-common alone accepts: {why}" for why, count in reasons.most_common() if why
    ]
    agreed = len(statements) - len(differing)
    yield Row("SOQL", "soql-common", agreed, len(statements), BAR, notes=notes)
    explained = len(differing) - len(bare)
    family = "soql-common, else explained"
    yield Row("SOQL", family, explained, len(differing), 1.0, notes=bare[:40])


def _reason(statement: str) -> str:
    """Explain why only soql-common accepts a statement; empty without an explanation."""
    return next((why for pattern, why in _REASONS if pattern.search(statement)), "")


def _statements() -> Iterator[str]:
    source = random.Random(3)  # noqa: S311 - the same statements each time
    for _ in range(STATEMENTS):
        parts = ["SELECT", source.choice(_SELECTED), "FROM", source.choice(_SOURCES)]
        if source.random() < 0.7:
            parts += ["WHERE", source.choice(_CONDITIONS)]
            if source.random() < 0.4:
                parts += [source.choice(("AND", "OR")), source.choice(_CONDITIONS)]
        if source.random() < 0.6:
            parts.append(source.choice(_TAILS))
        words = " ".join(parts).split()
        for _ in range(source.choice((0, 0, 1, 1, 1, 2))):
            _corrupt(words, source)
        yield " ".join(words)


def _corrupt(words: list[str], source: random.Random) -> None:
    at = source.randrange(len(words))
    word = words[at]
    position = source.randrange(len(word))
    match source.randrange(6):
        case 0 if len(words) > 1:
            del words[at]
        case 1:
            words.insert(at, word)
        case 2:
            other = source.randrange(len(words))
            words[at], words[other] = words[other], word
        case 3:
            fragments = source.choice((_TAILS, _CONDITIONS, _SELECTED, _SOURCES))
            words.insert(at, source.choice(source.choice(fragments).split()))
        case 4 if len(word) > 1:
            words[at] = word[:position] + word[position + 1 :]
        case _:
            words[at] = word[:position] + word[position] + word[position:]
