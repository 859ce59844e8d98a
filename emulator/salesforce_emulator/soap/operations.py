"""Runs the operations of a message, each result by itself: one that fails leaves the others.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_list.htm
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.etree import ElementTree as ET

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records import recycle_bin
from salesforce_emulator.records.lead_conversion.conversion import convert
from salesforce_emulator.records.lead_conversion.request import ConversionRequest
from salesforce_emulator.records.merge import merge
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.soap import sobjects
from salesforce_emulator.soap.messages import Fault, Message, element, group, name_of, text_of

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

Operation: TypeAlias = Callable[["Org", "Access", ET.Element], list[str]]
"""Runs an operation and returns its `result` elements."""

MAX_LEADS: Final = 100  # of one convertLead
MAX_ITEMS: Final = 200  # merges, or records, of one call

_LEAD_PARTS: Final = frozenset(
    {"accountId", "contactId", "convertedStatus", "doNotCreateOpportunity", "leadId"}
    | {"opportunityName", "overwriteLeadSource", "ownerId", "sendNotificationEmail"}
)
_MERGE_PARTS: Final = frozenset({"masterRecord", "recordToMergeIds"})


def run(org: "Org", access: "Access", message: Message) -> list[str]:
    """Run the operation of a message and return its `result` elements.

    Raises:
        Fault: The local org does not offer it, or it requests too much.
    """
    operation = _OPERATIONS.get(message.operation)
    if operation is None:
        raise _not_offered(f"{message.operation} by SOAP")
    for name in message.headers:
        if name not in _HARMLESS:
            raise _not_offered(f"the header {name} by SOAP")
    return operation(org, access, message.body)


def _convert_lead(org: "Org", access: "Access", body: ET.Element) -> list[str]:
    requests = _parts(body, "leadConverts", MAX_LEADS)

    def run_one(node: ET.Element) -> str:
        texts = _texts(node, _LEAD_PARTS)
        status = texts.get("convertedStatus")
        if not status:
            raise errors.required_missing(["convertedStatus"])
        converted = convert(
            org,
            access,
            ConversionRequest(
                lead_id=texts.get("leadId") or "",
                status=status,
                account_id=texts.get("accountId") or None,
                contact_id=texts.get("contactId") or None,
                makes_opportunity=not _true(texts.get("doNotCreateOpportunity")),
                opportunity_name=texts.get("opportunityName") or None,
                owner_id=texts.get("ownerId") or None,
                takes_source=_true(texts.get("overwriteLeadSource")),
            ),
        )
        return group(
            "result",
            (
                element("accountId", converted.account_id),
                element("contactId", converted.contact_id),
                element("leadId", converted.lead_id),
                element("opportunityId", converted.opportunity_id),
                element("success", True),
            ),
        )

    def failed(error: errors.SalesforceError) -> str:
        before = (element(name, None) for name in ("accountId", "contactId"))
        after = (element(name, None) for name in ("leadId", "opportunityId"))
        return group("result", (*before, _error(error), *after, element("success", False)))

    return [_run_each(org, run_one, failed, node) for node in requests]


def _merge(org: "Org", access: "Access", body: ET.Element) -> list[str]:
    def run_one(node: ET.Element) -> str:
        for part in node:
            if name_of(part) not in _MERGE_PARTS:
                raise errors.not_offered(f"{name_of(part)} in a merge")
        master = next((item for item in node if name_of(item) == "masterRecord"), None)
        if master is None:
            raise errors.required_missing(["masterRecord"])
        sobject, master_id, changes = sobjects.read(access, master)
        losers = [text_of(item) or "" for item in node if name_of(item) == "recordToMergeIds"]
        converted = merge(org, access, sobject, master_id, changes, losers)
        return group(
            "result",
            (
                element("id", converted.master_id),
                *(element("mergedRecordIds", item) for item in converted.merged_ids),
                element("success", True),
                *(element("updatedRelatedIds", item) for item in converted.moved_ids),
            ),
        )

    return [
        _run_each(org, run_one, _failure, node)
        for node in _parts(body, "request", MAX_ITEMS, "mergeRequests")
    ]


def _undelete(org: "Org", access: "Access", body: ET.Element) -> list[str]:
    return _of_ids(org, access, body, recycle_bin.undelete)


def _empty_recycle_bin(org: "Org", access: "Access", body: ET.Element) -> list[str]:
    return _of_ids(org, access, body, recycle_bin.empty)


def _of_ids(
    org: "Org", access: "Access", body: ET.Element, do: Callable[["Org", "Access", str], None]
) -> list[str]:
    """Do something to each record that is named by id."""

    def run_one(node: ET.Element) -> str:
        text = text_of(node) or ""
        record_id = parse_id(text)
        if record_id is None:
            raise errors.malformed_id(text)
        do(org, access, record_id)
        return group("result", (element("id", record_id), element("success", True)))

    return [_run_each(org, run_one, _failure, node) for node in _parts(body, "ids", MAX_ITEMS)]


def _server_timestamp(org: "Org", access: "Access", body: ET.Element) -> list[str]:
    del access, body
    timestamp = datetime_text(org.clock.now()).replace("+0000", "Z")
    return [group("result", (element("timestamp", timestamp),))]


_OPERATIONS: Final[dict[str, Operation]] = {
    "convertLead": _convert_lead,
    "merge": _merge,
    "undelete": _undelete,
    "emptyRecycleBin": _empty_recycle_bin,
    "getServerTimestamp": _server_timestamp,
}
_HARMLESS: Final = frozenset({"CallOptions", "DisableFeedTrackingHeader", "LocaleOptions"})


def _run_each(
    org: "Org",
    run_one: Callable[[ET.Element], str],
    failed: Callable[[errors.SalesforceError], str],
    node: ET.Element,
) -> str:
    """Do one of several; what one writes that fails is dropped, and no other's."""
    try:
        with org.transaction():
            return run_one(node)
    except errors.SalesforceError as error:
        if error.status == 501:
            raise Fault("FUNCTIONALITY_NOT_ENABLED", error.message) from None
        return failed(error)


def _failure(error: errors.SalesforceError) -> str:
    parts = (_error(error), element("id", None), element("success", False))
    return group("result", parts)


def _error(error: errors.SalesforceError) -> str:
    if error.code == "NOT_FOUND":  # a word of REST's; SOAP has another
        error = errors.invalid_cross_reference()
    return group(
        "errors",
        (
            *(element("fields", field) for field in error.fields or ()),
            element("message", error.message),
            element("statusCode", error.code),
        ),
    )


def _parts(body: ET.Element, name: str, maximum: int, other: str = "") -> list[ET.Element]:
    """Read the elements of a message's body.

    Args:
        other: What jsforce calls them.
    """
    result = list(body)
    for item in result:
        if name_of(item) not in {name, other}:
            raise Fault("Client", f"Unexpected element {name_of(item)}; expected {name}")
    if len(result) > maximum:
        raise Fault("EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {maximum}")
    return result


def _texts(node: ET.Element, allowed: Iterable[str]) -> dict[str, str | None]:
    texts = {name_of(item): text_of(item) for item in node}
    for name, text in texts.items():
        if name not in allowed and text and not text.strip().lower() == "false":
            raise errors.not_offered(f"{name} in convertLead")
    return texts


def _true(text: str | None) -> bool:
    return (text or "").strip().lower() in {"true", "1"}


def _not_offered(feature: str) -> Fault:
    return Fault("FUNCTIONALITY_NOT_ENABLED", errors.not_offered(feature).message)
