"""Data categories: their trees, and searches within them."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.knowledge.data_categories import category_groups, group_of_paths
from salesforce_emulator.org.state import Org

PATH = "/support/dataCategoryGroups"
PATHS = ("All", "All/Europe", "All/Europe/France", "All/Asia")
ARTICLES = "KnowledgeArticleVersion"


@pytest.fixture
def regions(org: Org) -> None:
    category_groups(org).add(group_of_paths("Regions", "", PATHS))


def article(client: httpx.Client, title: str, category: str = "", **fields: Any) -> str:
    url_name = title.lower().replace(" ", "-")
    fields = {"Title": title, "UrlName": url_name, "PublishStatus": "Online", **fields}
    response = client.post("/sobjects/Knowledge__kav", json=fields)
    assert response.status_code == 201, response.text
    article_id = str(response.json()["id"])
    if category:
        row = {
            "ParentId": article_id,
            "DataCategoryGroupName": "Regions",
            "DataCategoryName": category,
        }
        client.post("/sobjects/Knowledge__DataCategorySelection", json=row)
    return article_id


def titles(client: httpx.Client, category_filter: str) -> list[str]:
    returning = "Knowledge__kav(Title WHERE PublishStatus = 'Online' AND Language = 'en_US')"
    text = f"FIND {{parcel}} RETURNING {returning} WITH DATA CATEGORY {category_filter}"
    response = client.get("/search", params={"q": text})
    assert response.status_code == 200, response.text
    return sorted(record["Title"] for record in response.json()["searchRecords"])


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (("All", "All/A", "All/a"), "called a"),
        (("All", "None/A"), "under nothing"),
        (("A", "A/B", "A/B/C", "A/B/C/D", "A/B/C/D/E", "A/B/C/D/E/F"), "deeper"),
    ],
)
def test_a_group_that_is_no_tree_is_refused(paths: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        group_of_paths("Regions", "", paths)


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        (PATH, {}, 400),
        (PATH, {"sObjectName": "Account"}, 400),
        (f"{PATH}/Regions/dataCategories/Mars", {"sObjectName": ARTICLES}, 404),
        (f"{PATH}/Planets/dataCategories/All", {"sObjectName": ARTICLES}, 404),
    ],
)
def test_missing_groups_and_articles_are_not_found(
    client: httpx.Client, path: str, params: dict[str, str], status: int
) -> None:
    assert client.get(path, params=params).status_code == status


@pytest.mark.usefixtures("regions")
def test_top_categories_or_the_whole_tree_are_returned(client: httpx.Client) -> None:
    params = {"sObjectName": ARTICLES}
    (group,) = client.get(PATH, params=params).json()["categoryGroups"]
    (top,) = group["topCategories"]
    assert (group["objectUsage"], top["name"], top["childCategories"]) == (ARTICLES, "All", None)
    whole = client.get(PATH, params={**params, "topCategoriesOnly": "false"}).json()
    (top,) = whole["categoryGroups"][0]["topCategories"]
    europe, _ = top["childCategories"]
    assert [item["name"] for item in europe["childCategories"]] == ["France"]
    below = client.get(top["url"].removeprefix("/services/data/v68.0")).json()
    assert [item["name"] for item in below["childCategories"]] == ["Europe", "Asia"]


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize(
    ("category_filter", "expected"),
    [
        ("Regions__c AT Europe__c", ["Europe"]),
        ("Regions__c BELOW Europe__c", ["Europe", "France"]),
        ("Regions__c ABOVE Europe__c", ["All", "Europe"]),
        ("Regions__c ABOVE_OR_BELOW Europe__c", ["All", "Europe", "France"]),
        ("Regions__c AT (France__c, Asia__c)", ["Asia", "France"]),
        ("Regions__c BELOW All__c AND Regions__c AT Asia__c", ["Asia"]),
    ],
)
def test_a_search_leaves_the_articles_of_categories(
    client: httpx.Client, category_filter: str, expected: list[str]
) -> None:
    for name in ("All", "Europe", "France", "Asia"):
        article(client, f"Parcel {name}", name)
    article(client, "Parcel without a category")
    assert titles(client, category_filter) == [f"Parcel {name}" for name in sorted(expected)]


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize("category", ["Planets__c AT Mars__c", "Regions__c AT Mars__c"])
def test_an_unknown_category_is_refused(client: httpx.Client, category: str) -> None:
    text = f"FIND {{parcel}} RETURNING Knowledge__kav(Id) WITH DATA CATEGORY {category}"
    response = client.get("/search", params={"q": text})
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "MALFORMED_SEARCH")


def test_a_new_article_is_a_draft(client: httpx.Client) -> None:
    article_id = article(client, "How to", PublishStatus=None)
    row = client.get(f"/sobjects/Knowledge__kav/{article_id}").json()
    assert (row["PublishStatus"], row["Language"], row["VersionNumber"]) == ("Draft", "en_US", 1)
    assert row["LastPublishedDate"] is None
    client.patch(f"/sobjects/Knowledge__kav/{article_id}", json={"PublishStatus": "Online"})
    row = client.get(f"/sobjects/Knowledge__kav/{article_id}").json()
    assert row["LastPublishedDate"] == row["FirstPublishedDate"] is not None
