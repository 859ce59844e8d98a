"""The choices that a field offers: a page of them for what has been chosen and typed so far.

What Salesforce can search is searched there, a page at a time; what `option_lists` returns whole is
searched here. A page's token is opaque to everybody else.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.option_lists import LISTS, Inputs, Option, required
from salesforce_connector.metadata.option_query import OptionQuery, fetch_page
from salesforce_connector.suggestions import suggest
from salesforce_connector.validation import require_writable

PAGE: Final = 100

_USERS: Final = OptionQuery("User", detail="Username", where="IsActive = true")
_QUEUES: Final = OptionQuery("Group", detail="DeveloperName", where="Type = 'Queue'")

_QUERIES: Final[Mapping[str, tuple[OptionQuery, ...]]] = {
    "users": (_USERS,),
    "queues": (_QUEUES,),
    "owners": (_USERS, _QUEUES),
    "reports": (OptionQuery("Report", detail="FolderName"),),
    "dashboards": (OptionQuery("Dashboard", label="Title", detail="FolderName"),),
    "email_templates": (
        OptionQuery("EmailTemplate", detail="DeveloperName", where="IsActive = true"),
    ),
    "campaigns": (OptionQuery("Campaign"),),
    "lead_statuses": (OptionQuery("LeadStatus", label="MasterLabel", value="ApiName"),),
    "converted_lead_statuses": (
        OptionQuery("LeadStatus", label="MasterLabel", value="ApiName", where="IsConverted = true"),
    ),
    "case_statuses": (OptionQuery("CaseStatus", label="MasterLabel", value="ApiName"),),
}

SOURCES: Final = (*LISTS, *_QUERIES, "campaign_member_statuses", "lookup")
"""All there are."""


def flow(source: str, inputs: Inputs, search: str, page: str | None) -> Flow[dict[str, Any]]:
    """Return a page of choices, as `list_options` does.

    Raises:
        Rejected: No such source, an input that it depends on is not chosen yet, or the page is not
            one of ours.
    """
    require_writable(inputs, "the choices")
    require_writable({"search": search}, "the choices")
    if source in LISTS:
        listed = yield from LISTS[source](inputs)
        return _page_of_list(listed, search, page)
    queries = _queries(source, inputs)
    position = _read_token(page) if page else {}
    stage = position.get("stage", 0)
    if not isinstance(stage, int) or not 0 <= stage < len(queries):
        raise _bad_page()
    after = (str(position.get("label", "")), str(position["id"])) if "id" in position else None
    options: list[Option] = []
    alone = len(queries) == 1
    while stage < len(queries) and len(options) < PAGE:
        size = PAGE - len(options)
        page_options, last = yield from _fetch(queries[stage], search, after, size, alone=alone)
        options += page_options
        if last is not None:
            following = {"stage": stage, "label": last[0], "id": last[1]}
            return {"options": options, "next_page": _write_token(following)}
        stage, after = stage + 1, None
    more = stage < len(queries)
    return {"options": options, "next_page": _write_token({"stage": stage}) if more else None}


def _queries(source: str, inputs: Inputs) -> tuple[OptionQuery, ...]:
    if source in _QUERIES:
        return _QUERIES[source]
    if source == "campaign_member_statuses":
        equals = (("CampaignId", required(inputs, "campaign_id")),)
        return (OptionQuery("CampaignMemberStatus", label="Label", value="Label", equals=equals),)
    if source == "lookup":
        sobjects = inputs.get("sobjects") or [required(inputs, "sobject")]
        return tuple(OptionQuery(str(name), label="") for name in sobjects)
    near = suggest(source, SOURCES)
    raise Rejected(
        f"There is no source of options {source!r}.",
        code="UNKNOWN_SOURCE",
        remedy=f"Did you mean {near!r}?" if near else f"One of: {', '.join(SOURCES)}.",
        fields=("source",),
    )


def _fetch(
    query: OptionQuery, search: str, after: tuple[str, str] | None, size: int, *, alone: bool
) -> Flow[tuple[list[Option], tuple[str, str] | None]]:
    """Fetch choices of one object; of several objects, one that the user may not see has none."""
    try:
        if not query.label:
            query = yield from _with_name(query, alone=alone)
        return (yield from fetch_page(query, search, after, size))
    except (Rejected, Forbidden):
        if alone:
            raise
        return [], None


def _with_name(query: OptionQuery, *, alone: bool) -> Flow[OptionQuery]:
    """Fill in the name field of an object; with several objects, label each with its object."""
    about = yield from suggestions.describe_object(query.sobject)
    names = [field.name for field in about.fields if field.name_field]
    return replace(
        query,
        sobject=about.name,
        label=names[0] if names else "Id",
        suffix="" if alone else about.label,
    )


def _page_of_list(listed: Iterable[Option], search: str, page: str | None) -> dict[str, Any]:
    text = search.casefold()
    options = [
        entry
        for entry in listed
        if text in str(entry["value"]).casefold() or text in entry["label"].casefold()
    ]
    at = _read_token(page).get("at") if page else 0
    if not isinstance(at, int) or at < 0:
        raise _bad_page()
    more = at + PAGE < len(options)
    return {
        "options": options[at : at + PAGE],
        "next_page": _write_token({"at": at + PAGE}) if more else None,
    }


def _write_token(position: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode("ascii")


def _read_token(page: str) -> dict[str, Any]:
    try:
        position = json.loads(base64.urlsafe_b64decode(page.encode("ascii")))
    except (ValueError, RecursionError):
        raise _bad_page() from None
    if not isinstance(position, dict):
        raise _bad_page()
    return position


def _bad_page() -> Rejected:
    return Rejected(
        "The page does not belong to these options.",
        code="INVALID_PAGE",
        remedy="Start again without a page.",
        fields=("page",),
    )
