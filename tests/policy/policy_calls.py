"""Policies of restricted connections, and calls to judge by them."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.errors import Forbidden
from salesforce_connector.flow import Call
from salesforce_connector.policy import Policy

ROOT = "/services/data/v68.0"
ACCOUNT = "001000000000001AAA"


def field(name: str, kind: str = "string", **about: Any) -> dict[str, Any]:
    plain = {
        "name": name,
        "label": name,
        "type": kind,
        "nillable": True,
        "createable": True,
        "updateable": True,
        "defaultedOnCreate": False,
    }
    return {**plain, **about}


def parent(name: str, *targets: str) -> dict[str, Any]:
    return field(f"{name}Id", "reference", referenceTo=list(targets), relationshipName=name)


def child(name: str, sobject: str) -> dict[str, Any]:
    return {"relationshipName": name, "childSObject": sobject, "field": "ParentId"}


def sobject(name: str, fields: list[Any], children: list[Any]) -> dict[str, Any]:
    flags = dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True)
    texts = {"name": name, "label": name, "labelPlural": name}
    return {
        **flags,
        **texts,
        "fields": fields,
        "childRelationships": children,
        "recordTypeInfos": [],
    }


DESCRIBES = {
    "Account": sobject(
        "Account",
        [field("Name"), parent("Owner", "User", "Group"), parent("Parent", "Account")],
        [child("Contacts", "Contact"), child("Cases", "Case"), child("ChildAccounts", "Account")],
    ),
    "Contact": sobject(
        "Contact",
        [field("Email"), parent("Account", "Account"), parent("Owner", "User", "Group")],
        [child("Cases", "Case")],
    ),
    "Case": sobject("Case", [parent("Account", "Account")], []),
    "User": sobject("User", [parent("Profile", "Profile")], []),
    "Group": sobject("Group", [], []),
}

GLOBAL = {
    "sobjects": [
        {
            "name": name,
            "label": name,
            "labelPlural": name,
            "keyPrefix": prefix,
            "searchable": True,
            **dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True),
        }
        for name, prefix in (("Account", "001"), ("Contact", "003"), ("Case", "500"))
    ]
}


def answer(call: Call) -> httpx.Response:
    """Answer what the guard asks: describes, a job, a list view."""
    if call.path == "/sobjects":
        return httpx.Response(200, json=GLOBAL)
    if call.path.startswith("/jobs/"):
        return httpx.Response(200, json={"object": "Case" if "CASE" in call.path else "Account"})
    if "/listviews/" in call.path:
        return httpx.Response(200, json={"query": "SELECT Id, Owner.Name FROM Account"})
    assert call.path.endswith("/describe")
    return httpx.Response(200, json=DESCRIBES[call.path.split("/")[2].capitalize()])


def policy(**settings: Any) -> Policy:
    plain = {"my_domain_url": "acme.my.salesforce.com", "check_fields": False}
    return Policy(OrgSettings.model_validate({**plain, **settings}))


def check(held_to: Policy, call: Call) -> None:
    question = held_to.check(call, ROOT, call.json)
    try:
        step = next(question)
        while True:
            assert isinstance(step, Call)
            step = question.send(answer(step))
    except StopIteration:
        return


READ_ONLY = {"read_only": True}
ONLY_ACCOUNT = {"allowed_objects": ["Account"]}
ACCOUNT_AND_CONTACT = {"allowed_objects": ["account", "Contact"]}


def refused(settings: Mapping[str, Any], call: Call) -> str:
    with pytest.raises(Forbidden) as caught:
        check(policy(**settings), call)
    assert not caught.value.sent
    return caught.value.code


def get(path: str, **params: str) -> Call:
    return Call("GET", path, params=params)


def soql(text: str) -> Call:
    return get("/query", q=text)


def composite(*calls: tuple[str, str, Any], root: str = ROOT) -> Call:
    parts = [
        {"method": method, "url": root + url, "referenceId": f"r{at}", "body": body}
        for at, (method, url, body) in enumerate(calls)
    ]
    return Call("POST", "/composite", json={"allOrNone": True, "compositeRequest": parts})


def batch(*calls: tuple[str, str]) -> Call:
    parts = [{"method": method, "url": f"v68.0{url}"} for method, url in calls]
    return Call("POST", "/composite/batch", json={"batchRequests": parts})


NAME = {"Name": "Acme"}
