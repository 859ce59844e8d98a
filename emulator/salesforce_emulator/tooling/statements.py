"""Runs a statement over entities: puts their rows into temporary tables, has `soql/` run it.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors, soql
from salesforce_emulator.schema.ids import NULL_ID, parse_id
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.tooling import synthetic_rows
from salesforce_emulator.tooling.entity import Entity

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.caller import Caller
    from salesforce_emulator.org.state import Org

_STORED: Final = (  # that the Tooling API finds besides
    "Group", "Organization", "PermissionSet", "PermissionSetAssignment", "Profile", "RecordType",
    "User", "UserRole",
)  # fmt: skip


@cache
def entities() -> Mapping[str, Entity]:
    """Return all entities by their names in lower case, made on first use."""
    from salesforce_emulator.tooling import declared_entities, schema_entities

    both = (*schema_entities.ENTITIES, *declared_entities.ENTITIES)
    return {item.sobject.name.lower(): item for item in both}


def catalog(schema: Schema) -> Schema:
    """Return what the Tooling API of an org has: entities, and the setup objects of its schema."""
    stored = [sobject for name in _STORED if (sobject := schema.get(name)) is not None]
    return Schema([*(entity.sobject for entity in entities().values()), *stored])


def in_data_api(statement: str) -> bool:
    """Return whether a statement of `/query` is about an entity.

    Raises:
        SalesforceError: MALFORMED_QUERY.
    """
    entity = entities().get(str(soql.parse(statement).source.path).lower())
    return entity is not None and entity.in_data_api


def query(org: "Org", caller: "Caller", statement: str, *, version: float) -> dict[str, Any]:
    """Run a statement of `/tooling/query` and return the body of its response.

    Raises:
        SalesforceError: The statement is refused; INVALID_TYPE for what the local org has not.
    """
    result = _run(org, caller, statement, version)
    return {
        "size": len(result["records"]),
        "totalSize": result["totalSize"],
        "done": result["done"],
        "queryLocator": None,
        "entityTypeName": catalog(org.schema)[str(soql.parse(statement).source.path)].name,
        "records": below_tooling(result["records"]),
    }


def query_data_api(
    org: "Org", caller: "Caller", statement: str, *, version: float
) -> dict[str, Any]:
    """Run a statement of the plain `/query` that is about an entity.

    Raises:
        SalesforceError: The statement is refused.
    """
    return _run(org, caller, statement, version)


def read_record(
    org: "Org", caller: "Caller", sobject: SObject, record_id: str, *, version: float
) -> dict[str, Any]:
    """Return one record with all its fields; a synthetic one by its DurableId.

    Raises:
        SalesforceError: NOT_FOUND.
    """
    entity = entities().get(sobject.name.lower())
    durable = entity is not None and entity.synthetic
    key = record_id if durable else parse_id(record_id)
    if key is None or "'" in key or "\\" in key:
        raise errors.not_found()
    names = ", ".join(field.name for field in sobject.fields)
    where = f"{'DurableId' if durable else 'Id'} = '{key}'"
    statement = f"SELECT {names} FROM {sobject.name} WHERE {where}"  # noqa: S608 - SOQL
    result = query(org, caller, statement, version=version)["records"]
    if not result:
        raise errors.not_found()
    record: dict[str, Any] = result[0]
    return record


def columns(org: "Org", caller: "Caller", statement: str, *, version: float) -> dict[str, Any]:
    """Describe the columns of a statement's result; see `soql.columns`.

    Raises:
        SalesforceError: The statement is refused.
    """
    schema = catalog(org.access(caller.user_id).schema)
    return soql.columns(org, caller, statement, version=version, schema=schema)


def below_tooling(body: Any) -> Any:
    """Return a body whose URLs lead to the Tooling API's own resources."""
    match body:
        case dict():
            return {name: below_tooling(item) for name, item in body.items()}
        case list():
            return [below_tooling(item) for item in body]
        case str() if body.startswith("/services/data/"):
            return body.replace("/sobjects", "/tooling/sobjects", 1)
    return body


def _run(org: "Org", caller: "Caller", statement: str, version: float) -> dict[str, Any]:
    parsed = soql.parse(statement)
    entity = entities().get(str(parsed.source.path).lower())
    try:
        if entity is not None and entity.synthetic:
            synthetic_rows.require_supported(entity.sobject.name, parsed)
        with org.lock:
            access = org.access(caller.user_id)
            with _tables(org, access, _used_entities(entity)):
                result = soql.run(
                    org, caller, statement, version=version, schema=catalog(access.schema)
                )
        if not result["done"]:
            raise synthetic_rows.too_many(
                entity.sobject.name if entity else str(parsed.source.path)
            )
    except SoqlError as error:
        raise error.shown_in(statement) from None
    for record in result["records"]:
        _hide_ids(record)
    return result


def _used_entities(entity: Entity | None) -> list[Entity]:
    """Return what a statement about an entity may name: its children, and the parents of all."""
    if entity is None:
        return []
    reached = [entity, *_entities(child.child_sobject for child in entity.sobject.children)]
    for item in reached:  # grows as it goes
        above = dict.fromkeys(name for field in item.sobject.fields for name in field.reference_to)
        reached += [parent for parent in _entities(above) if parent not in reached]
    return reached


def _entities(names: Iterable[str]) -> list[Entity]:
    return [entities()[name.lower()] for name in names if name.lower() in entities()]


@contextmanager
def _tables(org: "Org", access: "Access", entities: Iterable[Entity]) -> Generator[None]:
    """Have tables with the rows of entities until the block ends."""
    created = tuple(entities)
    with org.transaction():  # all or none of them
        for item in created:
            _fill(org, access, item)
    try:
        yield
    finally:
        for entry in created:
            org.db.execute(f'DROP TABLE temp."{entry.sobject.name}"')


def _fill(org: "Org", access: "Access", entity: Entity) -> None:
    name, fields = entity.sobject.name, entity.sobject.fields
    columns = ('"Id" TEXT PRIMARY KEY' if field.name == "Id" else field.column for field in fields)
    empty = {field.name: 0 if field.type == "boolean" else None for field in fields}
    org.db.execute(f'CREATE TEMP TABLE "{name}" ({", ".join(columns)})')
    marks = ", ".join("?" for _ in fields)
    org.db.executemany(
        f'INSERT INTO temp."{name}" VALUES ({marks})',  # noqa: S608 - our own names
        (tuple((empty | dict(row)).values()) for row in entity.rows(org, access)),
    )


def _hide_ids(record: dict[str, Any]) -> None:
    """Show the id of what has none as that of nothing, in the records within a record too."""
    kind = str(record.get("attributes", {}).get("type", "")).lower()
    if "Id" in record and kind in entities() and entities()[kind].synthetic:
        record["Id"] = NULL_ID
    for value in record.values():
        if isinstance(value, dict) and "attributes" in value:
            _hide_ids(value)
        elif isinstance(value, dict):
            for item in value.get("records", ()):
                _hide_ids(item)
