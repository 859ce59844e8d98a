"""list_data_categories: trees as lists, parents first."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.list_data_categories import Input, flow
from salesforce_connector.errors import BadReply
from salesforce_connector.metadata.data_categories import PATH


@pytest.mark.parametrize("answer", [[], {}, {"categoryGroups": [{"label": "x"}]}])
def test_an_answer_that_does_not_fit_is_a_bad_reply(answer: Any) -> None:
    assert isinstance(drive(flow(Input()), ok(answer)).error, BadReply)


def test_returns_each_category_with_its_path() -> None:
    france = {"name": "France", "label": "Frankreich", "childCategories": []}
    europe = {"name": "Europe", "label": "Europa", "childCategories": [france]}
    top = {"name": "All", "label": "Alle", "childCategories": [europe]}
    groups = [
        {"name": "Regions", "label": "Regionen", "topCategories": [top]},
        {"name": "Products", "label": "Produkte", "topCategories": []},
    ]
    run = drive(flow(Input(language="pt_BR")), ok({"categoryGroups": groups}))
    (call,) = run.calls
    assert (call.path, call.params["topCategoriesOnly"]) == (PATH, "false")
    assert call.headers == {"Accept-Language": "pt-BR"}
    regions, products = run.output.groups
    assert [category.path for category in regions.categories] == [
        ["All"], ["All", "Europe"], ["All", "Europe", "France"],
    ]  # fmt: skip
    assert (regions.categories[2].label, products.categories) == ("Frankreich", [])


def test_a_top_category_may_come_without_children() -> None:
    groups = [{"name": "R", "topCategories": [{"name": "All", "childCategories": None}]}]
    run = drive(flow(Input()), ok({"categoryGroups": groups}))
    assert run.calls[0].headers == {}
    assert [category.name for category in run.output.groups[0].categories] == ["All"]
