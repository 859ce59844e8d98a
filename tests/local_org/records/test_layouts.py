"""Layouts, as describe tells of them: one page layout an object, and the compact layout SYSTEM."""

import httpx

MASTER = "012000000000000AAA"


def test_a_layout_shows_what_describe_says_of_its_fields(client: httpx.Client) -> None:
    body = client.get("/sobjects/Account/describe/layouts").json()
    fields = {
        each["name"]: each for each in client.get("/sobjects/Account/describe").json()["fields"]
    }

    [layout] = body["layouts"]
    [section] = layout["editLayoutSections"]
    details = [
        component["details"]
        for row in section["layoutRows"]
        for item in row["layoutItems"]
        for component in item["layoutComponents"]
    ]
    assert details
    assert all(each == fields[each["name"]] for each in details)
    assert all(each["createable"] or each["updateable"] for each in details)
    assert section["rows"] == len(section["layoutRows"])
    mapping = body["recordTypeMappings"][0]
    assert (mapping["recordTypeId"], mapping["layoutId"]) == (MASTER, layout["id"])
    alone = client.get(f"/sobjects/Account/describe/layouts/{MASTER}").json()
    assert alone == layout


def test_compact_layouts_of_one_and_of_several_objects(client: httpx.Client) -> None:
    one = client.get("/sobjects/Account/describe/compactLayouts").json()
    several = client.get("/compactLayouts", params={"q": "Account,Contact"}).json()

    assert [each["name"] for each in one["compactLayouts"]] == ["SYSTEM"]
    assert several["Account"] == one
    assert list(several) == ["Account", "Contact"]


def test_what_there_is_not(client: httpx.Client) -> None:
    assert client.get("/sobjects/Account/describe/nonsense").status_code == 404
    assert client.get("/compactLayouts", params={"q": "Nope"}).status_code == 404
    assert client.post("/sobjects/Account/describe/layouts", json={}).status_code == 405


def test_each_object_with_a_layout_has_a_theme(client: httpx.Client) -> None:
    names = [each["name"] for each in client.get("/theme").json()["themeItems"]]

    assert {"Account", "Contact"} <= set(names)
