"""search_articles: the search that is written, and what comes of it."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.search_articles import Input, flow
from salesforce_connector.errors import BadReply, Rejected

HIT = {"attributes": {"type": "Knowledge__kav"}, "Id": "ka0", "Title": "How to"}


def search_of(**inputs: Any) -> str:
    run = drive(flow(Input.model_validate({"text": "how to", **inputs})), ok({"searchRecords": []}))
    return str(run.calls[0].params["q"])


@pytest.mark.parametrize(
    "inputs",
    [
        {"text": "x"},
        {"text": "xx", "language": "en' OR Language != '"},
        {"text": "xx", "fields": ["Id FROM Account"]},
        {"text": "xx", "sobject": "Account"},
        {"text": "xx", "category_filters": [{"group": "A B", "categories": ["c"]}]},
        {"text": "xx", "category_filters": [{"group": "A", "categories": ["c) LIMIT 1"]}]},
        {"text": "xx", "category_filters": [{"group": "A", "categories": []}]},
    ],
)
def test_refuses_what_would_be_another_search(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(inputs)


def test_a_text_of_blanks_is_refused() -> None:
    assert isinstance(drive(flow(Input(text="   "))).error, Rejected)


@pytest.mark.parametrize("answer", [[], {}, {"searchRecords": [{"Id": "ka0"}]}])
def test_an_answer_that_does_not_fit_is_a_bad_reply(answer: Any) -> None:
    assert isinstance(drive(flow(Input(text="how to")), ok(answer)).error, BadReply)


def test_typed_text_is_escaped() -> None:
    assert r"FIND {how \{to\}\?}" in search_of(text="how {to}?")


def test_searches_published_articles_of_a_language() -> None:
    search = search_of(language="de", limit=5, fields=["Answer__c", "Title"])
    assert "WHERE PublishStatus = 'Online' AND Language = 'de' LIMIT 5)" in search
    assert "Summary, LastPublishedDate, Answer__c WHERE" in search
    assert "DATA CATEGORY" not in search


def test_categories_have_their_ending_in_a_search() -> None:
    filters = [
        {"group": "Regions", "categories": ["Europe", "Asia__c"]},
        {"group": "Products__c", "categories": ["All"], "scope": "at"},
    ]
    search = search_of(category_filters=filters, status="draft", sobject="FAQ__kav")
    assert search.endswith(
        "WITH DATA CATEGORY Regions__c BELOW (Europe__c, Asia__c) AND Products__c AT (All__c)"
    )
    assert "RETURNING FAQ__kav(" in search
    assert "PublishStatus = 'Draft'" in search


def test_returns_articles_with_the_requested_fields() -> None:
    hit = {**HIT, "UrlName": "how-to", "Answer__c": "So."}
    run = drive(flow(Input(text="how to", fields=["Answer__c"])), ok({"searchRecords": [hit]}))
    (article,) = run.output.articles
    assert (article.version_id, article.url_name, article.summary) == ("ka0", "how-to", None)
    assert article.fields == {"Answer__c": "So."}
    assert run.notes == []


def test_warns_that_there_may_be_more() -> None:
    run = drive(flow(Input(text="how to", limit=1)), ok({"searchRecords": [HIT]}))
    assert "may be more" in run.notes[0]
