"""A misspelt field is refused before the write, and nothing else is, for one describe an object."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from connector.acme_connection import SETTINGS, SIGNED_IN
from connector.client_drivers import AsyncDriver, SyncDriver, send
from connector.scripted_org import ScriptedOrg
from memory_connection import MemoryConnection
from policy.policy_calls import check, composite, field, get, policy, sobject

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call
from salesforce_connector.metadata.object_outline import ObjectOutline
from salesforce_connector.policy.known_fields import MAX_OBJECTS, KnownFields

CHECKED = {"check_fields": True}
MISSPELT = {
    "create": Call("POST", "/sobjects/Account", json={"Nmae": "Acme"}),
    "update": Call("PATCH", "/sobjects/Account/001000000000001AAA", json={"nmae": None}),
    "upsert": Call("PATCH", "/sobjects/Account/Ext__c/1", json={"Nmae": "Acme"}),
    "collection": Call(
        "POST",
        "/composite/sobjects",
        json={"records": [{"attributes": {"type": "Account"}, "Nmae": "x"}]},
    ),
    "collection upsert": Call(
        "PATCH", "/composite/sobjects/Account/Ext__c", json={"records": [{"Nmae": "x"}]}
    ),
    "tree": Call(
        "POST",
        "/composite/tree/Contact",
        json={"records": [{"Email": "x", "Account": {"Ext__c": "1"}, "Emial": "x"}]},
    ),
    "below in a tree": Call(
        "POST",
        "/composite/tree/Account",
        json={"records": [{"Name": "x", "ChildAccounts": {"records": [{"Nmae": "x"}]}}]},
    ),
    "composite": composite(("POST", "/sobjects/Account", {"Nmae": "x"})),
    "relationship with a plain value": Call("POST", "/sobjects/Account", json={"Owner": "x"}),
}


@pytest.mark.parametrize("call", MISSPELT.values(), ids=MISSPELT.keys())
def test_a_misspelt_field_is_refused_with_the_nearest_name(call: Call) -> None:
    with pytest.raises(Rejected) as caught:
        check(policy(**CHECKED), call)
    assert caught.value.code == "INVALID_FIELD"
    assert not caught.value.sent
    assert "Did you mean" in caught.value.remedy


@pytest.mark.parametrize(
    "call",
    [
        Call("POST", "/sobjects/Account", json={"name": "Acme", "OwnerId": None}),
        Call("POST", "/sobjects/Contact", json={"Account": {"Ext__c": "1"}}),
        Call("POST", "/sobjects/Account/quickActions/New", json={"record": {}}),
        Call("POST", "/services/apexrest/x", json={"Nmae": "x"}),
        Call("POST", "/sobjects/ContentVersion", content=b"x"),
        Call("DELETE", "/sobjects/Account/001000000000001AAA"),
        get("/sobjects/Account"),
        Call("POST", "//odd/../path", json={"Nmae": "x"}),
        composite(("POST", "/composite", {"compositeRequest": []})),
    ],
)
def test_what_is_spelt_or_not_plain_to_see_goes_through(call: Call) -> None:
    check(policy(**CHECKED), call)


def test_without_the_setting_no_field_is_checked() -> None:
    call: Any = MISSPELT["create"]
    assert not policy().applies_to(call)
    check(policy(), call)


FlowRun = type[SyncDriver] | type[AsyncDriver]
NAME = {"Name": "Acme"}
CREATE = Call("POST", "/sobjects/Account", json=NAME)


class DescribingOrg(ScriptedOrg):
    """One that says which fields it has and takes every write.

    Attributes:
        asked: Method of each request, and whether it was a describe.
        fields: Of an account.
    """

    def __init__(self, *, refusing: int = 200) -> None:
        super().__init__(self._say)
        self.paths: list[str] = []
        self.fields = ["Name"]
        self._refusing = refusing

    def _say(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/describe"):
            self.paths.append(request.method)
            created = {"id": "001000000000001AAA", "success": True, "errors": []}
            return httpx.Response(201, json=created)
        self.paths.append("GET describe")
        if self._refusing != 200:
            refusal = [{"errorCode": "REFUSED", "message": "No."}]
            return httpx.Response(self._refusing, json=refusal)
        fields = [field(item) for item in self.fields]
        return httpx.Response(200, json=sobject("Account", fields, []))


def connection() -> MemoryConnection:
    """One that says nothing of checking fields, as most do."""
    settings = {name: value for name, value in SETTINGS.items() if name != "check_fields"}
    return MemoryConnection("authorization_code", settings, SIGNED_IN)


async def waited(started: Awaitable[dict[str, Any]] | None) -> dict[str, Any]:
    assert started is not None
    return await started


@pytest.mark.parametrize("driven", [SyncDriver, AsyncDriver])
class TestDescribesAreFew:
    """What a client asks for, and what it does with it."""

    def test_an_object_is_described_once_however_often_it_is_written(self, driven: FlowRun) -> None:
        org = DescribingOrg()
        client = driven(connection(), org)
        for _ in range(3):
            send(client, CREATE)
            send(client, Call("POST", "/sobjects/ACCOUNT", json={"name": "Acme"}))
        client.close()
        assert org.paths == ["GET describe"] + ["POST"] * 6

    def test_a_field_created_after_the_describe_is_accepted(self, driven: FlowRun) -> None:
        org = DescribingOrg()
        client = driven(connection(), org)
        send(client, CREATE)
        org.fields.append("Tier__c")
        send(client, Call("POST", "/sobjects/Account", json={"Tier__c": "Gold"}))
        client.close()
        assert org.paths == ["GET describe", "POST", "GET describe", "POST"]

    def test_a_misspelt_field_is_looked_for_again_and_never_sent(self, driven: FlowRun) -> None:
        org = DescribingOrg()
        client = driven(connection(), org)
        for _ in range(2):
            with pytest.raises(Rejected, match="Nmae"):
                send(client, MISSPELT["create"])
        client.close()
        assert org.paths == ["GET describe"] * 2

    @pytest.mark.parametrize("status", [403, 404])
    def test_an_object_that_cannot_be_described_is_left_to_salesforce(
        self, driven: FlowRun, status: int
    ) -> None:
        org = DescribingOrg(refusing=status)
        client = driven(connection(), org)
        send(client, MISSPELT["create"])
        client.close()
        assert org.paths == ["GET describe", "POST"]

    def test_an_outage_while_it_is_described_sends_nothing(self, driven: FlowRun) -> None:
        org = DescribingOrg(refusing=400)
        client = driven(connection(), org)
        with pytest.raises(Rejected) as caught:
            send(client, CREATE)
        client.close()
        assert org.paths == ["GET describe"]
        assert not caught.value.sent


def test_sync_and_async_clients_of_a_connection_describe_an_object_once() -> None:
    org, stored = DescribingOrg(), connection()
    plugin = SalesforceConnector(org, org)
    fields = {"sobject": "Account", "fields": NAME}
    plugin.run_action("salesforce", "create_record", stored, fields, {})
    for _ in range(2):  # each with an event loop of its own
        started = plugin.run_action_async("salesforce", "create_record", stored, fields, {})
        asyncio.run(waited(started))
    plugin.close()
    assert org.paths == ["GET describe", "POST", "POST", "POST"]


def test_the_object_used_the_longest_time_ago_is_forgotten() -> None:
    observed = KnownFields()
    about = ObjectOutline.model_validate(sobject("X", [field("Name")], []))
    for number in range(MAX_OBJECTS):
        observed.learn(f"O{number}", about)
    assert observed.get("o0") is not None
    observed.learn("Another", about)
    assert observed.get("O1") is None
    assert observed.get("O0") is not None
    assert observed.get("ANOTHER") is not None
