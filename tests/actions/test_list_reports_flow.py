"""list_reports: all of them, by name or folder."""

from flow_driver import drive, ok

from salesforce_actions.actions.list_reports import Input, flow
from salesforce_connector.errors import BadReply

ROW = {"Id": "00O", "Name": "Pipeline", "DeveloperName": "Pipeline_1", "FolderName": "Sales"}


def test_does_not_take_a_report_without_a_name() -> None:
    page = {"totalSize": 1, "done": True, "records": [{"Id": "00O"}]}

    assert isinstance(drive(flow(Input()), ok(page)).error, BadReply)


def test_looks_for_a_text_in_name_and_folder() -> None:
    run = drive(flow(Input(search="50%")), ok({"totalSize": 1, "done": True, "records": [ROW]}))

    soql = run.calls[0].params["q"]
    assert r"WHERE (Name LIKE '%50\%%' OR FolderName LIKE '%50\%%') ORDER BY Name" in soql
    (report,) = run.output.reports
    assert (report.id, report.folder, report.format) == ("00O", "Sales", None)


def test_says_how_many_were_left_out() -> None:
    page = {"totalSize": 9, "done": True, "records": [ROW, ROW]}
    run = drive(flow(Input(limit=1)), ok(page))

    assert "WHERE" not in run.calls[0].params["q"]
    assert "9 reports match" in run.notes[0]
