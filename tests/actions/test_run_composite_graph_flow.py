"""run_composite_graph: limits before sending, results by graph."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.run_composite_graph import Input, flow
from salesforce_connector.errors import BadReply, RecordsFailed, Rejected
from salesforce_connector.writing.record_results import MoreThan


def step(name: str, method: str = "POST", path: str = "/sobjects/Lead", **more: Any) -> Any:
    return {"name": name, "method": method, "path": path, **more}


def chain(length: int) -> list[Any]:
    """Steps each of which refers to the one before."""
    return [
        step(f"s{n}", body={"X": f"@{{s{n - 1}.id}}"} if n else {"X": "1"}) for n in range(length)
    ]


def graph(name: str, *steps: Any) -> Any:
    return {"name": name, "steps": list(steps)}


def graph_answer(name: str, ok_: bool, *steps: tuple[str, int, Any]) -> dict[str, Any]:
    response = [
        {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": item}
        for item, status, body in steps
    ]
    return {
        "graphId": name,
        "graphResponse": {"compositeResponse": response},
        "isSuccessful": ok_,
    }


@pytest.mark.parametrize(
    ("graphs", "messages"),
    [
        ([graph(f"g{n}", step("a")) for n in range(76)], "75 graphs"),
        ([graph("g", *(step(f"s{n}") for n in range(501)))], "500 steps"),
        (
            [graph("g", *(step(f"s{n}", path=f"/sobjects/O{n}__c") for n in range(16)))],
            "15 different objects",
        ),
        ([graph("g", *chain(16))], "15 references"),
        ([graph("g", step("a")), graph("g", step("a"))], "same name"),
        ([graph("a", step("x")), graph("b", step("y", body={"X": "@{x.id}"}))], "refers to 'x'"),
        ([graph("g", step("a", "GET", "/query", params={"q": "x"}))], "cannot be used here"),
        ([graph("g", step("a", "GET"))], "cannot GET"),
    ],
)
def test_refuses_before_anything_is_sent(graphs: list[Any], messages: str) -> None:
    run = drive(flow(Input(graphs=graphs)))

    assert isinstance(run.error, Rejected)
    assert messages in str(run.error)
    assert run.calls == []


def test_a_graph_that_failed_fails_the_step_with_all_results() -> None:
    fault = [{"errorCode": "DUPLICATE_VALUE", "message": "No."}]
    run = drive(
        flow(Input(graphs=[graph("a", step("x")), graph("b", step("x"))])),
        ok(
            {
                "graphs": [
                    graph_answer("b", False, ("x", 400, fault)),
                    graph_answer("a", True, ("x", 201, {"id": "00Q"})),
                ]
            }
        ),
    )

    assert isinstance(run.error, RecordsFailed)
    assert "1 of 2 graphs failed" in str(run.error)
    assert [(row["name"], row["ok"], row["id"]) for row in run.error.records] == [
        ("a.x", True, "00Q"),
        ("b.x", False, None),
    ]
    assert run.error.sent is True


@pytest.mark.parametrize(("more_than", "fails"), [(0, True), (1, False)])
def test_the_policy_counts_graphs_and_not_their_steps(more_than: int, fails: bool) -> None:
    """Three steps failed, of one graph."""
    steps = [step("x"), step("y"), step("z")]
    fault = [{"errorCode": "DUPLICATE_VALUE", "message": "No."}]
    messages = [(item["name"], 400, fault) for item in steps]
    run = drive(
        flow(Input(graphs=[graph("a", *steps)], fail_when=MoreThan(more_than=more_than))),
        ok({"graphs": [graph_answer("a", False, *messages)]}),
    )

    assert (run.error is not None) is fails
    description = Input.model_json_schema()["properties"]["fail_when"]["description"]
    assert "graph" in description
    assert "row" not in description


def test_does_not_take_answers_to_other_graphs() -> None:
    run = drive(
        flow(Input(graphs=[graph("a", step("x"))])), ok({"graphs": [graph_answer("b", True)]})
    )

    assert isinstance(run.error, BadReply)


def test_accepts_the_longest_chain_and_returns_results_by_graph() -> None:
    graphs = [graph("deep", *chain(15)), graph("flat", step("x"))]
    answers = [
        graph_answer("deep", True, *((f"s{n}", 201, {"id": f"{n}"}) for n in range(15))),
        graph_answer("flat", True, ("x", 201, {"id": "x"})),
    ]
    run = drive(flow(Input(graphs=graphs)), ok({"graphs": answers}))

    assert [item.name for item in run.output.graphs] == ["deep", "flat"]
    assert [item.id for item in run.output.graphs[0].steps] == [str(n) for n in range(15)]
    body = run.calls[0].json("/services/data/v68.0")
    assert body["graphs"][1] == {
        "graphId": "flat",
        "compositeRequest": [
            {"method": "POST", "url": "/services/data/v68.0/sobjects/Lead", "referenceId": "x"}
        ],
    }
