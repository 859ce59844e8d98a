"""Searches over HTTP, by SOSL and by parameters."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org


def search(client: httpx.Client, text: str) -> list[dict[str, Any]]:
    response = client.get("/search", params={"q": text})
    assert response.status_code == 200, response.text
    result: list[dict[str, Any]] = response.json()["searchRecords"]
    return result


def refusal(answer: httpx.Response) -> tuple[str, str]:
    assert answer.status_code == 400
    (error,) = answer.json()
    return error["errorCode"], error["message"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in"),
        ("FIND acme", "MALFORMED_SEARCH", "No search term found."),
        ("FIND {acme", "MALFORMED_SEARCH", "No search term found."),
        ("FIND {acme} IN ALL", "MALFORMED_SEARCH", "unexpected token: 'IN'"),
        ("FIND {acme} RETURNING", "MALFORMED_SEARCH", "unexpected token: '<EOF>'"),
        ("FIND {acme} RETURNING Nothing", "INVALID_TYPE", "sObject type 'Nothing'"),
        ("FIND {acme} RETURNING RecordType", "INVALID_TYPE", "does not support search"),
        ("FIND {acme} RETURNING Account(Nmae)", "INVALID_FIELD", "No such column 'Nmae'"),
        ("FIND {acme} RETURNING Account(Id WHERE Name = 5)", "INVALID_FIELD", "of type string"),
        ("FIND {acme} RETURNING Account(Id WHERE Name = :x)", "MALFORMED_SEARCH", "Bind var"),
        ("FIND {acme} WITH METADATA='ALL'", "MALFORMED_SEARCH", "WITH METADATA can not be ALL"),
        ("FIND {acme} WITH METADATA != 'LABELS'", "MALFORMED_SEARCH", "unexpected token: '!='"),
        ("FIND {acme} WITH SPELL_CORRECTION = 1", "MALFORMED_SEARCH", "can not be 1"),
        ("FIND {acme} WITH DIVISION = 'EU'", "MALFORMED_SEARCH", "does not offer WITH DIVISION"),
        ("FIND {acme} WITH NETWORK = '0DB'", "MALFORMED_SEARCH", "does not offer WITH NETWORK"),
        ("FIND {acme} WITH LUCK", "MALFORMED_SEARCH", "does not offer WITH LUCK"),
        (
            "FIND {acme} RETURNING Product2(Id) WITH PricebookId = 'x'",
            "MALFORMED_SEARCH",
            "invalid ID field: x",
        ),
        ("FIND {acme} UPDATE TRACKING", "MALFORMED_SEARCH", "does not offer UPDATE TRACKING"),
        ("FIND {acme} WITH SNIPPET (target_length=120)", "MALFORMED_SEARCH", "WITH SNIPPET"),
        ("FIND {acme} WITH NETWORK IN ('a')", "MALFORMED_SEARCH", "WITH NETWORK"),
        (
            "FIND {acme} WITH DATA CATEGORY a__c AT b__c",
            "MALFORMED_SEARCH",
            "invalid data category group: a__c",
        ),
        ("FIND {acme} UPDATE VIEWSTAT", "MALFORMED_SEARCH", "does not offer UPDATE VIEWSTAT"),
        (
            "FIND {acme} RETURNING Account(Id USING ListView = Mine)",
            "MALFORMED_SEARCH",
            "Account has no list view Mine",
        ),
        (
            "FIND {acme} RETURNING Account(Id, (SELECT Id FROM Contacts))",
            "MALFORMED_SEARCH",
            "more than fields",
        ),
        ("FIND {acme} LIMIT 2001", "MALFORMED_SEARCH", "LIMIT is 2000 at most"),
        (
            "FIND {acme} RETURNING Account(Id LIMIT 1 OFFSET 2001)",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "offset allowed is 2000",
        ),
    ],
)
def test_refuses_by_name(client: httpx.Client, text: str, code: str, message: str) -> None:
    error = refusal(client.get("/search", params={"q": text}))
    assert error[0] == code
    assert message in error[1]


def test_points_at_the_part_to_blame(client: httpx.Client) -> None:
    _, message = refusal(client.get("/search", params={"q": "FIND {acme} RETURNING Nothing"}))
    assert message.startswith(
        "\nFIND {acme} RETURNING Nothing\n                      ^\nERROR at Row:1:Column:23\n"
    )


def test_needs_a_search(client: httpx.Client) -> None:
    assert refusal(client.get("/search"))[0] == "MISSING_ARGUMENT"
    assert refusal(client.post("/parameterizedSearch", json={}))[0] == "MISSING_ARGUMENT"


def test_finds_nothing_with_an_empty_list(client: httpx.Client) -> None:
    assert client.get("/search", params={"q": "FIND {nothing}"}).json() == {"searchRecords": []}


def test_search_returns_ids_of_all_objects_by_default(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    contact = create_record(client, "Contact", LastName="Acme")
    match = search(client, "FIND {acme}")
    assert [(item["attributes"]["type"], item["Id"]) for item in match] == [
        ("Account", account),
        ("Contact", contact),
    ]
    assert set(match[0]) == {"attributes", "Id"}


def test_before_v37_the_answer_is_a_list(client: httpx.Client) -> None:
    response = client.get("/services/data/v36.0/search", params={"q": "FIND {nothing}"})
    old = client.get(str(response.url).replace("/services/data/v68.0/services", "/services"))
    assert old.json() == []


def test_reads_the_fields_as_soql_does(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme", Industry="Banking")
    create_record(client, "Account", Name="Acme 2", Industry="Energy")
    match = search(
        client,
        "FIND {acme} IN NAME FIELDS RETURNING"
        " Account(Name, Owner.Name, toLabel(Industry) WHERE Industry = 'Banking' AND Name != 'x')",
    )
    assert [(item["Name"], item["Industry"]) for item in match] == [("Acme", "Banking")]
    assert match[0]["Owner"]["Name"]
    assert match[0]["attributes"]["url"].endswith(account)


def test_search_group_limits_the_fields(client: httpx.Client) -> None:
    fields = {"LastName": "Kim", "Email": "a@bolt.example", "Phone": "555 1234"}
    create_record(client, "Contact", **fields, Description="a note on cyd")
    hits = {
        group: [
            word
            for word in ("kim", "bolt", "1234", "cyd")
            if search(client, f"FIND {{{word}}} IN {group} FIELDS RETURNING Contact")
        ]
        for group in ("ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR")
    }
    assert hits == {
        "ALL": ["kim", "bolt", "1234", "cyd"],
        "NAME": ["kim"],
        "EMAIL": ["bolt"],
        "PHONE": ["1234"],
        "SIDEBAR": ["kim", "bolt", "1234"],
    }


def test_best_name_match_is_first_without_order_by(client: httpx.Client) -> None:
    for name in ("Bolt of Acme", "Acme"):
        create_record(client, "Account", Name=name)
    create_record(client, "Account", Name="Aaa", Description="Acme")
    unordered = search(client, "FIND {acme} RETURNING Account(Name)")
    ordered = search(client, "FIND {acme} RETURNING Account(Name ORDER BY Name DESC)")
    paged = search(client, "FIND {acme} RETURNING Account(Name ORDER BY Name LIMIT 1 OFFSET 1)")
    assert [item["Name"] for item in unordered] == ["Acme", "Bolt of Acme", "Aaa"]
    assert [item["Name"] for item in ordered] == ["Bolt of Acme", "Acme", "Aaa"]
    assert [item["Name"] for item in paged] == ["Acme"]


def test_one_limit_is_shared_by_the_objects(client: httpx.Client) -> None:
    for number in range(5):
        create_record(client, "Account", Name=f"Acme {number}")
    create_record(client, "Contact", LastName="Acme")
    match = search(client, "FIND {acme} RETURNING Account, Contact LIMIT 4")
    assert [item["attributes"]["type"] for item in match] == ["Account"] * 3 + ["Contact"]


def test_deleted_records_are_not_found(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    client.delete(f"/sobjects/Account/{account}")
    assert search(client, "FIND {acme}") == []


def test_the_index_may_take_its_time(client: httpx.Client, org: Org, clock: Clock) -> None:
    org.settings.search_delay = timedelta(seconds=30)
    create_record(client, "Account", Name="Acme")
    assert search(client, "FIND {acme}") == []
    clock.advance(timedelta(seconds=30))
    assert len(search(client, "FIND {acme}")) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"q": "acme", "sobjects": "Account"}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "sobjects": [{"name": "Account", "nothing": 1}]}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "nothing": 1}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "sobjects": [{"name": "Nothing"}]}, "INVALID_TYPE"),
        ({"q": "acme", "sobjects": [{"name": "a b"}]}, "INVALID_TYPE"),
        ({"q": "acme", "in": "SOME"}, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ({"q": "acme", "overallLimit": 0}, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ({"q": "acme", "overallLimit": "5"}, "JSON_PARSER_ERROR"),
        ({"q": "acme", "offset": 5}, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ({"q": "acme} RETURNING Account {"}, "MALFORMED_SEARCH"),
        ({"q": 5}, "MISSING_ARGUMENT"),
    ],
)
def test_refuses_parameters_that_do_not_fit(
    client: httpx.Client, body: dict[str, Any], code: str
) -> None:
    assert refusal(client.post("/parameterizedSearch", json=body))[0] == code


def test_unsupported_features_are_named_in_the_error(client: httpx.Client) -> None:
    response = client.post("/parameterizedSearch", json={"q": "acme", "snippet": 120})
    assert response.status_code == 501
    assert "snippet" in response.json()[0]["message"]
    assert client.get("/search/suggestSearchQueries", params={"q": "a"}).status_code == 501


def test_searches_by_parameters(client: httpx.Client) -> None:
    for name in ("Acme", "Acme 2", "Acme 3"):
        create_record(client, "Account", Name=name)
    account = {"name": "Account", "fields": ["Id", "Name"], "where": "Name LIKE '%m%'", "limit": 2}
    body = {"q": "acme", "in": "NAME", "sobjects": [{**account, "orderBy": "Name DESC"}]}
    by_post = client.post("/parameterizedSearch", json=body).json()
    params = {
        "q": "acme",
        "sobject": "Account",
        "Account.fields": "Id,Name",
        "Account.where": "Name LIKE '%m%'",
        "Account.limit": "2",
        "Account.orderBy": "Name DESC",
        "in": "NAME",
    }
    by_get = client.get("/parameterizedSearch", params=params).json()
    assert [item["Name"] for item in by_post["searchRecords"]] == ["Acme 3", "Acme 2"]
    assert by_get == by_post


def test_scope_order_and_suggestions(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme Corp")
    create_record(client, "Account", Name="Acme Two")
    scope = client.get("/search/scopeOrder").json()
    assert {"type": "Account", "url": "/services/data/v68.0/sobjects/Account/describe"} in scope
    params = {"q": "acme co", "sobject": "Account", "limit": "1"}
    message = client.get("/search/suggestions", params=params).json()
    assert [(item["Id"], item["Name"]) for item in message["autoSuggestResults"]] == [
        (account, "Acme Corp")
    ]
    assert message["hasMoreResults"] is False
    params["sobject"] = "Nothing"
    assert refusal(client.get("/search/suggestions", params=params))[0] == "INVALID_TYPE"


def test_ascii_words_match_accented_text(client: httpx.Client) -> None:
    """`ß` is `ss` where case does not count, which the database does not know."""
    create_record(client, "Account", Name="Große Straße")
    assert [item["Name"] for item in search(client, "FIND {strasse} RETURNING Account(Name)")] == [
        "Große Straße"
    ]


def test_the_object_of_a_search_by_parameters_may_be_spelled_in_any_case(
    client: httpx.Client,
) -> None:
    response = client.get("/parameterizedSearch", params={"q": "acme", "sObject": "Account"})

    assert response.status_code == 200


@pytest.mark.parametrize("text", ["a|b", "x ^y", "[ab]"])
def test_a_reserved_character_must_be_escaped(client: httpx.Client, text: str) -> None:
    refused = client.get("/search", params={"q": f"FIND {{{text}}}"})

    assert refused.json()[0]["errorCode"] == "MALFORMED_SEARCH"
    escaped = "".join(f"\\{item}" if item in "|^[]" else item for item in text)
    assert client.get("/search", params={"q": f"FIND {{{escaped}}}"}).status_code == 200
