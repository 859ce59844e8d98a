"""list_dashboards: all of them, by title or folder."""

from flow_driver import drive, ok

from salesforce_actions.actions.list_dashboards import Input, flow
from salesforce_connector.errors import BadReply

ROW = {"Id": "01Z", "Title": "Pipeline", "DeveloperName": "Pipeline_1", "FolderName": "Sales"}


def test_a_dashboard_without_a_title_is_a_bad_reply() -> None:
    page = {"totalSize": 1, "done": True, "records": [{"Id": "01Z"}]}
    assert isinstance(drive(flow(Input()), ok(page)).error, BadReply)


def test_looks_for_a_text_in_title_and_folder() -> None:
    run = drive(flow(Input(search="50%")), ok({"totalSize": 1, "done": True, "records": [ROW]}))
    soql = run.calls[0].params["q"]
    assert r"WHERE (Title LIKE '%50\%%' OR FolderName LIKE '%50\%%') ORDER BY Title" in soql
    (dashboard,) = run.output.dashboards
    assert (dashboard.id, dashboard.folder_name, dashboard.description) == ("01Z", "Sales", None)


def test_says_how_many_were_left_out() -> None:
    run = drive(flow(Input(limit=1)), ok({"totalSize": 9, "done": True, "records": [ROW, ROW]}))
    assert "WHERE" not in run.calls[0].params["q"]
    assert "9 dashboards match" in run.notes[0]
