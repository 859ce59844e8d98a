"""The header of a bulk job's CSV: checked before a job is created, where each fault can be named.

Salesforce finds such faults too, once the file is there, and then fails the job as a whole.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_rel_field_header_row.htm
"""

import csv
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from salesforce_connector.bulk.csv_format import DELIMITERS
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.metadata.record_check import load_bad_parents, load_record_rules
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.metadata.suggestions import outline_object
from salesforce_connector.suggestions import suggest

_NEEDS_ID: Final = frozenset({"update", "delete", "hardDelete"})
_WRITES: Final = frozenset({"insert", "update", "upsert"})


def columns(line: bytes, delimiter: str) -> list[str]:
    """Read a header.

    Args:
        line: The first line, with its end or without.
        delimiter: Salesforce's name for the character between cells.

    Raises:
        Rejected: It is not one line of CSV, or the cells are parted by something else.
    """
    try:
        [names] = csv.reader([line.decode()], delimiter=DELIMITERS[delimiter], strict=True)
    except (csv.Error, ValueError) as exc:
        raise _refuse("The header is not a line of CSV.", "Name the fields in it.") from exc
    if not any(map(str.strip, names)):
        raise _refuse("The header is empty.", "Name the fields in it.")
    if len(names) == 1:
        for name, mark in DELIMITERS.items():
            if mark in names[0]:
                raise _refuse(
                    f"The header is one column, {names[0]!r}.", f"Set delimiter to {name}."
                )
    return names


def unnamed_at_end(names: Sequence[str]) -> int:
    """Count the columns at the end that have no name, as spreadsheets leave them."""
    return next(number for number, name in enumerate(reversed(names)) if name.strip())


def check(
    names: Sequence[str],
    sobject: str,
    operation: str,
    external_id_field: str | None,
    *,
    read_only: Literal["refuse", "drop"] = "refuse",
) -> Flow[tuple[RecordRules | None, list[int]]]:
    """Check the names of columns against what the operation takes and the object has.

    What cannot be described is left to Salesforce to judge.

    Args:
        names: Of the columns.
        sobject: That is written.
        operation: Of the job.
        external_id_field: By which an upsert finds records.
        read_only: What is done about columns that cannot be written.

    Returns:
        The object's rules, None where fields are not checked or it cannot be described; and the
        numbers of columns to drop.

    Raises:
        Rejected: One has no name, is there twice, is missing, is none of the object's fields or
            cannot be written.
        NotFound: There is no such object, or the user may not see it.
    """
    _is_alone(names)
    valid = [name.lower() for name in names]
    needed = "Id" if operation in _NEEDS_ID else external_id_field
    if needed is not None and needed.lower() not in valid:
        raise _refuse(f"There is no column {needed}.", f"Each row to {operation} needs it.")
    if operation in {"delete", "hardDelete"} and len(names) > 1:
        other = next(name for name in names if name.lower() != "id")
        raise _refuse(f"There is a column {other}.", "A row to delete has an Id and nothing else.")
    rules = yield from load_record_rules(sobject)
    if rules is None:  # fields are not checked; names are, for one of them fails the whole job
        try:
            described = RecordRules.of((yield from outline_object(sobject)))
        except Forbidden:
            return None, []
        _check_names(names, described)
        return None, []
    if any(_fault(name, rules) for name in names):  # it may be there by now
        rules = (yield from load_record_rules(sobject, fresh=True)) or rules
    _check_names(names, rules)
    yield from _check_parents(names, rules)
    locked = list(_locked(names, rules, operation, external_id_field))
    if locked and read_only == "refuse":
        sentences = [
            f"The column {names[number]} {rules.read_only(names[number])}." for number in locked
        ]
        raise _refuse(
            " ".join(sentences),
            "Leave it out, or set read_only_fields to drop.",
            *(names[number] for number in locked),
        )
    return rules, locked


def _check_names(names: Sequence[str], rules: RecordRules) -> None:
    for name in names:
        if fault := _fault(name, rules):
            raise fault


def _check_parents(names: Sequence[str], rules: RecordRules) -> Flow[None]:
    """Refuse columns that name a parent by a field that is no external id."""
    parts = [name.rpartition(":")[2].partition(".") for name in names]
    used = {(parent, key) for parent, dot, key in parts if dot}
    for fault in (yield from load_bad_parents(rules, used)).values():
        raise _refuse(f"The column {fault.field} {fault.rule}.", fault.remedy, fault.field)


def _locked(
    names: Sequence[str], rules: RecordRules, operation: str, key: str | None
) -> Iterator[int]:
    """Yield the numbers of columns that the operation cannot write."""
    if operation not in _WRITES:
        return
    keys = {"update": {"id"}, "upsert": {(key or "").lower()}}.get(operation, set())
    for number, name in enumerate(names):
        rule = rules.fields.get(name.strip().lower())
        if rule is not None and rule.name.lower() not in keys:
            new, old = operation != "update", operation != "insert"
            if not ((new and rule.createable) or (old and rule.updateable)):
                yield number


def _is_alone(names: Sequence[str]) -> None:
    first_at: dict[str, int] = {}
    for at, name in enumerate(names, 1):
        if not name.strip():
            raise _refuse(f"Column {at} has no name.", "Name its field, or leave it out.")
        if (before := first_at.setdefault(name.strip().lower(), at)) != at:
            raise _refuse(
                f"Columns {before} and {at} are both {name.strip()}.", "Leave one of them out."
            )


def _fault(name: str, rules: RecordRules) -> Rejected | None:
    """Refuse what is neither a field nor `Parent.External_Id__c`, with `Type:` or without."""
    parent, dot, _ = name.rpartition(":")[2].partition(".")
    if parent.lower() in (rules.parents if dot else rules.fields):
        return None
    if dot:
        near = suggest(parent, [reference.relationship for reference in rules.parents.values()])
        remedy = f"Did you mean {near}?" if near else "Check the spelling."
    else:
        remedy = rules.unknown_field(parent.strip()).remedy
    noun = "relationship" if dot else "field"
    return _refuse(
        f"The column {name!r} is no {noun} of {rules.sobject}, or the user may not see it.",
        remedy,
        name,
    )


def _refuse(message: str, remedy: str, *fields: str) -> Rejected:
    return Rejected(message, code="INVALID_HEADER", remedy=remedy, fields=fields)
