"""Facts that recordings of real orgs prove: the tests that hold each, and those tested here.

`TESTS` maps the number of a fact in `recorded-facts.md`, which is outside the repository, to tests.
"""

import re
from pathlib import Path
from typing import Final

import httpx
import pytest
from local_org.rest_calls import create_record

HERE: Final = Path(__file__).resolve().parent
FACTS: Final = next(
    (
        file
        for parent in HERE.parents
        if (file := parent / "shared" / "salesforce" / "recorded-facts.md").is_file()
    ),
    None,
)
TESTS: Final = {
    1: (
        "test_recorded_facts.test_every_data_call_returns_the_api_usage",
        "records/test_rest_envelope.test_the_version_list_is_open_and_not_counted",
        "records/test_rest_envelope.test_nobody_comes_in_without_a_token",
    ),
    2: (
        "records/test_rest_envelope.test_answers_have_the_headers_that_orgs_send",
        "wire/test_bodies_and_cookies.test_sets_the_cookies_that_orgs_set",
    ),
    3: ("records/test_rest_rows.test_create_returns_the_id_and_the_location",),
    4: (
        "records/test_rest_rows.test_upserts_by_a_key_that_may_hold_a_slash",
        "test_recorded_facts.test_upserts_return_created_since_version_46",
    ),
    5: (
        "soql/test_soql_pages.test_a_page_has_2_000_records",
        "soql/test_soql_pages.test_long_texts_make_pages_smaller",
    ),
    6: (
        "test_recorded_facts.test_keys_of_errors_have_the_recorded_order",
        "collections/test_collections_over_http.test_each_upsert_item_has_created",
    ),
    7: ("records/test_rest_rows.test_a_deleted_record_is_deleted",),
    8: (
        "soql/test_soql_conditions.test_refuses",
        "records/test_record_writes.test_refuses_a_body_that_does_not_fit",
    ),
    9: ("soql/test_soql_reading.test_the_caret_is_below_the_token_in_a_window",),
    10: ("soql/test_soql_groups.test_totals_of_all_rows",),
    11: (
        "records/test_describe_bodies.test_a_copy_is_good_until_the_schema_changes",
        "search/test_search_over_http.test_deleted_records_are_not_found",
    ),
    12: (
        "collections/test_composite_over_http.test_steps_are_answered_as_single_requests",
        "collections/test_batch_over_http.test_a_failed_subrequest_leaves_the_others",
        "collections/test_graph_over_http.test_a_graph_that_fails_is_undone_and_others_are_not",
    ),
}


@pytest.mark.parametrize("test", [test for tests in TESTS.values() for test in tests])
def test_each_fact_has_its_tests(test: str) -> None:
    module, _, name = test.rpartition(".")

    assert f"def {name}(" in (HERE / f"{module}.py").read_text("utf-8")


@pytest.mark.skipif(FACTS is None, reason="recorded-facts.md is not on this machine")
def test_no_fact_is_missing() -> None:
    assert FACTS is not None
    numbers = re.findall(r"^(\d+)\. ", FACTS.read_text("utf-8"), re.MULTILINE)

    assert {int(number) for number in numbers} == set(TESTS)


def test_every_data_call_returns_the_api_usage(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    path = f"/sobjects/Account/{account}"
    responses = {
        204: client.patch(path, json={"Phone": "1"}),
        400: client.patch(path, json={"Nope": "1"}),
        404: client.get("/sobjects/Account/001000000000001AAA"),
    }

    for status, response in responses.items():
        assert response.status_code == status
        assert re.fullmatch(r"api-usage=\d+/15000", response.headers["Sforce-Limit-Info"])


@pytest.mark.parametrize(
    ("version", "update"),
    [("v46.0", (200, ["id", "success", "errors", "created"])), ("v45.0", (204, []))],
)
def test_upserts_return_created_since_version_46(
    client: httpx.Client, version: str, update: tuple[int, list[str]]
) -> None:
    root = str(client.base_url).partition("/services")[0]
    url = f"{root}/services/data/{version}/sobjects/Account/External_Id__c/k"
    client.patch(url, json={"Name": "A"})

    response = client.patch(url, json={"Name": "B"})

    assert (response.status_code, list(response.json()) if response.content else []) == update


@pytest.mark.parametrize(
    ("method", "path", "body", "keys"),
    [
        ("GET", "/nope", None, ["errorCode", "message"]),
        ("PUT", "/sobjects/Account", {}, ["errorCode", "message"]),
        ("GET", "/query?q=SELECT+Nope+FROM+Account", None, ["message", "errorCode"]),
        ("POST", "/sobjects/Account", {"Name": {}}, ["message", "errorCode"]),
        ("POST", "/sobjects/Account", {}, ["message", "errorCode", "fields"]),
        ("DELETE", "/sobjects/Account/{deleted}", None, ["message", "errorCode", "fields"]),
    ],
)
def test_keys_of_errors_have_the_recorded_order(
    client: httpx.Client, method: str, path: str, body: object, keys: list[str]
) -> None:
    deleted = create_record(client, "Account", Name="Gone")
    client.delete(f"/sobjects/Account/{deleted}")

    (error,) = client.request(method, path.format(deleted=deleted), json=body).json()

    assert list(error) == keys
