"""sObject Collections: many records are created, changed, upserted, deleted or read in one call.

A record that is malformed or refused by a rule is an item of the response. With allOrNone, a
single failure rolls the others back.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from salesforce_emulator import errors
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.save_options import SaveOptions
from salesforce_emulator.records import deletion, upserts, writing
from salesforce_emulator.records.platform_events import SUFFIX, publish, publish_result
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

MAX_RECORDS: Final = 200  # records of one call
MAX_CHUNKS: Final = 10  # runs of records of one sobject

Body: TypeAlias = Mapping[str, Any]

# What belongs to an org's setup; not to be saved together with other records.
_SETUP: Final = frozenset(
    {"Group", "GroupMember", "PermissionSet", "PermissionSetAssignment", "Profile", "QueueSobject"}
    | {"User", "UserRole"}
)


class _Undone(Exception):
    """Rolls the transaction back."""


def create(
    org: "Org", access: "Access", bodies: Sequence[Body], *, all_or_none: bool, options: SaveOptions
) -> list[Json]:
    """Create records; return one result for each, in order.

    Args:
        bodies: Each has its object in `attributes.type`.

    Raises:
        SalesforceError: The whole call is refused; nothing is written.
    """
    typed = _with_type(access, bodies)

    def save(at: int) -> Json:
        sobject, body = typed[at]
        if _pop(body, "Id") is not None:
            raise errors.id_on_insert()
        if sobject.name.endswith(SUFFIX):
            return publish_result(*publish(org, access, sobject, body))
        return _success(writing.create(org, access, sobject, body, options))

    return _each_record(org, [sobject for sobject, _ in typed], save, all_or_none=all_or_none)


def update(
    org: "Org", access: "Access", bodies: Sequence[Body], *, all_or_none: bool, options: SaveOptions
) -> list[Json]:
    """Change records; each body has its `id`, in any case, besides `attributes.type`.

    Raises:
        SalesforceError: The whole call is refused; nothing is written.
    """
    typed = _with_type(access, bodies)
    ids = [_pop(body, "Id") for _, body in typed]

    def save(at: int) -> Json:
        sobject, body = typed[at]
        record_id = _id_of(sobject, ids[at])
        _find_record(lambda: writing.update(org, access, sobject, record_id, body, options))
        return _success(record_id)

    parsed_id = [parse_id(item) for item in ids]
    sobjects = [sobject for sobject, _ in typed]
    return _each_record(org, sobjects, save, all_or_none=all_or_none, existing_ids=parsed_id)


def upsert(
    org: "Org",
    access: "Access",
    sobject: SObject,
    key: Field,
    bodies: Sequence[Body],
    *,
    all_or_none: bool,
    options: SaveOptions,
) -> list[Json]:
    """Update the records whose key field matches a body; create the others.

    Args:
        key: What `upserts.key_field` gave. With Id, a body without one is created.

    Raises:
        SalesforceError: The whole call is refused; nothing is written.
    """
    typed = _with_type(access, bodies, only=sobject)
    keys = [_pop(body, key.name) for _, body in typed]
    first = {_fold(key, value): at for at, value in reversed(list(enumerate(keys)))}

    def save(at: int) -> Json:
        body, value = typed[at][1], keys[at]
        if value is None and key.type == "id":
            return _success(writing.create(org, access, sobject, body, options), created=True)
        if value is None or value == "":
            raise errors.key_missing(key.name)
        if key.type == "id":
            record_id = _id_of(sobject, value)
            _find_record(lambda: writing.update(org, access, sobject, record_id, body, options))
            return _success(record_id, created=False)
        if first[_fold(key, value)] != at:
            raise errors.key_given_twice(key.name, value)
        try:
            result = upserts.upsert(org, access, sobject, key, value, body, options=options)
        except errors.SeveralMatch as several:
            raise errors.duplicate_external_id(key.name, several.ids) from None
        return _success(result.record_id, created=result.created)

    sobjects = [sobject] * len(typed)
    results = _each_record(org, sobjects, save, all_or_none=all_or_none)
    return [result if "created" in result else {**result, "created": False} for result in results]


def delete(org: "Org", access: "Access", ids: Sequence[str], *, all_or_none: bool) -> list[Json]:
    """Delete records of any sobjects.

    Raises:
        SalesforceError: The whole call is refused; nothing is deleted.
    """
    _require_few(ids)
    parsed_id = [parse_id(item) for item in ids]
    sobjects = [access.schema.by_prefix(item[:3]) if item else None for item in parsed_id]

    def remove(at: int) -> Json:
        record_id, sobject = parsed_id[at], sobjects[at]
        if record_id is None or sobject is None:
            raise errors.malformed_id(ids[at])
        _find_record(lambda: deletion.delete(org, access, sobject, record_id))
        return _success(record_id)

    return _each_record(org, sobjects, remove, all_or_none=all_or_none, existing_ids=parsed_id)


def _each_record(
    org: "Org",
    sobjects: Sequence[SObject | None],
    save: Callable[[int], Json],
    *,
    all_or_none: bool,
    existing_ids: Sequence[str | None] = (),
) -> list[Json]:
    """Save records one after the other, each in a transaction within that of the call.

    Args:
        sobjects: The object of each record; None where it is unknown.
        save: Saves the record at an index and returns its result.
        existing_ids: Ids of records that existed before: they stay in the result when it is undone.
    """
    results: list[Json] = []
    failed: set[int] = set()
    try:
        with org.transaction():
            for at in range(len(sobjects)):
                result, success = _save_one(org, sobjects, save, at)
                results.append(result)
                if not success:
                    failed.add(at)
            if all_or_none and failed:
                raise _Undone  # noqa: TRY301 - rolls this transaction back
    except _Undone:
        for at in range(len(results)):
            if at not in failed:
                results[at] = _rollback_result(existing_ids[at] if existing_ids else None)
    return results


def _save_one(
    org: "Org", sobjects: Sequence[SObject | None], save: Callable[[int], Json], at: int
) -> tuple[Json, bool]:
    """Save one record in a transaction of its own; return its result, and whether it was saved."""
    try:
        _require_no_mix(sobjects[at], sobjects)
        with org.transaction():
            return save(at), True
    except SalesforceError as error:
        return _failure(error), False


def _with_type(
    access: "Access", bodies: Sequence[Body], only: SObject | None = None
) -> list[tuple[SObject, dict[str, Any]]]:
    """Return what each record is, and its fields.

    Args:
        only: What all must be.
    """
    _require_few(bodies)
    if not bodies:
        raise errors.no_record()
    typed = []
    for body in bodies:
        attributes = body.get("attributes")
        name = attributes.get("type") if isinstance(attributes, dict) else None
        if not isinstance(name, str):
            raise errors.missing_member("attributes.type")
        sobject = access.schema.get(name)
        if sobject is None or (only is not None and sobject.name != only.name):
            raise errors.unsupported_type(name)
        typed.append((sobject, dict(body)))
    chunks = 1 + sum(a.name != b.name for (a, _), (b, _) in pairwise(typed))
    if chunks > MAX_CHUNKS:
        raise errors.too_many_chunks(MAX_CHUNKS)
    return typed


def _require_few(items: Sequence[object]) -> None:
    if len(items) > MAX_RECORDS:
        raise errors.too_many_records(MAX_RECORDS)


def _require_no_mix(sobject: SObject | None, all_of_them: Iterable[SObject | None]) -> None:
    first = next((item for item in all_of_them if item is not None), None)
    if sobject is None or first is None or sobject is first:
        return
    if (sobject.name in _SETUP) != (first.name in _SETUP):
        raise errors.mixed_setup(sobject.name, first.name)


def _pop(body: dict[str, Any], name: str) -> Any:
    """Remove a member, whatever its case; None when there is none."""
    for item in body:
        if item.lower() == name.lower():
            return body.pop(item)
    return None


def _id_of(sobject: SObject, value: object) -> str:
    if value is None or value == "":
        raise errors.id_missing()
    record_id = parse_id(value)
    if record_id is None or record_id[:3] != sobject.key_prefix:
        raise errors.wrong_kind_of_id(f"{sobject.label} ID", str(value), "Id")
    return record_id


def _find_record(write: Callable[[], None]) -> None:
    """Return the error of a record that does not exist, in the words that collections use."""
    try:
        write()
    except SalesforceError as error:
        if error.code != "NOT_FOUND":
            raise
        raise errors.invalid_cross_reference() from None


def _fold(key: Field, value: object) -> object:
    text = isinstance(value, str) and not key.case_sensitive
    return str(value).strip().casefold() if text else str(value)


def _success(record_id: str, **more: bool) -> Json:
    return {"id": record_id, "success": True, "errors": [], **more}


def _failure(error: SalesforceError) -> Json:
    return {"success": False, "errors": [error.save_error()]}


def _rollback_result(record_id: str | None) -> Json:
    failed = _failure(errors.rolled_back())
    return failed if record_id is None else {"id": record_id, **failed}
