"""list_child_records: the records below a record."""

import httpx
from flow_driver import drive, ok

from salesforce_actions.actions.list_child_records import Input, flow, stream

ACCOUNT = "001D000000IqhSLIAZ"


def test_warns_when_there_are_more() -> None:
    reply = ok({"totalSize": 3, "done": True, "records": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}]})
    run = drive(flow(Input(sobject="Account", id=ACCOUNT, relationship="Contacts", limit=2)), reply)

    assert len(run.output.records) == 2
    assert not run.output.complete
    assert len(run.notes) == 1


def test_requests_the_fields_that_are_named() -> None:
    reply = ok({"totalSize": 1, "done": True, "records": [{"Name": "Kim"}]})
    run = drive(
        flow(
            Input(sobject="Account", id=ACCOUNT, relationship="Contacts", fields=["Name", "Email"])
        ),
        reply,
    )

    assert run.calls[0].path == f"/sobjects/Account/{ACCOUNT}/Contacts"
    assert run.calls[0].params == {"fields": "Name,Email"}
    assert run.output.records == [{"Name": "Kim"}]


def _page(names: list[str], following: str | None) -> httpx.Response:
    page = {"totalSize": 3, "done": following is None, "records": [{"Id": name} for name in names]}
    return ok(page if following is None else page | {"nextRecordsUrl": following})


def test_a_stream_follows_pages_without_a_limit() -> None:
    following = "/services/data/v68.0/query/0r8000000000001AAA-2"
    run = drive(
        stream(Input(sobject="Account", id=ACCOUNT, relationship="Contacts")),
        _page(["1", "2"], following),
        _page(["3"], None),
    )

    assert run.pages == [[{"Id": "1"}, {"Id": "2"}], [{"Id": "3"}]]
    assert [report.state for report in run.progress] == [{"next_page": following, "done": 2}, {}]


def test_a_stream_ends_at_a_limit_that_is_given() -> None:
    run = drive(
        stream(Input(sobject="Account", id=ACCOUNT, relationship="Contacts", limit=1)),
        _page(["1", "2"], "/services/data/v68.0/query/0r8000000000001AAA-2"),
    )

    assert run.pages == [[{"Id": "1"}]]
    assert len(run.notes) == 1
