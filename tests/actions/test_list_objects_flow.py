"""list_objects: search and pages."""

from driven_flow import drive, ok

from salesforce_actions.list_objects import Input, flow

FLAGS = dict.fromkeys(("queryable", "searchable", "createable", "updateable", "deletable"), True)
OBJECTS = [
    {"name": name, "label": name, "labelPlural": f"{name}s", "custom": "__c" in name, **FLAGS}
    for name in ("Account", "Contact", "Invoice__c", "Order", "Order__c")
]


def test_says_where_the_next_page_begins_until_there_is_none() -> None:
    first = drive(flow(Input(limit=3)), ok({"sobjects": OBJECTS})).output
    last = drive(flow(Input(limit=3, offset=3)), ok({"sobjects": OBJECTS})).output

    assert (first.total, first.next_offset) == (5, 3)
    assert [each.name for each in last.objects] == ["Order", "Order__c"]
    assert last.next_offset is None


def test_counts_only_what_matches() -> None:
    run = drive(flow(Input(search="ORDER", custom=True)), ok({"sobjects": OBJECTS}))

    assert run.calls[0].cached
    assert [each.name for each in run.output.objects] == ["Order__c"]
    assert (run.output.total, run.output.next_offset) == (1, None)
