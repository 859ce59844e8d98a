"""run_composite: steps checked before they are sent, results by name."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.run_composite import Input, flow
from salesforce_connector.errors import BadReply, RecordsFailed, Rejected
from salesforce_connector.validation import read_input

ROOT = "/services/data/v68.0"
CREATE: Any = {"name": "acme", "method": "POST", "path": "/sobjects/Account", "body": {"Name": "A"}}


def step(name: str = "x", method: str = "GET", path: str = "/sobjects/Lead", **more: Any) -> Any:
    return {"name": name, "method": method, "path": path, **more}


def answers(*inputs: tuple[str, int, Any]) -> Any:
    return ok(
        {
            "compositeResponse": [
                {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": name}
                for name, status, body in inputs
            ]
        }
    )


@pytest.mark.parametrize(
    ("steps", "messages"),
    [
        ([step(str(number)) for number in range(26)], "25 steps"),
        ([step(str(n), path="/query", params={"q": "x"}) for n in range(6)], "5 queries"),
        ([step("a"), step("a")], "the name of another"),
        ([step("a", path="/sobjects/Lead/@{b.id}"), step("b")], "Put 'b' before it"),
        ([step("a", path="/sobjects/Lead/@{a.id}")], "cannot refer to itself"),
        ([CREATE, step(path="/sobjects/Lead/@{acne.id}")], "Did you mean 'acme'"),
        ([CREATE, step(path="/sobjects/Lead/@{zzz.id}")], "no such step before it"),
        ([CREATE, step(body={"Name": ["@{acme}"]})], "is not a reference"),
        ([step(path="/sobjects/Lead", params={"q": "@{x .id}"})], "is not a reference"),
        ([step(path="/services/data/v68.0/sobjects/Lead")], "cannot be used here"),
        ([step(path="/composite")], "cannot be used here"),
        ([step(path="/composite/graph")], "cannot be used here"),
        ([step(path="/composite/tree/Lead")], "cannot be used here"),
        ([step(path="/limits")], "cannot be used here"),
        ([step(path="/sobjects/Lead/../User")], "cannot be used here"),
        ([step(path="/sobjects/Lead/%2e%2e")], "cannot be used here"),
        ([step(path="/sobjects//Lead")], "cannot be used here"),
        ([step(path="/sobjects/Attachment/00P/Body")], "cannot be used here"),
        ([CREATE, step(path="/sobjects/@{acme.type}/1")], "cannot be used here"),
        ([step(method="DELETE", path="/sobjects/Lead")], "cannot DELETE"),
        ([step(method="POST", path="/query")], "cannot POST"),
    ],
)
def test_refuses_before_anything_is_sent(steps: list[Any], messages: str) -> None:
    run = drive(flow(Input(steps=steps)))

    assert isinstance(run.error, Rejected)
    assert messages in str(run.error)
    assert run.calls == []


@pytest.mark.parametrize(
    ("path", "messages"),
    [
        (
            "/sobjects/Lead/00Q1?fields=Id",
            r"steps\.0\.path: put the query string's parameters into params",
        ),
        ("sobjects/Lead", "begins with a slash"),
        ("/sobjects/Lead/a b", "encode spaces"),
        ("/sobjects/Lead/#1", "encode spaces"),
    ],
)
def test_a_path_that_is_none_is_refused_in_words(path: str, messages: str) -> None:
    with pytest.raises(Rejected, match=messages):
        read_input(Input, {"steps": [step(path=path)]}, "run_composite")


def test_a_step_that_failed_fails_all_and_names_the_cause() -> None:
    halted = [{"errorCode": "PROCESSING_HALTED", "message": "rolled back"}]
    fault = [{"errorCode": "REQUIRED_FIELD_MISSING", "message": "No.", "fields": ["LastName"]}]
    steps = [CREATE, step("doe", "POST", "/sobjects/Contact", body={})]
    run = drive(flow(Input(steps=steps)), answers(("acme", 400, halted), ("doe", 400, fault)))

    assert isinstance(run.error, RecordsFailed)
    assert "The first: steps.doe: REQUIRED_FIELD_MISSING: No." in str(run.error)
    assert run.error.sent is False
    assert [(row["name"], row["status"]) for row in run.error.records] == [
        ("acme", 400),
        ("doe", 400),
    ]


@pytest.mark.parametrize("inputs", [(), (("other", 200, None),)])
def test_does_not_take_answers_to_other_steps(inputs: tuple[Any, ...]) -> None:
    assert isinstance(drive(flow(Input(steps=[CREATE])), answers(*inputs)).error, BadReply)


def test_returns_step_results_by_name_in_any_order() -> None:
    steps = [
        CREATE,
        step("back", path="/sobjects/Account/@{acme.id}", params={"fields": "Name,Site"}),
        step("found", path="/query", params={"q": "SELECT Id FROM Lead WHERE X = '@{acme.id}'"}),
    ]
    run = drive(
        flow(Input(steps=steps)),
        answers(
            ("found", 200, {"records": []}),
            ("acme", 201, {"id": "001", "success": True, "errors": []}),
            ("back", 200, {"Id": "001", "Name": "A"}),
        ),
    )

    assert list(run.output.steps) == ["acme", "back", "found"]
    assert run.output.steps["acme"].id == "001"
    assert run.output.steps["acme"].created is True
    assert run.output.steps["back"].body == {"Id": "001", "Name": "A"}
    assert run.output.steps["back"].created is None


def test_writes_each_path_under_the_version_in_use() -> None:
    """Names and references in a query string are encoded around the reference alone."""
    steps = [CREATE, step("b", path="/query", params={"q": "SELECT Id WHERE A='@{acme.id}'"})]
    run = drive(
        flow(Input(steps=steps, all_or_none=False)),
        answers(("acme", 201, {"id": "001"}), ("b", 200, {})),
    )
    body = run.calls[0].json(ROOT)

    assert body["allOrNone"] is False
    assert [item["url"] for item in body["compositeRequest"]] == [
        f"{ROOT}/sobjects/Account",
        f"{ROOT}/query?q=SELECT%20Id%20WHERE%20A%3D%27@{{acme.id}}%27",
    ]
    assert body["compositeRequest"][0]["body"] == {"Name": "A"}
    assert "body" not in body["compositeRequest"][1]


@pytest.mark.parametrize(
    ("methods", "reading", "safe"),
    [
        (["GET"], True, True),
        (["GET", "PATCH"], False, True),
        (["POST"], False, False),
        (["DELETE"], False, False),
    ],
)
def test_is_repeated_only_when_a_second_time_does_no_harm(
    methods: list[str], reading: bool, safe: bool
) -> None:
    steps = [step(f"s{n}", method, "/sobjects/Lead/E__c/1") for n, method in enumerate(methods)]
    inputs = answers(*((f"s{n}", 200, {}) for n in range(len(methods))))
    run = drive(flow(Input(steps=steps)), inputs)

    assert run.calls[0].reading is reading
    assert run.calls[0].safe is safe


def test_failed_steps_are_results_when_the_builder_reports_so() -> None:
    gone = [{"errorCode": "NOT_FOUND", "message": "No."}]
    run = drive(
        flow(Input(steps=[step("a"), step("b")], all_or_none=False, fail_when="all")),
        answers(("a", 404, gone), ("b", 200, {})),
    )

    assert run.output.steps["a"].code == "NOT_FOUND"
    assert run.output.steps["b"].ok
