"""list_views: page after page."""

from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions.list_views import Input, flow
from salesforce_connector.errors import BadReply
from salesforce_connector.paging.next_pages import MAX_EMPTY_PAGES


def page(name: str, next_url: str | None = None) -> Any:
    view = {"id": name, "developerName": name, "label": name, "soqlCompatible": True, "url": "x"}
    return ok({"done": next_url is None, "listviews": [view], "nextRecordsUrl": next_url})


def test_ends_when_salesforce_names_a_page_twice() -> None:
    url = "/services/data/v68.0/sobjects/Account/listviews?x=1"

    assert isinstance(
        drive(flow(Input(sobject="Account")), page("a", url), page("b", url)).error, BadReply
    )


def test_follows_the_next_page_until_there_is_none() -> None:
    url = "/services/data/v68.0/sobjects/Account/listviews?x=1"
    run = drive(flow(Input(sobject="Account")), page("a", url), page("b"))

    assert [call.path for call in run.calls] == ["/sobjects/Account/listviews", url]
    assert [view.id for view in run.output.views] == ["a", "b"]


def test_pages_without_views_are_not_followed_for_ever() -> None:
    pages = [
        ok({"done": False, "listviews": [], "nextRecordsUrl": f"/services/data/v68.0/x?n={number}"})
        for number in range(MAX_EMPTY_PAGES)
    ]
    run = drive(flow(Input(sobject="Account")), *pages)

    assert isinstance(run.error, BadReply)
    assert len(run.calls) == MAX_EMPTY_PAGES
