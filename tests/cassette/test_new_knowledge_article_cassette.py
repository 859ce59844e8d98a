"""`new_knowledge_article` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll("new_knowledge_article", {"fields": ["Nmae"], "start": "everything"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    _, cursor = poll("new_knowledge_article", {})
    fields = {"Title": "Printers", "UrlName": "printers", "PublishStatus": "Online"}
    article = run("create_record", {"sobject": "Knowledge__kav", "fields": fields})
    events, cursor = poll("new_knowledge_article", {}, cursor)
    assert [event["record_id"] for event in events] == [article["id"]]
    assert poll("new_knowledge_article", {}, cursor)[0] == []
