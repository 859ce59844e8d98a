"""A connection that is limited to objects or actions reaches no others, whatever the call."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from policy.policy_calls import (
    ACCOUNT,
    ACCOUNT_AND_CONTACT,
    NAME,
    ONLY_ACCOUNT,
    READ_ONLY,
    ROOT,
    batch,
    check,
    composite,
    get,
    policy,
    refused,
    soql,
)

from salesforce_connector.errors import Forbidden
from salesforce_connector.flow import Call
from salesforce_connector.http import soap

OTHERS = {
    "record": get("/sobjects/Contact/003000000000001AAA"),
    "create": Call("POST", "/sobjects/Contact", json={}),
    "describe": get("/sobjects/Contact/describe"),
    "encoded name": get("/sobjects/%43ontact/003000000000001AAA"),
    "name after an allowed one": get("/sobjects/Account%2F..%2FContact/003"),
    "record behind a slash": get(f"/sobjects/Account/{ACCOUNT}%2FContacts"),
    "children of a record": get(f"/sobjects/Account/{ACCOUNT}/Contacts"),
    "parent of a record": get(f"/sobjects/Account/{ACCOUNT}/Owner"),
    "children behind a reference": composite(
        ("GET", "/sobjects/Account/@{a__b.id}/Contacts", None)
    ),
    "something deeper": get(f"/sobjects/Account/{ACCOUNT}/ChildAccounts/describe/x"),
    "fields of a parent": get(f"/sobjects/Account/{ACCOUNT}", fields="Name,Owner.Name"),
    "fields of a parent in capitals": get(f"/sobjects/Account/{ACCOUNT}", FIELDS="Owner.Name"),
    "query": soql("SELECT Id FROM Contact"),
    "query in small letters": soql("select Id from contact"),
    "alias": soql("SELECT Account.Id FROM Contact Account"),
    "alias after AS": soql("SELECT Account.Id FROM Contact AS Account"),
    "two sources": soql("SELECT Id FROM Account a, a.Contacts c"),
    "two sources up": soql("SELECT Id FROM Account a, a.Owner o"),
    "two objects": soql("SELECT Id FROM Account, Contact"),
    "children": soql("SELECT Id, (SELECT Id FROM Contacts) FROM Account"),
    "children of an alias": soql("SELECT Id, (SELECT Id FROM a.Contacts) FROM Account a"),
    "semi-join": soql("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)"),
    "anti-join": soql("SELECT Id FROM Account WHERE Id NOT IN(SELECT AccountId FROM Contact)"),
    "join in a parenthesis": soql(
        "SELECT Id FROM Account WHERE (Name = ')' AND (Id IN (SELECT AccountId FROM Contact)))"
    ),
    "parent": soql("SELECT Owner.Name FROM Account"),
    "parent with blanks": soql("SELECT Owner . Name FROM Account"),
    "grandparent": soql("SELECT Parent.Owner.Name FROM Account"),
    "parent in a function": soql("SELECT COUNT(Owner.Name) FROM Account"),
    "parent in a condition": soql("SELECT Id FROM Account WHERE Owner.Name LIKE 'a%'"),
    "parent in the order": soql("SELECT Id FROM Account ORDER BY Owner.Name"),
    "parent behind an alias": soql("SELECT a.Owner.Name FROM Account a"),
    "parent named like an alias": soql("SELECT Owner.Name FROM Account Owner"),
    "unknown parent": soql("SELECT Nobody__r.Name FROM Account"),
    "children of a child": soql(
        "SELECT Id, (SELECT Id, (SELECT Id FROM Contacts) FROM ChildAccounts) FROM Account"
    ),
    "type": soql("SELECT TYPEOF Owner WHEN User THEN Id END FROM Account"),
    "type and others": soql("SELECT TYPEOF Owner WHEN Account THEN Id ELSE Name END FROM Account"),
    "comment": soql("SELECT Id FROM /* Account */ Contact"),
    "line comment": soql("SELECT Id -- \nFROM Contact"),
    "quote": soql("SELECT Id FROM Account WHERE Name = 'a\\' AND Id IN (SELECT AccountId FROM x)"),
    "two queries": soql("SELECT Id FROM Account) SELECT Id FROM Contact"),
    "no query": get("/query"),
    "query twice": get("/query?q=SELECT+Id+FROM+Account", q="SELECT Id FROM Contact"),
    "query in capitals": get("/query", Q="SELECT Id FROM Contact"),
    "plan": get("/query", explain="SELECT Id FROM Contact"),
    "unknown page": get(f"{ROOT}/query/01g000000000001AAA-2000"),
    "search of all": get("/search", q="FIND {a}"),
    "search": get("/search", q="FIND {a} RETURNING Account(Id), Contact(Id)"),
    "search hidden in braces": get("/search", q="FIND {a\\} RETURNING Account} RETURNING Contact"),
    "search of a parent": get("/search", q="FIND {a} RETURNING Account(Id, Owner.Name)"),
    "parameterized search": get("/parameterizedSearch", q="a", sobject="Account"),
    "parameterized search of others": Call(
        "POST", "/parameterizedSearch", json={"q": "a", "sobjects": [{"name": "Contact"}]}
    ),
    "parameterized search of a parent": Call(
        "POST",
        "/parameterizedSearch",
        json={"q": "a", "sobjects": [{"name": "Account", "where": "Owner.Name = 'a'"}]},
    ),
    "parameterized search of all": Call("POST", "/parameterizedSearch", json={"q": "a"}),
    "suggestions": get("/search/suggestions", q="ab", sobject="Contact"),
    "collection": Call(
        "POST",
        "/composite/sobjects",
        json={
            "records": [{"attributes": {"type": "Account"}}, {"attributes": {"type": "Contact"}}]
        },
    ),
    "collection without type": Call(
        "POST", "/composite/sobjects", json={"records": [{"Name": "a"}]}
    ),
    "collection delete": Call(
        "DELETE", "/composite/sobjects", params={"ids": f"{ACCOUNT},003000000000001AAA"}
    ),
    "collection delete of the unknown": Call(
        "DELETE", "/composite/sobjects", params={"ids": "zzz000000000001AAA"}
    ),
    "retrieve": Call("POST", "/composite/sobjects/Contact", json={"ids": [], "fields": []}),
    "retrieve of a parent": Call(
        "POST", "/composite/sobjects/Account", json={"ids": [], "fields": ["Owner.Name"]}
    ),
    "tree": Call(
        "POST",
        "/composite/tree/Account",
        json={
            "records": [
                {
                    "attributes": {"type": "Account", "referenceId": "a"},
                    "Contacts": {"records": [{"attributes": {"type": "Contact"}}]},
                }
            ]
        },
    ),
    "tree with a false type": Call(
        "POST",
        "/composite/tree/Account",
        json={"records": [{"Contacts": {"records": [{"attributes": {"type": "Account"}}]}}]},
    ),
    "parent by external id": Call("POST", "/sobjects/Account", json={"Owner": {"Ext__c": "1"}}),
    "composite": composite(("GET", "/sobjects/Contact/describe", None)),
    "composite query": composite(("GET", "/query?q=SELECT%20Id%20FROM%20Contact", None)),
    "composite query from a value": composite(
        ("GET", "/query?q=SELECT+Id+FROM+Account+WHERE+Name='@{a.Name}'", None)
    ),
    "composite object from a value": composite(("GET", "/sobjects/@{a.id}/describe", None)),
    "composite path from a value": composite(("GET", "/sobjects/Account/@{a.Site}", None)),
    "batch": batch(("GET", "/query?q=SELECT+Id+FROM+Contact")),
    "bulk": Call("POST", "/jobs/ingest", json={"object": "Contact", "operation": "insert"}),
    "query job": Call("POST", "/jobs/query", json={"query": "SELECT Id FROM Contact"}),
    "results of another's job": get("/jobs/query/750CASE/results"),
    "rows for another's job": Call("PUT", "/jobs/ingest/750CASE/batches", content=b"Id"),
    "list view": get("/sobjects/Account/listviews/00B/results"),
    "GraphQL": Call("POST", "/graphql", json={"query": "{ uiapi { query { Account { x } } } }"}),
    "report": get("/analytics/reports/00O"),
    "recent": get("/recent"),
    "UI API": get("/ui-api/records/003000000000001AAA"),
    "object info": get("/ui-api/object-info/Contact"),
    "categories": get("/support/dataCategoryGroups", sObjectName="KnowledgeArticleVersion"),
    "categories of no object": get("/support/dataCategoryGroups"),
    "articles": get("/support/knowledgeArticles", sObjectName="Account"),
    "counts": get("/limits/recordCount", sObjects="Account,Contact"),
    "counts of all": get("/limits/recordCount"),
    "Apex REST": get("/services/apexrest/contacts"),
    "SOAP": soap.call("<merge/>"),
    "flow": Call("POST", "/actions/custom/flow/Do_It", json={"inputs": [{}]}),
    "tooling": get("/tooling/query", q="SELECT Id FROM ApexClass"),
    "namespace": Call(
        "GET", "/sobjects/Account", headers={"Sforce-Call-Options": "defaultNamespace=x"}
    ),
}


@pytest.mark.parametrize("call", OTHERS.values(), ids=OTHERS.keys())
def test_a_connection_limited_to_accounts_refuses(call: Call) -> None:
    assert refused(ONLY_ACCOUNT, call) in {"OBJECT_NOT_ALLOWED", "CANNOT_BE_VERIFIED"}


ALLOWED = {
    "record": get(f"/sobjects/ACCOUNT/{ACCOUNT}", fields="Name,Parent.Name"),
    "children": get(f"/sobjects/Account/{ACCOUNT}/Contacts"),
    "external id": get("/sobjects/Contact/Ext__c/A-1"),
    "idLookup": get("/sobjects/Contact/Email/a%40b.example"),
    "query": soql("SELECT Id, c.Account.Parent.Name FROM Contact c WHERE Email != null"),
    "children in a query": soql("SELECT Id, (SELECT Id, Account.Name FROM Contacts) FROM Account"),
    "two sources": soql("SELECT Id FROM Contact c, c.Account a WHERE a.Name = 'x'"),
    "semi-join": soql(
        "SELECT COUNT() FROM Account WHERE Id IN (SELECT AccountId FROM Contact) "
        "AND CreatedDate = LAST_N_DAYS:7 AND AnnualRevenue > USD5000"
    ),
    "search": get(
        "/search",
        q="FIND {a b} IN ALL FIELDS RETURNING Account(Id WHERE Name = 'x.y' LIMIT 3), Contact",
    ),
    "collection": Call(
        "POST",
        "/composite/sobjects",
        json={"records": [{"attributes": {"type": "contact"}, "Account": {"Ext__c": "1"}}]},
    ),
    "collection delete": Call(
        "DELETE", "/composite/sobjects", params={"ids": f"{ACCOUNT},003000000000001AAA"}
    ),
    "tree": Call(
        "POST",
        "/composite/tree/Account",
        json={"records": [{"Name": "a", "Contacts": {"records": [{"LastName": "b"}]}}]},
    ),
    "composite": composite(
        ("POST", "/sobjects/Account", NAME), ("GET", "/sobjects/Account/@{r0.id}", None)
    ),
    "bulk": Call("POST", "/jobs/ingest", json={"object": "Account", "operation": "insert"}),
    "rows": Call("PUT", "/jobs/ingest/750/batches", content=b"Name"),
    "global describe": get("/sobjects"),
    "limits": get("/limits"),
    "counts": get("/limits/recordCount", sObjects="Account,Contact"),
    "categories": get("/support/dataCategoryGroups", sObjectName="Account"),
}


@pytest.mark.parametrize("call", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_connection_limited_to_accounts_and_contacts_works_with_them(call: Call) -> None:
    check(policy(**ACCOUNT_AND_CONTACT), call)


def test_pages_of_a_query_that_was_judged_may_be_fetched() -> None:
    """A locator stands for a query, so one that no judged answer named is refused."""
    locked = policy(**ONLY_ACCOUNT)
    first = {"records": [], "nextRecordsUrl": f"{ROOT}/query/01gA-2000", "done": False}
    locked.learn(soql("SELECT Id FROM Account"), ROOT, httpx.Response(200, json=first))

    check(locked, get(f"{ROOT}/query/01gA-2000"))
    check(locked, get(f"{ROOT}/query/01gA-4000"))
    for other in ("01gB-2000", "01gA-2000/../../sobjects/Contact", "01gA-1/x"):
        with pytest.raises(Forbidden):
            check(locked, get(f"{ROOT}/query/{other}"))


def test_a_records_own_text_does_not_teach_a_locator() -> None:
    locked = policy(**ONLY_ACCOUNT)
    text = f'"nextRecordsUrl":"{ROOT}/query/01gB-2000"'
    locked.learn(
        soql("SELECT Id FROM Account"), ROOT, httpx.Response(200, json={"Description": text})
    )
    with pytest.raises(Forbidden):
        check(locked, get(f"{ROOT}/query/01gB-2000"))


def test_a_files_content_teaches_no_locator() -> None:
    """Whoever writes a file that an allowed object holds would reach any query's pages."""
    locked = policy(**ONLY_ACCOUNT)
    page = {"records": [], "nextRecordsUrl": f"{ROOT}/query/01gB-2000", "done": False}
    for path, kind in (
        (f"{ROOT}/sobjects/Account/001000000000001/Logo__c", "application/json"),
        (f"{ROOT}/query", "text/plain"),
        ("/services/apexrest/query", "application/json"),
    ):
        body = json.dumps(page)
        response = httpx.Response(200, text=body, headers={"content-type": kind})
        locked.learn(get(path), ROOT, response)

    with pytest.raises(Forbidden):
        check(locked, get(f"{ROOT}/query/01gB-2000"))


def test_pages_of_children_and_of_composite_queries_may_be_fetched() -> None:
    locked = policy(**ONLY_ACCOUNT)
    child = {"totalSize": 9, "records": [], "nextRecordsUrl": f"{ROOT}/query/01gC-2"}
    body = {"compositeResponse": [{"body": {"records": [{"Contacts": child}]}}]}
    locked.learn(Call("POST", "/composite"), ROOT, httpx.Response(200, json=body))

    check(locked, get(f"{ROOT}/query/01gC-4"))


def test_only_the_actions_named_may_be_used() -> None:
    locked = policy(allowed_actions=["query"])
    locked.check_action("query")
    with pytest.raises(Forbidden, match="may not use delete_record") as caught:
        locked.check_action("delete_record")
    assert caught.value.code == "ACTION_NOT_ALLOWED"


def test_a_flat_query_of_an_allowed_object_costs_no_describe() -> None:
    question = policy(**ONLY_ACCOUNT).check(soql("SELECT Id, Name FROM Account"), ROOT, None)
    with pytest.raises(StopIteration):
        next(question)


@pytest.mark.parametrize("levels", [25, 8_000])
def test_a_query_of_too_many_levels_is_refused(levels: int) -> None:
    """Closed or not; Salesforce accepts five levels."""
    open_ended = "SELECT Id, " + "(SELECT Id, " * levels
    closed = "SELECT Id, " + "(SELECT " * levels + "Id FROM Contacts" + ") FROM Contacts" * levels  # noqa: S608
    for text in (open_ended, f"{closed} FROM Account"):
        assert refused(ONLY_ACCOUNT, soql(text)) == "CANNOT_BE_VERIFIED"


def with_headers(target: str, **headers: str) -> Call:
    """Return a call that reads an account, with headers of its own or of the call inside it."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    path = f"/sobjects/Account/{ACCOUNT}"
    if target == "call":
        return Call("GET", path, headers=names)
    part = {"method": "GET", "url": ROOT + path, "referenceId": "a", "httpHeaders": names}
    if target == "composite":
        return Call("POST", "/composite", json={"compositeRequest": [part]})
    if target == "batch":
        del part["referenceId"]
        return Call("POST", "/composite/batch", json={"batchRequests": [part]})
    graph = {"graphId": "1", "compositeRequest": [part]}
    return Call("POST", "/composite/graph", json={"graphs": [graph]})


PATHS = ["call", "composite", "batch", "graph"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("settings", [READ_ONLY, ONLY_ACCOUNT], ids=["read-only", "objects"])
@pytest.mark.parametrize(
    "header",
    ["Sforce-Call-Options", "sforce-CALL-options", "X-HTTP-Method-Override", "Authorization", "X"],
)
def test_a_header_that_may_give_a_call_another_meaning_is_refused_everywhere(
    path: str, settings: Mapping[str, Any], header: str
) -> None:
    """`client=` of Sforce-Call-Options lets names be those of a namespace."""
    call = with_headers(path, **{header.replace("-", "_"): "defaultNamespace=other"})

    assert refused(settings, call) == "CANNOT_BE_VERIFIED"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("header", ["If-None-Match", "Sforce-Query-Options", "accept"])
def test_the_same_headers_may_be_sent_everywhere(path: str, header: str) -> None:
    check(policy(**ONLY_ACCOUNT), with_headers(path, **{header.replace("-", "_"): "x"}))
