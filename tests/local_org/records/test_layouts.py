"""Layouts: one page layout an object, and the compact layout SYSTEM."""

import httpx

MASTER = "012000000000000AAA"


def test_layout_fields_agree_with_describe(client: httpx.Client) -> None:
    body = client.get("/sobjects/Account/describe/layouts").json()
    fields = {
        item["name"]: item for item in client.get("/sobjects/Account/describe").json()["fields"]
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
    assert all(detail == fields[detail["name"]] for detail in details)
    assert all(detail["createable"] or detail["updateable"] for detail in details)
    assert section["rows"] == len(section["layoutRows"])
    mapping = body["recordTypeMappings"][0]
    assert (mapping["recordTypeId"], mapping["layoutId"]) == (MASTER, layout["id"])
    alone = client.get(f"/sobjects/Account/describe/layouts/{MASTER}").json()
    assert alone == layout


def test_compact_layouts_of_one_and_of_several_objects(client: httpx.Client) -> None:
    single = client.get("/sobjects/Account/describe/compactLayouts").json()
    several = client.get("/compactLayouts", params={"q": "Account,Contact"}).json()

    assert [item["name"] for item in single["compactLayouts"]] == ["SYSTEM"]
    assert several["Account"] == single
    assert list(several) == ["Account", "Contact"]


def test_missing_layouts_are_not_found(client: httpx.Client) -> None:
    assert client.get("/sobjects/Account/describe/nonsense").status_code == 404
    assert client.get("/compactLayouts", params={"q": "Nope"}).status_code == 404
    assert client.post("/sobjects/Account/describe/layouts", json={}).status_code == 405


def test_each_object_with_a_layout_has_a_theme(client: httpx.Client) -> None:
    names = [item["name"] for item in client.get("/theme").json()["themeItems"]]

    assert {"Account", "Contact"} <= set(names)


def test_user_has_a_named_layout(client: httpx.Client) -> None:
    described = client.get("/sobjects/User/describe").json()["namedLayoutInfos"]
    url = "/services/data/v68.0/sobjects/User/describe/namedLayouts/UserAlt"

    assert described == [{"name": "UserAlt", "urls": {"layout": url}}]
    assert "detailLayoutSections" in client.get(url.removeprefix("/services/data/v68.0")).json()
    assert client.get("/sobjects/Account/describe").json()["namedLayoutInfos"] == []
