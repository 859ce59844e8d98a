"""The choices that a field offers: a page of them for what has been chosen and typed so far.

What Salesforce can search it searches itself, a page at a time; what is in a describe, which the
client keeps, is searched here. A page's token is opaque to everybody else.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from salesforce_connector import records
from salesforce_connector.action import Call, Flow
from salesforce_connector.errors import Rejected
from salesforce_connector.metadata import describe, invocable, list_views, picklists, suggestions
from salesforce_connector.metadata.option_query import Rows, page_of_rows

PAGE: Final = 100

Inputs = Mapping[str, Any]
Option = dict[str, Any]


def flow(source: str, inputs: Inputs, search: str, page: str | None) -> Flow[dict[str, Any]]:
    """Give a page of choices, as `list_options` does.

    Raises:
        Rejected: No such source, an input that it depends on is not chosen yet, or the page is not
            one of ours.
    """
    if source in _LISTED:
        listed = yield from _LISTED[source](inputs)
        return _page_of_list(listed, search, page)
    found = _rows(source, inputs)
    place = _read_token(page) if page else {}
    stage = place.get("stage", 0)
    if not isinstance(stage, int) or not 0 <= stage < len(found):
        raise _bad_page()
    after = (str(place["label"]), str(place["id"])) if "id" in place else None
    rows = yield from _with_name(found[stage])
    some, last = yield from page_of_rows(rows, search, after, PAGE)
    following: dict[str, Any] | None = None
    if last is not None:
        following = {"stage": stage, "label": last[0], "id": last[1]}
    elif stage + 1 < len(found):
        following = {"stage": stage + 1}
    return {"options": some, "next_page": _write_token(following) if following else None}


def _rows(source: str, inputs: Inputs) -> list[Rows]:
    match source:
        case "users":
            return [_USERS]
        case "queues":
            return [_QUEUES]
        case "owners":
            return [_USERS, _QUEUES]
        case "reports":
            return [Rows("Report", detail="FolderName")]
        case "campaigns":
            return [Rows("Campaign")]
        case "lead_statuses":
            return [Rows("LeadStatus", label="MasterLabel", value="ApiName")]
        case "converted_lead_statuses":
            converted = "IsConverted = true"
            return [Rows("LeadStatus", label="MasterLabel", value="ApiName", where=converted)]
        case "case_statuses":
            return [Rows("CaseStatus", label="MasterLabel", value="ApiName")]
        case "campaign_member_statuses":
            of = (("CampaignId", _chosen(inputs, "campaign_id")),)
            return [Rows("CampaignMemberStatus", label="Label", value="Label", equals=of)]
        case "lookup":
            named = inputs.get("sobjects") or [_chosen(inputs, "sobject")]
            return [Rows(str(name), label="") for name in named]
    nearest = get_close_matches(source, SOURCES, n=1)
    raise Rejected(
        f"There is no source of options {source!r}.",
        code="UNKNOWN_SOURCE",
        remedy=f"Did you mean {nearest[0]!r}?" if nearest else f"One of: {', '.join(SOURCES)}.",
        fields=("source",),
    )


_USERS: Final = Rows("User", detail="Username", where="IsActive = true")
_QUEUES: Final = Rows("Group", detail="DeveloperName", where="Type = 'Queue'")


def _with_name(rows: Rows) -> Flow[Rows]:
    """Fill in what records of an object are called by, when that is to be looked up."""
    if rows.label:
        return rows
    about = yield from suggestions.object_described(rows.sobject)
    names = [each.name for each in about.fields if each.name_field]
    return Rows(about.name, label=names[0] if names else "Id")


def _objects(_inputs: Inputs) -> Flow[list[Option]]:
    found = describe.read_objects((yield Call("GET", "/sobjects", cached=True)))
    return [_option(each.name, each.label) for each in found if each.queryable or each.createable]


def _fields(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from suggestions.object_described(_chosen(inputs, "sobject"))
    return [_option(each.name, each.label) for each in about.fields]


def _external_ids(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from suggestions.object_described(_chosen(inputs, "sobject"))
    return [
        _option(each.name, each.label)
        for each in about.fields
        if (each.external_id or each.id_lookup) and each.type != "id"
    ]


def _relationships(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from suggestions.object_described(_chosen(inputs, "sobject"))
    parents = [
        _option(each.relationship_name, f"{each.label} (parent: {', '.join(each.reference_to)})")
        for each in about.fields
        if each.relationship_name
    ]
    children = [
        _option(each.name, f"{each.name} (children: {each.sobject})")
        for each in about.child_relationships
        if each.name
    ]
    return parents + children


def _picklist_values(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from suggestions.object_described(_chosen(inputs, "sobject"))
    name = _chosen(inputs, "field")
    if (record_type := picklists.named_record_type(inputs)) is not None:
        about = yield from picklists.of_record_type(about, record_type)
    return [
        _option(each.value, each.label or each.value)
        for each in about.field(name, blamed="field").picklist_values
        if each.active
    ]


def _record_types(inputs: Inputs) -> Flow[list[Option]]:
    about = yield from suggestions.object_described(_chosen(inputs, "sobject"))
    return [
        _option(each.id, each.name) for each in about.record_types if each.active and each.available
    ]


def _list_views(inputs: Inputs) -> Flow[list[Option]]:
    views = yield from list_views.fetch_views(_chosen(inputs, "sobject"))
    return [_option(each.id, each.label) for each in views]


def _flows(_inputs: Inputs) -> Flow[list[Option]]:
    return (yield from _actions(invocable.home("flow")))


def _invocable_actions(inputs: Inputs) -> Flow[list[Option]]:
    return (yield from _actions(invocable.home(_chosen(inputs, "kind"))))


def _actions(where: str) -> Flow[list[Option]]:
    body = records.decode((yield Call("GET", where, cached=True)))
    found = body.get("actions") if isinstance(body, Mapping) else None
    return [
        _option(each["name"], each.get("label") or each["name"])
        for each in found or ()
        if isinstance(each, Mapping) and isinstance(each.get("name"), str)
    ]


_LISTED: Final[Mapping[str, Callable[[Inputs], Flow[list[Option]]]]] = MappingProxyType(
    {
        "objects": _objects,
        "fields": _fields,
        "external_id_fields": _external_ids,
        "relationships": _relationships,
        "picklist_values": _picklist_values,
        "record_types": _record_types,
        "list_views": _list_views,
        "flows": _flows,
        "invocable_actions": _invocable_actions,
    }
)

SOURCES: Final = (
    *_LISTED,
    "users",
    "queues",
    "owners",
    "reports",
    "campaigns",
    "lead_statuses",
    "converted_lead_statuses",
    "case_statuses",
    "campaign_member_statuses",
    "lookup",
)
"""All there are."""


def _page_of_list(listed: Iterable[Option], search: str, page: str | None) -> dict[str, Any]:
    text = search.casefold()
    found = [
        each
        for each in listed
        if text in str(each["value"]).casefold() or text in each["label"].casefold()
    ]
    at = _read_token(page).get("at") if page else 0
    if not isinstance(at, int) or at < 0:
        raise _bad_page()
    more = at + PAGE < len(found)
    return {
        "options": found[at : at + PAGE],
        "next_page": _write_token({"at": at + PAGE}) if more else None,
    }


def _option(value: Any, label: str) -> Option:
    return {"value": value, "label": label if label == value else f"{label} ({value})"}


def _chosen(inputs: Inputs, name: str) -> str:
    value = inputs.get(name)
    if not isinstance(value, str) or not value:
        raise Rejected(
            f"These choices depend on {name}, which is not chosen yet.",
            code="NOT_CHOSEN",
            remedy=f"Choose {name} first.",
            fields=(name,),
        )
    return value


def _write_token(place: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode("ascii")


def _read_token(page: str) -> dict[str, Any]:
    try:
        place = json.loads(base64.urlsafe_b64decode(page.encode("ascii")))
    except ValueError:
        raise _bad_page() from None
    if not isinstance(place, dict):
        raise _bad_page()
    return place


def _bad_page() -> Rejected:
    return Rejected(
        "That is no page of these choices.",
        code="INVALID_PAGE",
        remedy="Begin again with no page.",
        fields=("page",),
    )
