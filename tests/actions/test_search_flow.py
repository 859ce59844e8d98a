"""search: plain words and SOSL."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.search import Input, flow
from salesforce_connector.errors import BadReply, Rejected


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"text": " "},
        {"text": "Acme", "sosl": "FIND {Acme}"},
        {"sosl": "FIND {Acme}", "objects": [{"sobject": "Account"}]},
        {"text": "Acme", "parameters": {"a": "b"}},
        {"sosl": "FIND {Acme}", "search_in": "NAME"},
        {"sosl": "FIND {Acme}", "limit": 10},
    ],
)
def test_accepts_either_words_or_sosl(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(inputs)


def test_refuses_a_word_too_short_before_anything_is_sent() -> None:
    run = drive(flow(Input(text="a")))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_escapes_the_words_and_reports_where_to_search() -> None:
    run = drive(
        flow(
            Input.model_validate(
                {
                    "text": "Acme (Berlin)",
                    "search_in": "NAME",
                    "objects": [
                        {
                            "sobject": "Account",
                            "filters": [{"field": "Site", "value": "HQ"}],
                            "limit": 5,
                        }
                    ],
                }
            )
        ),
        ok({"searchRecords": [{"Id": "001"}]}),
    )

    call = run.calls[0]
    assert (call.method, call.path, call.reading) == ("POST", "/parameterizedSearch", True)
    assert call.json == {
        "q": r"Acme \(Berlin\)",
        "in": "NAME",
        "overallLimit": 200,
        "sobjects": [
            {"name": "Account", "fields": ["Id", "Name"], "where": "Site = 'HQ'", "limit": 5}
        ],
    }
    assert run.output.records == [{"Id": "001"}]


def test_binds_values_into_sosl() -> None:
    run = drive(
        flow(Input(sosl="FIND {:what}", parameters={"what": "a-b"})), ok({"searchRecords": []})
    )

    assert run.calls[0].params == {"q": r"FIND {a\-b}"}
    assert run.output.records == []


def test_warns_at_the_limit_that_there_may_be_more() -> None:
    run = drive(flow(Input(text="Acme", limit=1)), ok({"searchRecords": [{"Id": "001"}]}))

    assert "there may be more" in run.notes[0]


def test_reports_so_too_when_sosl_gives_as_many_as_one_search_can() -> None:
    result = {"searchRecords": [{"Id": str(number)} for number in range(2_000)]}

    assert "there may be more" in drive(flow(Input(sosl="FIND {Acme}")), ok(result)).notes[0]


@pytest.mark.parametrize("body", [{}, "none", [1]])
def test_a_reply_without_records_is_not_read_as_an_empty_result(body: Any) -> None:
    assert isinstance(drive(flow(Input(text="Acme")), ok(body)).error, BadReply)


def test_reads_the_list_that_old_versions_give() -> None:
    assert drive(flow(Input(text="Acme")), ok([{"Id": "1"}])).output.records == [{"Id": "1"}]
