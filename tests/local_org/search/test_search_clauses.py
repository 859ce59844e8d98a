"""Clauses of searches: highlights, labels, list views, price books."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_org.rest_calls import create_record

from salesforce_emulator.list_views.declared import ListView, list_views_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.currency_fields import switch_on
from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.sosl.highlights import highlight
from salesforce_emulator.sosl.terms import parse


def search(client: httpx.Client, text: str) -> dict[str, Any]:
    response = client.get("/search", params={"q": text})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def ids(client: httpx.Client, text: str) -> list[str]:
    return [item["Id"] for item in search(client, text)["searchRecords"]]


def test_marks_the_words_that_were_searched_for(client: httpx.Client) -> None:
    create_record(
        client, "Account", Name="Acme, ACME and more", Description="of Acmeville", Phone="acme 1"
    )
    (record,) = search(
        client, "FIND {acme} RETURNING Account(Name, Description, Phone, Owner.Name) WITH HIGHLIGHT"
    )["searchRecords"]
    assert list(record) == [
        "attributes", "Name", "Description", "Phone", "Owner", "highlight.Name",
    ]  # fmt: skip
    assert record["highlight.Name"] == "<mark>Acme</mark>, <mark>ACME</mark> and more"


@pytest.mark.parametrize(
    ("term", "marked"),
    [
        ("acme AND energy", "<mark>Acme</mark> <mark>Energy</mark> Ltd"),
        ("acme AND NOT bolt", "<mark>Acme</mark> Energy Ltd"),
        ('"energy ltd"', "Acme <mark>Energy</mark> <mark>Ltd</mark>"),
        ("ac*", None),
        ("ac* OR ltd", "Acme Energy <mark>Ltd</mark>"),
    ],
)
def test_marks_words_but_none_with_a_wildcard(
    client: httpx.Client, term: str, marked: str | None
) -> None:
    create_record(client, "Account", Name="Acme Energy Ltd")
    text = f"FIND {{{term}}} RETURNING Account(Name) WITH HIGHLIGHT"
    (record,) = search(client, text)["searchRecords"]
    assert record.get("highlight.Name") == marked


def test_highlight_marks_every_matching_field_but_no_negated_word(client: httpx.Client) -> None:
    create_record(client, "Account", Name="Acme", Description="acme, not bolt")
    (record,) = search(
        client,
        "FIND {acme AND NOT bolt} IN NAME FIELDS RETURNING Account(Description) WITH HIGHLIGHT",
    )["searchRecords"]
    assert record["highlight.Description"] == "<mark>acme</mark>, not bolt"


def test_marks_25_records_of_the_objects_that_have_highlights(client: httpx.Client) -> None:
    for _ in range(26):
        create_record(client, "Contact", LastName="Acme")
    create_record(client, "Product2", Name="Acme")
    records = search(
        client, "FIND {acme} RETURNING Contact(LastName), Product2(Name) WITH HIGHLIGHT"
    )["searchRecords"]
    marked = [any(key.startswith("highlight.") for key in record) for record in records]
    assert marked == [True] * 25 + [False, False]


@given(
    words=st.lists(st.sampled_from(["acme", "Bolt", "ÉCLAIR", "straße", "x1"]), min_size=1),
    gap=st.sampled_from([" ", ", ", " - "]),
    query_word=st.sampled_from(["acme", "bolt", "éclair", "strasse"]),
)
def test_text_without_marks_is_unchanged(words: list[str], gap: str, query_word: str) -> None:
    """Law: marks are put around the words that match, all of them and no other."""
    text = gap.join(words)
    record = {"Name": text}
    highlight([record], default_schema()["Account"], parse(query_word))
    hits = sum(word.casefold() == query_word for word in words)
    marked = record.get("highlight.Name", text)
    assert marked.count("<mark>") == marked.count("</mark>") == hits
    assert marked.replace("<mark>", "").replace("</mark>", "") == text


def test_metadata_returns_field_labels(client: httpx.Client) -> None:
    create_record(client, "Account", Name="Acme")
    body = search(
        client,
        "FIND {acme} RETURNING Account(Name, Owner.Alias), Contact(Email) WITH METADATA='LABELS'",
    )
    assert body["metadata"] == {
        "entityMetadata": [
            {
                "entityName": "Account",
                "fieldMetadata": [
                    {"name": "Name", "label": "Account Name"},
                    {"name": "Owner.Alias", "label": "Alias"},
                ],
            },
            {"entityName": "Contact", "fieldMetadata": [{"name": "Email", "label": "Email"}]},
        ]
    }
    assert "metadata" not in search(client, "FIND {acme} RETURNING Account(Name)")


def test_searches_a_list_view_alone(org: Org, client: httpx.Client) -> None:
    list_views_of(org).append(
        ListView("Account", "Hot", "Hot", ("Name",), where="Rating = 'Hot'", mine=True)
    )
    hot = create_record(client, "Account", Name="Acme hot", Rating="Hot")
    cold = create_record(client, "Account", Name="Acme cold")
    result = "FIND {acme} RETURNING Account(Id"
    assert ids(client, f"{result})") == [hot, cold]
    assert ids(client, f"{result} USING ListView=Hot)") == [hot]
    assert ids(client, f"{result} WHERE Name != 'Acme hot' USING ListView=Hot)") == []
    assert ids(client, f"{result} USING ListView = AllAccounts ORDER BY Name)") == [cold, hot]


@pytest.fixture
def priced(client: httpx.Client) -> tuple[str, str, str]:
    """A price book with one of two products in it: the book, the product in it, the other."""
    book = client.get("/query", params={"q": "SELECT Id FROM Pricebook2 WHERE IsStandard = true"})
    pricebook = book.json()["records"][0]["Id"]
    first, second = (
        create_record(client, "Product2", Name="Lamp one"),
        create_record(client, "Product2", Name="Lamp b"),
    )
    create_record(client, "PricebookEntry", Product2Id=first, Pricebook2Id=pricebook, UnitPrice=5)
    return pricebook, first, second


def test_finds_products_of_a_price_book(client: httpx.Client, priced: tuple[str, str, str]) -> None:
    pricebook, first, other = priced
    account = create_record(client, "Account", Name="Lamp shop")
    text = "FIND {lamp} RETURNING Product2(Id), Account(Id)"
    assert ids(client, text) == [first, other, account]
    assert ids(client, f"{text} WITH PricebookId = '{pricebook}'") == [first, account]
    body = {"q": "lamp", "sobjects": [{"name": "Product2"}], "pricebookId": pricebook}
    result = client.post("/parameterizedSearch", json=body).json()["searchRecords"]
    assert [item["Id"] for item in result] == [first]


@pytest.mark.parametrize("value", ["true", "FALSE"])
def test_spell_correction_is_accepted_and_changes_nothing(client: httpx.Client, value: str) -> None:
    account = create_record(client, "Account", Name="Acme")
    assert ids(client, f"FIND {{acme}} WITH SPELL_CORRECTION = {value}") == [account]
    assert ids(client, f"FIND {{acmee}} WITH SPELL_CORRECTION = {value}") == []


def test_labels_by_parameters(client: httpx.Client) -> None:
    values = {"q": "acme", "sobject": "Account", "Account.fields": "Name", "metadata": "LABELS"}
    body = client.get("/parameterizedSearch", params=values).json()
    assert body["metadata"]["entityMetadata"][0]["entityName"] == "Account"
    response = client.post("/parameterizedSearch", json={"q": "acme", "metadata": "a' LIMIT 1"})
    assert response.status_code == 400
    assert "WITH METADATA can not be a' LIMIT 1" in response.json()[0]["message"]


def test_functions_in_returning(org: Org, client: httpx.Client) -> None:
    switch_on(org, "USD", {"EUR": 0.5})
    create_record(
        client, "Opportunity", Name="Acme", StageName="Closed Won", CloseDate="2026-01-02",
        Amount=100, CurrencyIsoCode="EUR",
    )  # fmt: skip
    (record,) = search(
        client,
        "FIND {acme} RETURNING Opportunity(toLabel(StageName), FORMAT(CloseDate), Amount,"
        " convertCurrency(Amount) mine, FORMAT(Amount) shown WHERE Amount > USD150)",
    )["searchRecords"]
    del record["attributes"]
    assert record == {
        "StageName": "Closed Won", "CloseDate": "1/2/2026", "Amount": 100.0, "mine": 200.0,
        "shown": "EUR 100.00",
    }  # fmt: skip


def test_layouts_of_search_results(client: httpx.Client) -> None:
    response = client.get("/search/layout", params={"q": "Account, Case,Lead"})
    assert response.status_code == 200
    account, case, lead = response.json()
    assert account == {
        "label": "Search Results",
        "limitRows": 25,
        "searchColumns": [
            {"field": "Account.Name", "format": None, "label": "Account Name", "name": "Name"},
            {"field": "Account.Site", "format": None, "label": "Account Site", "name": "Site"},
            {"field": "Account.Phone", "format": None, "label": "Account Phone", "name": "Phone"},
            {
                "field": "User.Alias",
                "format": None,
                "label": "Account Owner Alias",
                "name": "Owner.Alias",
            },
        ],
    }
    assert [item["name"] for item in case["searchColumns"]] == ["CaseNumber", "Owner.Alias"]
    assert lead["searchColumns"][-1]["label"] == "Lead Owner Alias"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("Nothing", "INVALID_TYPE"),
        ("RecordType", "INVALID_TYPE"),
        (",".join(["Account"] * 101), "MALFORMED_SEARCH"),
    ],
)
def test_layouts_are_refused(client: httpx.Client, names: str, code: str) -> None:
    response = client.get("/search/layout", params={"q": names})
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)
    assert client.get("/search/layout").json()[0]["errorCode"] == "MISSING_ARGUMENT"
