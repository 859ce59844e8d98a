"""find_records: the query it makes, and what it says of more."""

from flow_driver import drive, ok

from salesforce_actions.actions.find_records import Input, Output, flow


def page(*names: str) -> dict[str, object]:
    return {"totalSize": len(names), "done": True, "records": [{"Name": name} for name in names]}


def test_makes_one_query_of_the_input_and_shows_it() -> None:
    run = drive(
        flow(
            Input.model_validate(
                {
                    "sobject": "Account",
                    "fields": ["Name"],
                    "filters": [{"field": "Name", "operator": "contains", "value": "a"}],
                    "limit": 2,
                }
            )
        ),
        ok(page("Anna")),
    )

    soql = "SELECT Id, Name FROM Account WHERE Name LIKE '%a%' LIMIT 2"
    assert [(call.path, call.params) for call in run.calls] == [("/query", {"q": soql})]
    assert run.output == Output(records=[{"Name": "Anna"}], soql=soql)
    assert run.notes == []


def test_warns_that_there_may_be_more_when_the_limit_is_reached() -> None:
    run = drive(flow(Input(sobject="Account", limit=2)), ok(page("A", "B")))

    assert "there may be more" in run.notes[0]


def test_include_deleted_searches_the_recycle_bin() -> None:
    run = drive(flow(Input(sobject="Account", include_deleted=True)), ok(page()))

    assert run.calls[0].path == "/queryAll"
