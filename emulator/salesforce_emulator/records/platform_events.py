"""Platform events: published, never read back over REST; a test finds them in `published`.

Fields that the platform sets are in `rules/platform_event.py`, for every API.

https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_publish_api.htm
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.records import writing
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

SUFFIX: Final = "__e"


def event_object(
    name: str, *, label: str, label_plural: str, key_prefix: str, fields: Iterable[Field] = ()
) -> SObject:
    """Return a platform event, to be added to a schema.

    Args:
        name: Ends in `__e`.
        key_prefix: Three characters, `e00` to `ezz`.
    """
    return SObject(
        name,
        label=label,
        label_plural=label_plural,
        key_prefix=key_prefix,
        fields=(
            _platform_field("ReplayId", "Replay ID", "string", length=1000),
            _platform_field("CreatedDate", "Created Date", "datetime", nillable=False),
            _platform_field(
                "CreatedById",
                "Created By ID",
                "reference",
                length=18,
                nillable=False,
                reference_to=("User",),
                relationship_name="CreatedBy",
            ),
            _platform_field("EventUuid", "Event UUID", "string", length=36),
            *fields,
        ),
        flags=("createable",),
    )


def publish(
    org: "Org", access: "Access", event: SObject, body: Mapping[str, Any]
) -> tuple[str, str]:
    """Publish an event and return its id and its UUID.

    Raises:
        SalesforceError: A field is refused, or the hour's events are used up.
    """
    event_id = writing.create(org, access, event, body)
    sql = f'SELECT "EventUuid" FROM "{event.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
    (event_uuid,) = org.db.execute(sql, (event_id,)).fetchone()
    return event_id, event_uuid


def publish_result(event_id: str, event_uuid: str) -> dict[str, Any]:
    """Return the result of a publish: a success with an entry in `errors` that is none."""
    queued = {"statusCode": "OPERATION_ENQUEUED", "message": event_uuid, "fields": []}
    return {"id": event_id, "success": True, "errors": [queued]}


def published(org: "Org", name: str) -> list[dict[str, Any]]:
    """Return the events of a name, as they were published, in order."""
    with org.lock:
        rows = org.db.execute(f'SELECT * FROM "{name}" ORDER BY "Id"')  # noqa: S608 - a test's name
        return [dict(row) for row in rows]


def _platform_field(name: str, label: str, kind: str, **attributes: object) -> Field:
    fixed: dict[str, object] = {"createable": False, "updateable": False, "permissionable": False}
    fixed |= {"defaulted_on_create": True}
    return Field(name=name, label=label, type=kind, **(fixed | attributes))  # type: ignore[arg-type]
