"""`search_articles` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such group of categories."""
    filters = [{"group": "Planets", "categories": ["Mars"]}]
    with pytest.raises(Rejected) as error:
        run("search_articles", {"text": "parcel", "category_filters": filters})
    assert error.value.code == "MALFORMED_SEARCH"


def test_succeeds(run: Callable[..., Any]) -> None:
    """What is below a category is found, what is beside it not."""
    europe = [{"group": "Regions", "categories": ["Europe"]}]
    (article,) = run("search_articles", {"text": "parcel", "category_filters": europe})["articles"]
    assert article["url_name"] == "where-is-my-parcel"
    asia = [{"group": "Regions", "categories": ["Asia"]}]
    assert run("search_articles", {"text": "parcel", "category_filters": asia})["articles"] == []
