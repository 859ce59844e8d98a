"""create_records: any number of rows, one result for each, none lost."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.create_records import Input, flow
from salesforce_connector.errors import RecordsFailed, Rejected, Unauthorized, Unavailable
from salesforce_connector.flow import Call

A, B = "001D000000IqhSLIAZ", "0015500001QdQWaAAN"
LOCKED = {
    "success": False,
    "errors": [
        {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}
    ],
}


def save_results(*ids: str) -> list[dict[str, Any]]:
    return [{"id": record_id, "success": True, "errors": []} for record_id in ids]


def refused(code: str, *fields: str) -> dict[str, Any]:
    fault = {"statusCode": code, "message": "No.", "fields": list(fields)}
    return {"success": False, "errors": [fault]}


def accounts(count: int, **options: Any) -> Input:
    rows = [{"Name": str(number)} for number in range(count)]
    return Input(sobject="Account", records=rows, **options)


def names(call: Any) -> list[str]:
    return [record["Name"] for record in call.json["records"]]


@pytest.mark.parametrize("row", [{}, {"attributes": {}}, {"A b": 1}])
def test_refuses_rows_that_are_not_fields(row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input(sobject="Account", records=[row])


def test_refuses_all_or_none_of_more_than_one_call_holds() -> None:
    run = drive(flow(accounts(201, all_or_none=True)))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "TOO_MANY_FOR_ALL_OR_NONE"
    assert run.calls == []


def test_a_row_that_failed_fails_the_step_and_all_results_go_with_the_error() -> None:
    run = drive(
        flow(accounts(2)), ok([refused("REQUIRED_FIELD_MISSING", "Site"), *save_results(A)])
    )

    assert isinstance(run.error, RecordsFailed)
    assert run.error.sent is True
    assert run.error.fields == ("Site",)
    assert [(row["index"], row["ok"], row["code"], row["id"]) for row in run.error.records] == [
        (0, False, "REQUIRED_FIELD_MISSING", None),
        (1, True, "", A),
    ]


def test_returns_rows_in_the_order_of_the_input_when_calls_go_in_another() -> None:
    """Rows of one parent go together: 0 and 2, then 1."""
    rows = [
        {"LastName": "0", "AccountId": A},
        {"LastName": "1", "AccountId": B},
        {"LastName": "2", "AccountId": A},
    ]
    run = drive(flow(Input(sobject="Contact", records=rows)), ok(save_results("c0", "c2", "c1")))

    assert [record["LastName"] for record in run.calls[0].json["records"]] == ["0", "2", "1"]
    assert [row.id for row in run.output.records] == ["c0", "c1", "c2"]
    assert [row.created for row in run.output.records] == [True] * 3


def test_cuts_rows_into_calls_of_two_hundred() -> None:
    run = drive(
        flow(accounts(401)),
        *(
            ok(save_results(*map(str, range(start, min(start + 200, 401)))))
            for start in (0, 200, 400)
        ),
    )

    assert [len(names(call)) for call in run.calls] == [200, 200, 1]
    assert [row.id for row in run.output.records] == [str(number) for number in range(401)]
    assert [report.done for report in run.progress] == [200, 400, 401]


def test_tries_only_locked_rows_again_after_a_pause() -> None:
    run = drive(
        flow(accounts(3)),
        ok([*save_results("0"), LOCKED, *save_results("2")]),
        ok([LOCKED]),
        ok(save_results("1")),
    )

    assert [names(call) for call in run.calls] == [["0", "1", "2"], ["1"], ["1"]]
    assert [call.delay for call in run.calls] == [0.0, 1.0, 2.0]
    assert [row.id for row in run.output.records] == ["0", "1", "2"]


def test_rows_that_stay_locked_are_reported() -> None:
    run = drive(flow(accounts(1, fail_when="none")), *[ok([LOCKED])] * 4)

    assert run.output.records[0].code == "UNABLE_TO_LOCK_ROW"
    assert run.output.failed == 1


def test_tries_all_again_when_one_is_locked_and_it_is_all_or_none() -> None:
    """The others were rolled back with it."""
    undone = refused("ALL_OR_NONE_OPERATION_ROLLED_BACK")
    run = drive(
        flow(accounts(2, all_or_none=True)), ok([undone, LOCKED]), ok(save_results("0", "1"))
    )

    assert [names(call) for call in run.calls] == [["0", "1"], ["0", "1"]]
    assert run.output.succeeded == 2


@pytest.mark.parametrize("error", [Unauthorized("No.", code="X"), Rejected("No.", code="Y")])
def test_a_first_call_that_did_nothing_fails_as_it_is(error: Any) -> None:
    assert drive(flow(accounts(300)), error).error is error


def test_a_lost_answer_leaves_rows_unknown_and_the_rest_unsent() -> None:
    """A create is not repeated, and what was written before is not forgotten."""
    lost = Unavailable("Broken.", code="ReadError", sent=True)
    run = drive(flow(accounts(601)), ok(save_results(*map(str, range(200)))), lost)

    assert isinstance(run.error, RecordsFailed)
    assert run.error.__cause__ is lost
    codes = [row["code"] for row in run.error.records]
    assert codes == [""] * 200 + ["UNKNOWN_OUTCOME"] * 200 + ["NOT_SENT"] * 201
    assert run.error.records[0]["id"] == "0"
    assert not run.calls[1].safe


def test_a_call_that_is_refused_as_a_whole_does_not_stop_the_others() -> None:
    refusal = Rejected("No such column.", code="INVALID_FIELD", fields=("Nam",))
    run = drive(
        flow(accounts(401, fail_when={"more_than": 200})),
        ok(save_results(*map(str, range(200)))),
        refusal,
        ok(save_results("400")),
    )

    assert (run.output.succeeded, run.output.failed) == (201, 200)
    assert run.output.records[200].code == "INVALID_FIELD"
    assert run.output.records[200].fields == ["Nam"]


def test_an_answer_of_another_length_leaves_rows_unknown() -> None:
    """Whose result is whose cannot be told."""
    run = drive(flow(accounts(2, fail_when="none")), ok(save_results("0")))

    assert [row.code for row in run.output.records] == ["UNKNOWN_OUTCOME"] * 2


def test_sends_options_as_headers_and_nulls_by_policy() -> None:
    options: dict[str, Any] = {"allow_duplicates": True, "assignment_rule": "none"}
    args = Input(
        sobject="Lead",
        records=[{"LastName": "Doe", "Phone": None, "Title": ""}],
        nulls="leave",
        **options,
    )
    run = drive(flow(args), ok(save_results("00Q")))

    assert run.calls[0].headers == {
        "Sforce-Duplicate-Rule-Header": "allowSave=true",
        "Sforce-Auto-Assign": "FALSE",
    }
    assert run.calls[0].json == {
        "allOrNone": False,
        "records": [{"attributes": {"type": "Lead"}, "LastName": "Doe", "Title": None}],
    }


def parser_error(value: str) -> Rejected:
    message = f"Cannot deserialize instance of date from VALUE_STRING value {value} or request"
    return Rejected(message, code="JSON_PARSER_ERROR", status=400)


def answers_for(bad: dict[str, Rejected], run: Any) -> tuple[list[int], Any]:
    """Answer each call as an org does that refuses it whole for one of its records."""
    sizes: list[int] = []
    step = run.send(None)
    while True:
        if not isinstance(step, Call):
            try:
                step = run.send(None)
            except StopIteration as done:
                return sizes, done.value
            continue
        sent = [record["Name"] for record in step.json["records"]]
        sizes.append(len(sent))
        refusal = next((bad[name] for name in sent if name in bad), None)
        try:
            step = run.throw(refusal) if refusal else run.send(ok(save_results(*sent)))
        except StopIteration as done:
            return sizes, done.value


@pytest.mark.parametrize("bad", [["7"], ["0", "149"], ["3", "77", "78", "140"]])
def test_a_call_refused_for_one_record_is_split_down_to_that_record(
    bad: list[str],
) -> None:
    refusals = {name: parser_error(f"on-{name}") for name in bad}
    sizes, output = answers_for(refusals, flow(accounts(150, fail_when="none")))

    failed = [(row.index, row.code) for row in output.records if not row.ok]
    assert failed == [(int(name), "JSON_PARSER_ERROR") for name in bad]
    assert len(sizes) <= 1 + 16 * len(bad)


def test_a_fault_of_all_records_is_not_searched_in_each() -> None:
    refusal = Rejected("No such column 'Nam'.", code="INVALID_FIELD", status=400)
    run = drive(flow(accounts(150)), refusal, refusal, refusal)

    assert run.error is refusal


def test_a_call_of_all_or_none_is_not_split() -> None:
    refusal = parser_error("x")
    assert drive(flow(accounts(150, all_or_none=True)), refusal).error is refusal
