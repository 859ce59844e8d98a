"""A read-only connection reads, and refuses every call that may change something."""

import pytest
from policy.policy_calls import (
    ACCOUNT,
    NAME,
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

from salesforce_connector.flow import Call
from salesforce_connector.http import soap

WRITES = {
    "create": Call("POST", "/sobjects/Account", json=NAME),
    "update": Call("PATCH", f"/sobjects/Account/{ACCOUNT}", json=NAME),
    "upsert": Call("PATCH", "/sobjects/Account/Ext__c/A-1", json=NAME),
    "delete": Call("DELETE", f"/sobjects/Account/{ACCOUNT}"),
    "absolute": Call("DELETE", f"{ROOT}/sobjects/Account/{ACCOUNT}"),
    "older version": Call("DELETE", f"/services/data/v31.0/sobjects/Account/{ACCOUNT}"),
    "said to be reading": Call("DELETE", f"/sobjects/Account/{ACCOUNT}", reads=True),
    "collection": Call("POST", "/composite/sobjects", json={"records": []}),
    "collection delete": Call("DELETE", "/composite/sobjects", params={"ids": ACCOUNT}),
    "collection upsert": Call("PATCH", "/composite/sobjects/Account/Ext__c", json={"records": []}),
    "create where retrieve is": Call("POST", "/composite/sobjects/Account", json={"records": []}),
    "tree": Call("POST", "/composite/tree/Account", json={"records": []}),
    "composite": composite(("GET", "/sobjects/Account", None), ("POST", "/sobjects/Account", NAME)),
    "composite in small letters": composite(("post", "/sobjects/Account", NAME)),
    "batch": batch(("DELETE", f"/sobjects/Account/{ACCOUNT}")),
    "graph": Call(
        "POST",
        "/composite/graph",
        json={
            "graphs": [
                {
                    "graphId": "1",
                    "compositeRequest": [
                        {"method": "POST", "url": f"{ROOT}/sobjects/Account", "referenceId": "a"}
                    ],
                }
            ]
        },
    ),
    "composite in composite": composite(("POST", "/composite", {"compositeRequest": []})),
    "tree in composite": composite(("POST", "/composite/tree/Account", {"records": []})),
    "two methods in composite": Call(
        "POST",
        "/composite",
        json={
            "compositeRequest": [
                {"method": "GET", "Method": "DELETE", "url": f"{ROOT}/sobjects/Account/{ACCOUNT}"}
            ]
        },
    ),
    "override in composite": composite(
        ("GET", f"/sobjects/Account/{ACCOUNT}?_HttpMethod=DELETE", None)
    ),
    "bulk": Call("POST", "/jobs/ingest", json={"object": "Account", "operation": "insert"}),
    "bulk rows": Call("PUT", "/jobs/ingest/750/batches", content=b"Name\nAcme"),
    "bulk start": Call("PATCH", "/jobs/ingest/750", json={"state": "UploadComplete"}),
    "mutation": Call("POST", "/graphql", json={"query": "mutation M { uiapi { x } }"}),
    "mutation after a query": Call(
        "POST", "/graphql", json={"query": 'query Q { a(b: "}") }  mutation M { uiapi { x } }'}
    ),
    "mutation behind a comment": Call(
        "POST", "/graphql", json={"query": "#{\nmutation { uiapi { x } }"}
    ),
    "mutation behind a block string": Call(
        "POST", "/graphql", json={"query": 'query { a(b: """{ " """) } mutation { x }'}
    ),
    "GraphQL by other means": Call("POST", "/graphql", content=b'{"query": "mutation {x}"}'),
    "marking": soql("SELECT Id FROM Account FOR VIEW"),
    "marking in small letters": soql("SELECT Id FROM Account\nupdate  viewstat"),
    "marking behind a number": soql("SELECT Id FROM Account LIMIT 1FOR VIEW"),
    "search that writes": get("/search", q="FIND {a} RETURNING Account UPDATE TRACKING"),
    "Apex REST": Call("POST", "/services/apexrest/lead", json={}),
    "Apex REST that reads": get("/services/apexrest/lead"),
    "Apex by GET": get(
        "/tooling/executeAnonymous", anonymousBody="delete [SELECT Id FROM Account];"
    ),
    "tests by GET": get("/tooling/runTestsSynchronous"),
    "tooling": Call("POST", "/tooling/sobjects/ApexClass", json={}),
    "SOAP": soap.call("<merge/>"),
    "SOAP by hand": Call("POST", "/services/Soap/u/68.0", content=b"<x/>"),
    "Bulk 1.0": Call("POST", "/services/async/68.0/job", content=b"<x/>"),
    "flow": Call("POST", "/actions/custom/flow/Do_It", json={"inputs": [{}]}),
    "quick action": Call("POST", "/sobjects/Account/quickActions/New", json={}),
    "approval": Call("POST", "/process/approvals", json={}),
    "chatter": Call("POST", "/chatter/feed-elements", json={}),
    "report made": Call("POST", "/analytics/reports", json={}),
    "report deleted": Call("DELETE", "/analytics/reports/00O"),
    "password": Call("POST", "/sobjects/User/005/password", json={"NewPassword": "x"}),
    "metadata": Call("POST", "/metadata/deployRequest", json={}),
    "unheard of": get("/brandNew/thing"),
    "override parameter": get(f"/sobjects/Account/{ACCOUNT}", _HttpMethod="DELETE"),
    "override in the path": get(f"/sobjects/Account/{ACCOUNT}?_HTTPMETHOD=DELETE"),
    "override encoded": get(f"/sobjects/Account/{ACCOUNT}?%5FHttpMethod=PATCH"),
    "override header": Call("GET", "/sobjects", headers={"x-http-Method-OVERRIDE": "DELETE"}),
    "dots": get("/sobjects/../../../apexrest/do"),
    "dots encoded": get("/sobjects/%2e%2e/x"),
    "dots encoded twice": get("/sobjects/%252e%252e/x"),
    "dots in a value": get("/sobjects/Account/Ext__c/..%2F..%2Fx"),
    "double slash": get("//services/apexrest/do"),
    "backslash": get("/sobjects\\..\\x"),
    "matrix": get("/sobjects;x=1/Account"),
    "other letters": get("/services/DATA/v68.0/sobjects"),
    "other method": Call("MERGE", "/sobjects/Account"),
    "sign-in": Call("POST", "/services/oauth2/revoke", content=b"token=x"),
}


@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES.keys())
def test_a_read_only_connection_refuses(call: Call) -> None:
    assert refused(READ_ONLY, call) in {"READ_ONLY_CONNECTION", "CANNOT_BE_VERIFIED"}


@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES.keys())
def test_an_open_connection_lets_everything_through(call: Call) -> None:
    check(policy(), call)


READS = {
    "versions": get("/services/data"),
    "root": get("/"),
    "record": get(f"/sobjects/Account/{ACCOUNT}", fields="Name"),
    "external id with a slash": get("/sobjects/Account/Ext__c/A%2F1"),
    "describe": get("/sobjects/Account/describe"),
    "query": soql("SELECT Id FROM Account WHERE Name = 'FOR VIEW; update viewstat' LIMIT 5"),
    "next page": get(f"{ROOT}/query/01g000000000001AAA-2000"),
    "deleted rows": get(
        "/queryAll", q="SELECT Id FROM Account WHERE CreatedDate > 2026-01-01T00:00:00Z"
    ),
    "plan": get("/query", explain="SELECT Id FROM Account"),
    "search": get("/search", q="FIND {UPDATE TRACKING} RETURNING Account"),
    "parameterized search": Call("POST", "/parameterizedSearch", json={"q": "a"}, reads=True),
    "retrieve": Call("POST", "/composite/sobjects/Account", json={"ids": [], "fields": []}),
    "composite of reads": composite(("GET", "/sobjects/Account/describe", None)),
    "batch of reads": batch(("GET", "/limits")),
    "query job": Call("POST", "/jobs/query", json={"query": "SELECT Id FROM Account"}),
    "results": get("/jobs/query/750/results"),
    "GraphQL": Call(
        "POST",
        "/graphql",
        json={"query": 'query Q($a: X = {b: "mutation"}) { uiapi { mutation } } # mutation\n'},
    ),
    "report": Call("POST", "/analytics/reports/00O", json={}),
    "actions": get("/actions/custom"),
    "user": get("/services/oauth2/userinfo"),
    "limits": get("/limits"),
    "recent": get("/recent"),
    "metadata query": get("/tooling/query", q="SELECT Id FROM ApexClass"),
}


@pytest.mark.parametrize("call", READS.values(), ids=READS.keys())
def test_a_read_only_connection_reads(call: Call) -> None:
    check(policy(**READ_ONLY), call)
