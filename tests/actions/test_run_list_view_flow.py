"""run_list_view: rows by column, page after page, and where they were cut."""

from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions.run_list_view import Input, flow

VIEW = "00BD0000005WcBeMAK"


def page(size: int, *, done: bool) -> Any:
    row = {"columns": [{"fieldNameOrPath": "Name", "value": "Acme"}]}
    columns = [{"fieldNameOrPath": "Name", "label": "Account Name", "type": "string"}]
    return ok({"done": done, "columns": columns, "records": [row] * size, "size": size})


def test_warns_that_rows_were_cut_off() -> None:
    run = drive(flow(Input(sobject="Account", view_id=VIEW, limit=3)), page(3, done=False))

    assert run.calls[0].params == {"limit": "3", "offset": "0"}
    assert not run.output.complete
    assert "there may be more" in run.notes[0]


def test_ends_when_a_page_is_empty_though_not_the_last() -> None:
    run = drive(flow(Input(sobject="Account", view_id=VIEW)), page(0, done=False))

    assert run.output.records == []


def test_continues_behind_what_it_has_until_it_is_done() -> None:
    run = drive(
        flow(Input(sobject="Account", view_id=VIEW, limit=2_500)),
        page(2_000, done=False),
        page(100, done=True),
    )

    assert run.calls[1].params == {"limit": "500", "offset": "2000"}
    assert len(run.output.records) == 2_100
    assert run.output.records[0] == {"Name": "Acme"}
    assert run.output.columns[0].label == "Account Name"
    assert run.output.complete
    assert run.notes == []
