"""Holds records to the rules of their object before they are sent, whichever call is to carry them.

A record that Salesforce would refuse is named with its field; the others can go on without it. The
rules come from the client, which caches them: a connection that checks no fields has none.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, cast

from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Flow, LoadRecordRules, Note
from salesforce_connector.metadata.field_rules import (
    NOT_WRITABLE,
    UNKNOWN_FIELD,
    Fault,
    Purpose,
)
from salesforce_connector.metadata.parent_check import find_bad_parents
from salesforce_connector.metadata.record_rules import (
    BadParents,
    Checked,
    CheckOptions,
    RecordRules,
)
from salesforce_connector.metadata.value_forms import join_list
from salesforce_connector.null_policy import FitPolicy

_MAY_HAVE_CHANGED: Final = frozenset({UNKNOWN_FIELD, NOT_WRITABLE})
_MAX_NAMED: Final = 20  # fields named in a warning


def load_record_rules(sobject: str, *, fresh: bool = False) -> Flow[RecordRules | None]:
    """Load the rules for records of an object; None when nothing is to be checked.

    Raises:
        Forbidden: The connection may not use the object.
    """
    return cast(RecordRules | None, (yield LoadRecordRules(sobject, fresh=fresh)))


@dataclass(slots=True)
class CheckedRecords:
    """Records as they are to be sent.

    Attributes:
        records: In the order of the input; those with faults are not to be sent.
        faults: Of each record that cannot be sent, by its index.
    """

    records: Sequence[Any]
    faults: dict[int, list[Fault]] = field(default_factory=dict)


def check_record(
    sobject: str,
    fields: Mapping[str, Any],
    purpose: Purpose,
    policy: FitPolicy,
    *,
    record_id: str | None = None,
    key: str = "",
    path: str = "fields",
) -> Flow[dict[str, Any]]:
    """Check one record; return its fields as they are sent.

    Args:
        sobject: API name.
        fields: Values by API name.
        purpose: What is done with it.
        policy: What to do with values that do not fit.
        record_id: Of the record that is changed; its own Id among the fields is left out.
        key: The field that an upsert finds the record by.
        path: Of the fields in the input, for the error.

    Raises:
        Rejected: Salesforce would refuse it; names all fields at once.
    """
    checked = yield from check_records(
        sobject, [fields], purpose, policy, record_ids=[record_id], key=key, paths=[path]
    )
    if checked.faults:
        raise rejection(checked.faults[0], path)
    return dict(checked.records[0])


def check_records(
    sobject: str,
    records: Sequence[Mapping[str, Any]],
    purpose: Purpose,
    policy: FitPolicy,
    *,
    record_ids: Sequence[str | None] = (),
    key: str = "",
    paths: Sequence[str] = (),
    references: bool = False,
) -> Flow[CheckedRecords]:
    """Check many records of one object.

    Args:
        sobject: API name.
        records: Values by API name.
        purpose: What is done with them.
        policy: What to do with values that do not fit.
        record_ids: Of the records that are changed, if the input has them besides the fields.
        key: The field that an upsert finds records by; `Id` may be one.
        paths: Of each record in the input, for warnings; empty: `records[0]` and so on.
        references: Whether `@{name.field}` of composite steps is accepted for any value.
    """
    rules = yield from load_record_rules(sobject)
    if rules is not None and all(rules.accepts(record, purpose) for record in records):
        return CheckedRecords(records)
    options = CheckOptions(
        drop_read_only=policy.read_only_fields == "drop",
        truncate=policy.too_long == "truncate",
        references=references,
    )
    ready = [
        _without_id(record, record_ids[index] if record_ids else None, key, options)
        for index, record in enumerate(records)
    ]
    if rules is None:  # only a multi-select picklist accepts a list
        for checked in ready:
            _join_lists(checked)
    else:
        ready = yield from _check_by_rules(ready, rules, purpose, options, key)
    yield from _warn(ready, paths)
    faults = {index: prepared.faults for index, prepared in enumerate(ready) if prepared.faults}
    return CheckedRecords([prepared.record for prepared in ready], faults)


def _check_by_rules(
    ready: list[Checked], rules: RecordRules, purpose: Purpose, options: CheckOptions, key: str
) -> Flow[list[Checked]]:
    done = yield from _check_all(ready, rules, purpose, options, key)
    changeable = any(
        fault.code in _MAY_HAVE_CHANGED for prepared in done for fault in prepared.faults
    )
    if changeable:  # a field may be there by now, or be open to the user
        fresh = yield from load_record_rules(rules.sobject, fresh=True)
        if fresh is not None and fresh is not rules:
            done = yield from _check_all(ready, fresh, purpose, options, key)
    return done


def _check_all(
    ready: list[Checked], rules: RecordRules, purpose: Purpose, options: CheckOptions, key: str
) -> Flow[list[Checked]]:
    bad_parents = yield from _bad_parents(rules, (prepared.record for prepared in ready))
    lowered, done = key.lower(), []
    for candidate in ready:
        checked = rules.check(candidate.record, purpose, options, bad_parents, lowered)
        checked.faults = candidate.faults + checked.faults
        checked.dropped = candidate.dropped + checked.dropped
        done.append(checked)
    return done


def _bad_parents(rules: RecordRules, records: Iterable[Mapping[str, Any]]) -> Flow[BadParents]:
    used = {
        (name, key)
        for record in records
        for name, value in record.items()
        if isinstance(value, dict) and name.lower() in rules.parents
        for key in value
        if key != "attributes"
    }
    return (yield from load_bad_parents(rules, used))


def load_bad_parents(rules: RecordRules, used: Set[tuple[str, str]]) -> Flow[BadParents]:
    """Find parents that are not named by an external id; it loads the rules of their objects.

    Args:
        rules: Of the object that is written.
        used: Relationships of the object, and the fields by which they name a parent.
    """
    if not used:
        return {}
    objects = {item for name, _ in used for item in rules.parents[name.lower()].objects}
    parents: dict[str, RecordRules | None] = {}
    for sobject in sorted(objects):
        try:
            parents[sobject] = yield from load_record_rules(sobject)
        except Forbidden:  # the connection may not look at it: Salesforce judges the name
            parents[sobject] = None
    return find_bad_parents(rules, sorted(used), parents)


def _without_id(
    record: Mapping[str, Any], record_id: str | None, key: str, options: CheckOptions
) -> Checked:
    """Remove the record's own id from its fields, unless it is the key."""
    done = Checked(record)
    name = next((name for name in record if name.lower() == "id"), None)
    if name is None or key.lower() == "id":
        return done
    value = record[name]
    if record_id is not None and isinstance(value, str) and value[:15] == record_id[:15]:
        done.record = {item: part for item, part in record.items() if item != name}
    elif options.drop_read_only:
        done.record = {item: part for item, part in record.items() if item != name}
        done.dropped.append(name)
    else:
        rule = "is not written with the fields; it is assigned by Salesforce or given beside them"
        done.faults.append(Fault(name, NOT_WRITABLE, rule))
    return done


def _join_lists(checked: Checked) -> None:
    if any(isinstance(value, list | tuple) for value in checked.record.values()):
        checked.record = {name: join_list(value) for name, value in checked.record.items()}


def describe_faults(faults: Sequence[Fault], path: str) -> str:
    """Return a sentence for each broken rule: "records[3].Birthdate takes a date ..."."""
    fields: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        fields.setdefault((fault.rule, fault.remedy), []).append(fault.field)
    sentences = [
        f"{path}.{', '.join(names)} {rule}.{f' {remedy}' if remedy else ''}"
        for (rule, remedy), names in fields.items()
    ]
    if any(fault.droppable for fault in faults):
        sentences.append("Set read_only_fields to drop to leave out what cannot be written.")
    return " ".join(sentences)


def rejection(faults: Sequence[Fault], path: str) -> Rejected:
    """Return the error for one record that was not sent."""
    return Rejected(
        f"Nothing was sent: {describe_faults(faults, path)}",
        code=faults[0].code,
        fields=dict.fromkeys(fault.field for fault in faults),
    )


def _warn(ready: Sequence[Checked], paths: Sequence[str]) -> Flow[None]:
    dropped = dict.fromkeys(
        name for prepared in ready if not prepared.faults for name in prepared.dropped
    )
    if dropped:
        yield Note(f"Read-only fields were left out: {_list_faults(list(dropped))}.")
    truncated = [
        f"{paths[index] if paths else f'records[{index}]'}.{name}"
        for index, prepared in enumerate(ready)
        if not prepared.faults
        for name in prepared.truncated
    ]
    if truncated:
        yield Note(f"Texts were truncated to the length of their field: {_list_faults(truncated)}.")


def _list_faults(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMED
    return ", ".join(names[:_MAX_NAMED]) + (f" and {more:,} more" if more > 0 else "")
