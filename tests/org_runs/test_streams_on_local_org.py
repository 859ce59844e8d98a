"""Streams of actions that give many records: the same records as without a stream, page by page."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from memory_connection import MemoryConnection
from recorded_sleeps import with_recorded_sleeps

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import NotFound, Rejected
from salesforce_connector.http.client import Client
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

Act = Callable[..., Any]
Stream = Callable[..., list[dict[str, Any]]]

COUNT = 4_100  # three pages


@pytest.fixture
def contacts(act: Act, local_org: Org, connection: MemoryConnection) -> None:
    """Many contacts of one account."""
    key: str = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    rows = "".join(f"Doe {number:05},{key}\n" for number in range(COUNT))
    transport = OrgTransport(local_org)
    client = Client(connection, transport=transport)
    write = with_recorded_sleeps(
        ACTIONS["bulk_write"], lambda pause: local_org.clock.advance(timedelta(seconds=pause))
    )
    csv = f"LastName,AccountId\n{rows}"
    client.run(write, {"sobject": "Contact", "operation": "insert", "csv": csv, "results": []})
    client.close()
    transport.close()
    _let_time_pass(local_org)


@pytest.fixture
def stream(connector: SalesforceConnector, connection: MemoryConnection) -> Stream:
    """Stream an action by name; gives its pages."""

    def read(
        action: str,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None = None,
        pages: int | None = None,
    ) -> list[dict[str, Any]]:
        streamed: Any = connector.stream_action(
            "salesforce", action, connection, inputs, context or {}
        )
        read_pages = []
        for page in streamed:
            read_pages.append(page)
            if len(read_pages) == pages:
                streamed.close()
        return read_pages

    return read


def _let_time_pass(org: Org) -> None:
    """What was saved a moment ago is no change yet: others may be saved in the same second."""
    org.clock.advance(timedelta(minutes=5))


def _records(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record for page in pages for record in page["records"]]


@pytest.fixture(params=["find_records", "run_list_view", "read_changes"])
def case(request: pytest.FixtureRequest, contacts: None, act: Act) -> tuple[str, dict[str, Any]]:
    """An action that gives all contacts, and its inputs."""
    action: str = request.param
    inputs: dict[str, Any] = {"sobject": "Contact"}
    match action:
        case "find_records":
            inputs |= {"fields": ["LastName"], "order": [{"field": "LastName"}]}
        case "run_list_view":
            views = act("list_views", {"sobject": "Contact"})["views"]
            inputs["view_id"] = next(
                view["id"] for view in views if view["developer_name"] == "AllContacts"
            )
        case "read_changes":
            inputs["fields"] = ["LastName"]
    return action, inputs


def _name(record: dict[str, Any]) -> str:
    return str(record.get("LastName") or record["Name"])


@pytest.mark.slow
def test_a_stream_gives_each_record_once(
    stream: Stream, act: Act, case: tuple[str, dict[str, Any]]
) -> None:
    """In pages that are bounded, whatever default limit the action has without a stream."""
    action, inputs = case
    pages = stream(action, inputs)
    names = [_name(record) for record in _records(pages)]
    assert len(names) == COUNT
    assert len({*names}) == COUNT
    assert max(len(page["records"]) for page in pages) <= 2_000
    limit = {"limit": 2_000}
    assert _records(pages)[:2_000] == act(action, inputs | limit)["records"]


@pytest.mark.slow
def test_a_stream_resumes_behind_the_last_page_that_was_read(
    stream: Stream, case: tuple[str, dict[str, Any]]
) -> None:
    action, inputs = case
    states: list[dict[str, Any]] = []
    context = {"progress": lambda progress: states.append(progress["state"])}
    read = _records(stream(action, inputs, context, pages=2))[:2_000]  # the second is not reported
    assert len(states) == 1
    rest = _records(stream(action, inputs, {"resume": states[-1]}))
    assert sorted(map(_name, read + rest)) == [f"Doe {number:05}" for number in range(COUNT)]


@pytest.mark.slow
@pytest.mark.usefixtures("contacts")
def test_a_limit_ends_a_stream_with_a_warning(stream: Stream, act: Act) -> None:
    views = act("list_views", {"sobject": "Contact"})["views"]
    view = next(view["id"] for view in views if view["developer_name"] == "AllContacts")
    for action, inputs in (("find_records", {}), ("run_list_view", {"view_id": view})):
        pages = stream(action, {"sobject": "Contact", "limit": 2_500, **inputs})
        assert len(_records(pages)) == 2_500
        assert [text for page in pages for text in page["warnings"] if "2,500" in text], action


def test_columns_are_the_fields_that_were_requested(
    stream: Stream, act: Act, local_org: Org
) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    for name in ("Doe", "Roe"):
        fields = {"LastName": name, "AccountId": account}
        act("create_record", {"sobject": "Contact", "fields": fields})
    _let_time_pass(local_org)
    inputs = {"sobject": "Contact", "fields": ["LastName", "Account.Name"]}
    for action in ("find_records", "read_changes"):
        [page, *_] = stream(action, inputs, {"rows": "columns"})
        assert {"Id", "LastName", "Account.Name"} <= {*page["columns"]}
        assert page["columns"]["Account.Name"] == ["Acme", "Acme"]
    children = {"sobject": "Account", "id": account, "relationship": "Contacts"}
    [page, *_] = stream(
        "list_child_records", {**children, "fields": ["LastName"]}, {"rows": "columns"}
    )
    assert page["columns"] == {"LastName": ["Doe", "Roe"]}


def test_a_cursor_of_a_stream_that_ended_gives_what_changed_since(
    stream: Stream, act: Act, local_org: Org
) -> None:
    act("create_record", {"sobject": "Account", "fields": {"Name": "Old"}})
    _let_time_pass(local_org)
    states: list[dict[str, Any]] = []
    context = {"progress": lambda progress: states.append(progress["state"])}
    inputs = {"sobject": "Account", "fields": ["Name"]}
    assert [record["Name"] for record in _records(stream("read_changes", inputs, context))] == [
        "Old"
    ]
    act("create_record", {"sobject": "Account", "fields": {"Name": "New"}})
    _let_time_pass(local_org)
    later = {**inputs, "cursor": states[-1]["cursor"]}
    assert [record["Name"] for record in _records(stream("read_changes", later))] == ["New"]


def test_errors_of_a_stream_name_the_nearest_object(stream: Stream) -> None:
    for action in ("find_records", "run_list_view"):
        inputs = {"sobject": "Acount", "view_id": "00B000000000001AAA"}
        if action == "find_records":
            del inputs["view_id"]
        with pytest.raises((NotFound, Rejected)) as caught:
            stream(action, inputs)
        assert "Account" in f"{caught.value.message} {caught.value.remedy}", action
