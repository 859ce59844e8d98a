"""Choices that one answer of Salesforce lists whole: objects, fields, picklist values, actions.

Most are in a describe, which the client keeps; they are searched and paged here, by
`option_sources`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_connector import records
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.metadata import (
    data_categories,
    describe,
    invocable,
    list_views,
    picklists,
    suggestions,
)
from salesforce_connector.metadata.describe import (
    FieldDescription,
    ObjectDescription,
    ObjectSummary,
)

Inputs = Mapping[str, Any]
Option = dict[str, Any]


def option(value: Any, label: str) -> Option:
    """Return a choice; a label that is not the value has the value behind it."""
    return {"value": value, "label": label if label == value else f"{label} ({value})"}


def required(inputs: Inputs, name: str) -> str:
    """Return an input that the choices depend on.

    Raises:
        Rejected: It is not chosen yet.
    """
    value = inputs.get(name)
    if not isinstance(value, str) or not value:
        raise Rejected(
            f"These options depend on {name}, which has no value yet.",
            code="NOT_CHOSEN",
            remedy=f"Choose {name} first.",
            fields=(name,),
        )
    return value


def _all_objects() -> Flow[list[ObjectSummary]]:
    return describe.read_objects((yield Call("GET", "/sobjects", cached=True)))


def _get_object(inputs: Inputs) -> Flow[ObjectDescription]:
    """Describe the object, or the first of several."""
    names = inputs.get("sobjects") or [required(inputs, "sobject")]
    return (yield from suggestions.describe_object(str(names[0])))


def _objects(_inputs: Inputs) -> Flow[list[Option]]:
    summaries = yield from _all_objects()
    return [
        option(summary.name, summary.label)
        for summary in summaries
        if summary.queryable or summary.createable
    ]


def _platform_events(_inputs: Inputs) -> Flow[list[Option]]:
    summaries = yield from _all_objects()
    return [
        option(summary.name, summary.label) for summary in summaries if summary.name.endswith("__e")
    ]


def _fields(inputs: Inputs) -> Flow[list[Option]]:
    """Return the fields of an object, or those that all of several objects have."""
    names = inputs.get("sobjects") or [required(inputs, "sobject")]
    common: dict[str, Option] = {}
    for at, name in enumerate(names):
        about = yield from suggestions.describe_object(str(name))
        options = {field.name: option(field.name, field.label) for field in about.fields}
        common = {key: common[key] for key in common if key in options} if at else options
    return list(common.values())


def _external_id_fields(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from _get_object(inputs)
    return [
        option(field.name, field.label)
        for field in about.fields
        if (field.external_id or field.id_lookup) and field.type != "id"
    ]


def _relationships(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from _get_object(inputs)
    parents = [
        option(field.relationship_name, f"{field.label} (parent: {', '.join(field.reference_to)})")
        for field in about.fields
        if field.relationship_name
    ]
    return parents + _children(about)


def _child_relationships(inputs: Inputs) -> Flow[list[Option]]:
    return _children((yield from _get_object(inputs)))


def _children(about: ObjectDescription) -> list[Option]:
    return [
        option(relationship.name, f"{relationship.name} (children: {relationship.sobject})")
        for relationship in about.child_relationships
        if relationship.name
    ]


def _picklist_values(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from _get_object(inputs)
    about, name = yield from _object_of_path(about, required(inputs, "field"))
    if (record_type := picklists.get_record_type(inputs)) is not None:
        about = yield from picklists.for_record_type(about, record_type)
    return [
        option(choice.value, choice.label or choice.value)
        for choice in about.field(name, blamed="field").picklist_values
        if choice.active
    ]


def _object_of_path(about: ObjectDescription, path: str) -> Flow[tuple[ObjectDescription, str]]:
    """Follow a path such as Account.Industry to the object that has the field."""
    *steps, name = path.split(".")
    for step in steps:
        parent = _parent_field(about, step)
        if parent is None:
            break  # there is no such field either: `field` raises with the nearest name
        about = yield from suggestions.describe_object(parent.reference_to[0])
    return about, name


def _parent_field(about: ObjectDescription, relationship: str) -> FieldDescription | None:
    for field in about.fields:
        if (field.relationship_name or "").lower() == relationship.lower() and field.reference_to:
            return field
    return None


def _record_types(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from _get_object(inputs)
    return [
        option(record_type.id, record_type.name)
        for record_type in about.record_types
        if record_type.active and record_type.available
    ]


def _list_views(inputs: Inputs) -> Flow[list[Option]]:
    views = yield from list_views.fetch_views(required(inputs, "sobject"))
    return [option(view.id, view.label) for view in views]


def _quick_actions(inputs: Inputs) -> Flow[list[Option]]:
    """Return global quick actions, or those of an object: listed as Case.Close, run as Close."""
    sobject = inputs.get("sobject")
    base = f"{records.path(str(sobject))}/quickActions" if sobject else "/quickActions"
    listed = records.decode((yield Call("GET", base, cached=True)))
    return _options_of(listed, lambda name: name.rpartition(".")[2])


def _data_category_groups(_inputs: Inputs) -> Flow[list[Option]]:
    groups = yield from data_categories.fetch_groups(cached=True)
    return [option(group.name, group.label or group.name) for group in groups]


def _data_categories(inputs: Inputs) -> Flow[list[Option]]:
    """Return the categories of a group; a label shows what it is under."""
    group_name = required(inputs, "group").removesuffix("__c").lower()
    groups = yield from data_categories.fetch_groups(cached=True)
    return [
        {"value": category.name, "label": " / ".join(path)}
        for group in groups
        if group.name.lower() == group_name
        for category, path in data_categories.walk(group)
    ]


def _flows(_inputs: Inputs) -> Flow[list[Option]]:
    return (yield from _actions(invocable.kind_path("flow")))


def _invocable_actions(inputs: Inputs) -> Flow[list[Option]]:
    return (yield from _actions(invocable.kind_path(required(inputs, "kind"))))


def _actions(base: str) -> Flow[list[Option]]:
    body = records.decode((yield Call("GET", base, cached=True)))
    return _options_of(body.get("actions") if isinstance(body, Mapping) else None)


def _options_of(listed: Any, value: Callable[[str], str] = str) -> list[Option]:
    entries = [
        entry
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, Mapping) and isinstance(entry.get("name"), str)
    ]
    return [option(value(entry["name"]), entry.get("label") or entry["name"]) for entry in entries]


LISTS: Final[Mapping[str, Callable[[Inputs], Flow[list[Option]]]]] = MappingProxyType(
    {
        "objects": _objects,
        "platform_events": _platform_events,
        "fields": _fields,
        "external_id_fields": _external_id_fields,
        "relationships": _relationships,
        "child_relationships": _child_relationships,
        "picklist_values": _picklist_values,
        "record_types": _record_types,
        "list_views": _list_views,
        "quick_actions": _quick_actions,
        "data_category_groups": _data_category_groups,
        "data_categories": _data_categories,
        "flows": _flows,
        "invocable_actions": _invocable_actions,
    }
)
"""Returns all options of a source."""
