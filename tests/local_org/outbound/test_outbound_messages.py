"""Outbound messages: which saves queue one, its content, and its retries."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from typer.testing import CliRunner

from salesforce_emulator.commands import org as commands
from salesforce_emulator.config.errors import ConfigFileError
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock, datetime_value
from salesforce_emulator.org.state import Org
from salesforce_emulator.outbound_messages.message import OutboundMessage, outbound_messages_of
from salesforce_emulator.outbound_messages.sender import send_due, sending
from salesforce_emulator.records.declared.where import Where
from salesforce_emulator.serving.server import serve

NAMES = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "o": "http://soap.sforce.com/2005/09/outbound",
    "f": "urn:sobject.enterprise.soap.sforce.com",
}
ACK = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>{}</Ack>'
    "</notificationsResponse></s:Body></s:Envelope>"
)


def parse(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - the org's own


@dataclass
class Receiver:
    """What an endpoint got, and what it answers: one status and body after the other, then Ack."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def ids(self) -> list[list[str]]:
        """Return the notification ids of each message."""
        return [
            [node.text or "" for node in parse(body).iterfind(".//o:Notification/o:Id", NAMES)]
            for body in self.bodies
        ]

    def record(self, number: int = 0) -> dict[str, str | None]:
        """Return the fields of the first record of a message."""
        node = parse(self.bodies[number]).find(".//o:Notification/o:sObject", NAMES)
        assert node is not None
        return {child.tag.rpartition("}")[2]: child.text for child in node}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            status, text = (
                received.answers.pop(0) if received.answers else (200, ACK.format("true"))
            )
            body = text.encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            received.came.set()

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - its name

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        received.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield received
        server.shutdown()


def declare(org: Org, receiver: Receiver, **about: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "id": org.ids.next("04k"),
        "name": "Message",
        "sobject": "Account",
        "fields": ("Name",),
        "endpoint": receiver.url,
    }
    message = OutboundMessage(**(values | about))
    outbound_messages_of(org).add(message)
    return message


def create_record(client: httpx.Client, sobject: str = "Account", **fields: Any) -> str:
    response = client.post(f"/sobjects/{sobject}", json=fields)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def update(client: httpx.Client, record_id: str, **fields: Any) -> None:
    assert client.patch(f"/sobjects/Account/{record_id}", json=fields).status_code == 204


@pytest.mark.parametrize(
    "endpoint",
    ["https://evil.example/hook", "ftp://127.0.0.1/x", "http://10.0.0.1/hook", "127.0.0.1", ""],
)
def test_it_is_sent_to_this_machine_alone(org: Org, receiver: Receiver, endpoint: str) -> None:
    with pytest.raises(ValueError, match="this machine"):
        declare(org, receiver, endpoint=endpoint)


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (500, ACK.format("true"), "HTTP 500"),
        (302, "", "HTTP 302"),
        (200, ACK.format("false"), "no Ack"),
        (200, "<html>sign in</html>", "no Ack"),
        (200, "", "no Ack"),
    ],
)
def test_unacknowledged_messages_are_sent_again_with_their_id(
    org: Org,
    clock: Clock,
    client: httpx.Client,
    receiver: Receiver,
    status: int,
    body: str,
    failure: str,
) -> None:
    declare(org, receiver)
    receiver.answers.append((status, body))
    create_record(client, Name="Acme")

    assert send_due(org) == 0
    (waiting,) = outbound_messages_of(org).queue.waiting()
    assert failure in waiting.failure
    assert send_due(org) == 0  # it is not due yet
    assert len(receiver.bodies) == 1
    clock.advance(timedelta(seconds=5))

    assert send_due(org) == 1
    assert receiver.ids()[0] == receiver.ids()[1] == [waiting.id]
    assert outbound_messages_of(org).queue.waiting() == []


def test_an_endpoint_that_is_down_is_tried_for_24_hours_at_least_every_two(
    org: Org, clock: Clock, client: httpx.Client, receiver: Receiver
) -> None:
    declare(org, receiver)
    receiver.answers = [(503, "")] * 1_000
    create_record(client, Name="Acme")
    begin, tries = clock.now(), list[timedelta]()
    while waiting := outbound_messages_of(org).queue.waiting():
        clock.set(datetime_value(waiting[0].next_at))
        send_due(org)
        if len(receiver.bodies) > len(tries):
            tries.append(clock.now() - begin)

    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits == sorted(waits)
    assert max(waits) == timedelta(hours=2)
    assert timedelta(hours=22) < tries[-1] <= timedelta(hours=24)
    assert {tuple(ids) for ids in receiver.ids()} == {tuple(receiver.ids()[0])}


def test_rolled_back_saves_send_nothing(org: Org, client: httpx.Client, receiver: Receiver) -> None:
    declare(org, receiver)
    records = [
        {"attributes": {"type": "Account"}, "Name": "Acme"},
        {"attributes": {"type": "Account"}},
    ]
    client.post("/composite/sobjects", json={"allOrNone": True, "records": records})

    assert send_due(org) == 0
    assert receiver.bodies == []


def test_a_message_is_an_envelope_with_the_fields_as_they_are_now(
    org: Org, client: httpx.Client, receiver: Receiver
) -> None:
    fields = ("Name", "NumberOfEmployees", "AnnualRevenue", "Phone", "CreatedDate", "IsDeleted")
    message = declare(org, receiver, fields=fields)
    values: Any = {"NumberOfEmployees": 7, "AnnualRevenue": 2}
    account = create_record(client, Name="old", **values)
    update(client, account, Name="A & <B>\x0b")  # no character of XML

    assert send_due(org) == 2
    root = parse(receiver.bodies[0])
    head = {
        node.tag.rpartition("}")[2]: node.text
        for node in root.iterfind("s:Body/o:notifications/*", NAMES)
    }
    assert head["OrganizationId"] == org.org_id
    assert head["ActionId"] == message.id
    assert head["SessionId"] is None
    assert org.host in str(head["PartnerUrl"])
    record = receiver.record()
    created = str(record.pop("CreatedDate"))
    assert created.endswith("Z")
    assert record == {
        "Id": account,
        "Name": "A & <B>",
        "NumberOfEmployees": "7",
        "AnnualRevenue": "2.0",
        "IsDeleted": "false",
    }
    (ids,) = receiver.ids()
    assert len(set(ids)) == 2
    assert all(record_id.startswith("04l") and len(record_id) == 18 for record_id in ids)


def test_a_notification_of_a_deleted_record_has_no_data(
    org: Org, client: httpx.Client, receiver: Receiver
) -> None:
    declare(org, receiver)
    account = create_record(client, Name="Acme")
    client.delete(f"/sobjects/Account/{account}")

    assert send_due(org) == 1
    assert receiver.record() == {}


def test_at_most_a_hundred_notifications_go_in_one_message(
    org: Org, client: httpx.Client, receiver: Receiver
) -> None:
    declare(org, receiver)
    for start in (0, 200):
        records = [
            {"attributes": {"type": "Account"}, "Name": f"A{start + number}"}
            for number in range(200 if start == 0 else 50)
        ]
        client.post("/composite/sobjects", json={"records": records})

    assert send_due(org) == 250
    assert [len(ids) for ids in receiver.ids()] == [100, 100, 50]
    assert len({record_id for ids in receiver.ids() for record_id in ids}) == 250


@pytest.mark.parametrize(
    ("about", "sent"),
    [
        ({}, 4),
        ({"on_update": False}, 1),
        ({"on_create": False}, 3),
        ({"when": Where("Account", "Rating = 'Hot'")}, 2),
        ({"when": Where("Account", "Rating = 'Hot'"), "only_newly": True}, 1),
        ({"sobject": "Contact"}, 0),
    ],
    ids=["every save", "creations", "updates", "when", "newly", "another object"],
)
def test_the_condition_selects_the_saves(
    org: Org, client: httpx.Client, receiver: Receiver, about: dict[str, Any], sent: int
) -> None:
    """Created cold, made hot, saved while hot, made cold again."""
    declare(org, receiver, **about)
    account = create_record(client, Name="Acme", Rating="Cold")
    for fields in ({"Rating": "Hot"}, {"Phone": "1"}, {"Rating": "Cold"}):
        update(client, account, **fields)

    assert send_due(org) == sent


def test_a_served_org_sends_by_itself_and_shows_its_queue(
    org: Org, client: httpx.Client, anonymous: httpx.Client, receiver: Receiver
) -> None:
    declare(org, receiver, name="<b>Message</b>")
    receiver.answers.append((500, ""))
    with sending(org):
        create_record(client, Name="Acme")
        assert receiver.came.wait(10)
        receiver.came.clear()
        state = anonymous.get("/local-org/outbound-messages").json()
        page = anonymous.get("/local-org/outbound-messages", headers={"accept": "text/html"})
        anonymous.post("/local-org/outbound-messages")  # tries it at once
        assert receiver.came.wait(10)

    assert state["messages"][0]["endpoint"] == receiver.url
    assert state["waiting"][0]["id"] in page.text
    assert "<b>Message" not in page.text
    assert receiver.ids()[0] == receiver.ids()[1]


def test_the_command_prints_the_queue_and_tries_it_again(
    org: Org, client: httpx.Client, receiver: Receiver
) -> None:
    declare(org, receiver)
    receiver.answers.append((500, ""))
    create_record(client, Name="Acme")
    send_due(org)
    with serve(org) as url:
        shown = CliRunner().invoke(commands, ["messages", "--url", url])
        CliRunner().invoke(commands, ["messages", "--url", url, "--retry"])

    (waiting,) = json.loads(shown.stdout)["waiting"]
    assert (waiting["attempts"], waiting["failure"]) == (1, "HTTP 500")
    assert send_due(org) == 1
    nobody = CliRunner().invoke(commands, ["messages", "--url", url])
    assert nobody.exit_code == 7
    assert "no local org answers" in nobody.stderr


def test_notification_ids_are_not_reused_after_a_restart(
    tmp_path: Path, clock: Clock, receiver: Receiver
) -> None:
    """A receiver would take what is new for what it has."""
    config = tmp_path / "org.toml"
    config.write_text(
        '[[outbound_messages]]\nname = "M"\nobject = "Account"\nfields = ["Name"]\n'
        f'endpoint = "{receiver.url}"\n'
    )
    data = tmp_path / "org.sqlite3"
    from salesforce_emulator.records import writing

    def run() -> None:
        with open_org(data=data, config=config, clock=clock) as org:
            access = org.access(org.admin_id)
            with org.transaction():
                writing.create(org, access, access.schema["Account"], {"Name": "A"})
            send_due(org)

    run()
    run()
    ids = [record_id for ids in receiver.ids() for record_id in ids]
    assert len(ids) == len(set(ids)) == 2
    path = ".//o:ActionId"
    actions = {parse(body).findtext(path, namespaces=NAMES) for body in receiver.bodies}
    assert len(actions) == 1


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("object", "'Nope'", "no object"),
        ("fields", "['Nope']", "Nope"),
        ("fields", "['BillingAddress']", "parts"),
        ("fields", "['Owner.Name']", "cannot be sent"),
        ("endpoint", "'https://evil.example'", "this machine"),
        ("when", '"Nope = 1"', "Nope"),
        ("on", "['delete']", "create"),
    ],
)
def test_a_message_that_does_not_fit_is_refused(
    tmp_path: Path, key: str, value: str, why: str
) -> None:
    keys = {"name": "'M'", "object": "'Account'", "endpoint": "'http://127.0.0.1:1/x'"} | {
        key: value
    }
    config = tmp_path / "org.toml"
    lines = "\n".join(f"{name} = {text}" for name, text in keys.items())
    config.write_text(f"[[outbound_messages]]\n{lines}\n")

    with pytest.raises(ConfigFileError, match=why):
        open_org(config=config).close()
