"""Records with their children below them, created in one call: all of them or none.

They are created level by level, on each level those of one sobject together. What fails on a level
is reported for the whole level; the levels below are not tried then.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.org.save_options import SaveOptions
from salesforce_emulator.records import writing
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

MAX_RECORDS: Final = 200  # records of all trees together
MAX_SOBJECTS: Final = 5  # different ones
MAX_DEPTH: Final = 5  # levels

_REFERENCE_ID: Final = re.compile(r"[A-Za-z0-9].*", re.ASCII)


class _Failed(Exception):
    """Rolls the transaction back; holds the failed records."""

    def __init__(self, items: list[Json]) -> None:
        super().__init__(f"{len(items)} records are refused")
        self.items = items


@dataclass(frozen=True, slots=True)
class _Node:
    """A record to be; `above` is the reference id of its parent, which `field` is to point at."""

    sobject: SObject
    reference_id: str
    fields: dict[str, Any]
    level: int
    above: str | None = None
    field: str = ""


def create(
    org: "Org", access: "Access", root: SObject, entries: Sequence[object], options: SaveOptions
) -> tuple[list[Json], bool]:
    """Create trees; return `results`, and whether all succeeded.

    Args:
        root: What the records at the top are.
        entries: JSON: each has `attributes` with `type` and `referenceId`; a child relationship
            has `records` of its own.

    Raises:
        SalesforceError: The request as a whole is refused: it is too large, or no tree.
    """
    nodes = list(_nodes(access, root, entries, 1))
    _require_small(nodes)
    visited = Counter(node.reference_id for node in nodes)
    repeated = [node for node in nodes if visited[node.reference_id] > 1]
    if repeated:
        return [_failure(node, errors.repeated_in_tree()) for node in repeated], False
    ids: dict[str, str] = {}
    try:
        with org.transaction():
            for some in _groups(nodes):
                _create(org, access, some, options, ids)
    except _Failed as error:
        return error.items, False
    return [{"referenceId": name, "id": record_id} for name, record_id in ids.items()], True


def _create(
    org: "Org",
    access: "Access",
    nodes: Sequence[_Node],
    options: SaveOptions,
    ids: dict[str, str],
) -> None:
    failures = []
    for node in nodes:
        fields = dict(node.fields)
        if node.above is not None:
            fields[node.field] = ids[node.above]
        try:
            with org.transaction():
                record_id = writing.create(org, access, node.sobject, fields, options)
        except SalesforceError as error:
            failures.append(_failure(node, error))
        else:
            ids[node.reference_id] = record_id
    if failures:
        raise _Failed(failures)


def _groups(nodes: Sequence[_Node]) -> list[list[_Node]]:
    """Group the nodes by level and sobject, in the order of their first occurrence."""
    groups: dict[tuple[int, str], list[_Node]] = {}
    for node in nodes:
        groups.setdefault((node.level, node.sobject.name), []).append(node)
    return [groups[key] for key in sorted(groups, key=lambda key: key[0])]


def _nodes(
    access: "Access",
    sobject: SObject,
    entries: Sequence[object],
    level: int,
    above: str | None = None,
    field: str = "",
) -> Iterator[_Node]:
    if level > MAX_DEPTH:
        raise errors.limit_exceeded(f"A tree can\u2019t have more than {MAX_DEPTH} levels.")
    for values in entries:
        if not isinstance(values, dict):
            raise wrong_json_kind("sobject", values)
        reference_id = _reference_id(sobject, values)
        below = {name: item for name, item in values.items() if _is_below(item)}
        fields = {name: item for name, item in values.items() if name not in below}
        yield _Node(sobject, reference_id, fields, level, above, field)
        for name, item in below.items():
            child = sobject.child(name)
            kind = access.schema.get(child.child_sobject) if child else None
            if child is None or kind is None:
                raise errors.no_such_column(name, sobject.name)
            yield from _nodes(access, kind, item["records"], level + 1, reference_id, child.field)


def _is_below(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list)


def _reference_id(sobject: SObject, record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    if not isinstance(attributes, dict):
        raise errors.missing_member("attributes")
    for name in ("type", "referenceId"):
        if not isinstance(attributes.get(name), str):
            raise errors.missing_member(f"attributes.{name}")
    if attributes["type"].lower() != sobject.name.lower():
        raise errors.unsupported_type(attributes["type"])
    reference_id: str = attributes["referenceId"]
    if _REFERENCE_ID.fullmatch(reference_id) is None:
        raise errors.bad_tree_reference_id(reference_id)
    return reference_id


def _require_small(nodes: Sequence[_Node]) -> None:
    if len(nodes) > MAX_RECORDS:
        raise errors.too_many_records(MAX_RECORDS)
    if len({node.sobject.name for node in nodes}) > MAX_SOBJECTS:
        raise errors.limit_exceeded(
            f"The request can\u2019t contain more than {MAX_SOBJECTS} different sObjects."
        )


def _failure(node: _Node, error: SalesforceError) -> Json:
    return {"referenceId": node.reference_id, "errors": [error.save_error()]}
