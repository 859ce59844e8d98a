"""How exchanges are recorded, cut and replayed.

A replay needs no server and opens no socket. `make cassettes` records anew: from a local org on
loopback, or from a real org when SALESFORCE_LIVE_MY_DOMAIN_URL, SALESFORCE_LIVE_CONSUMER_KEY and
SALESFORCE_LIVE_CONSUMER_SECRET (of an app with client credentials) are in the environment.

A cassette lies in `cassettes/<action or method>/<test>.yaml`, for the test `test_<test>` in
`tests/cassette/test_<action or method>_cassette.py`, and says at its top what it was recorded from.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
import vcr.serializers.yamlserializer as plain
from local_apps import app_settings
from memory_connection import MemoryConnection
from recorded_sleeps import with_recorded_sleeps
from vcr import VCR
from vcr.patch import force_reset

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.http.client import Client
from salesforce_connector.http.connection_state import API_VERSION
from salesforce_connector.http.result import Result
from salesforce_connector.validation import read_input
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.identity.browser_user import BrowserUser
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org

CASSETTES = Path(__file__).parents[2] / "cassettes"
BASE_URL = "http://127.0.0.1:8899"

_SECRET = {
    "access_token", "refresh_token", "id_token", "signature", "client_secret", "client_id", "code",
    "code_verifier", "code_challenge", "state", "token", "assertion", "password",
}  # fmt: skip
_ANSWERED = _SECRET - {"state", "code"}  # in a body of Salesforce's they are a job's, an error's

_SESSION = re.compile(rb"<sessionId>[^<]*<")


class Stated:
    """YAML with a line at its top that says what it was recorded from."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        source = "a Salesforce org" if _live() else "the local org"
        day = datetime.now(UTC).date().isoformat()
        return (
            f"# Recorded from {source} over HTTP, API v{API_VERSION}, on {day}. Tokens, secrets "
            f"and cookies are cut out.\n{plain.serialize(cassette)}"
        )

    deserialize = staticmethod(plain.deserialize)


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    del config
    vcr.register_serializer("yaml", Stated)


@pytest.fixture
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    name = request.path.stem.removeprefix("test_").removesuffix("_cassette")
    return str(CASSETTES / name)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    return str(request.node.name).removeprefix("test_")


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ["method", "path", "query"],
        "decode_compressed_response": True,
        "filter_headers": ["authorization", "cookie", "user-agent", "host"],
        "before_record_request": _cut_request,
        "before_record_response": _cut_response,
    }


@pytest.fixture(scope="session")
def recorded_org(record_mode: str) -> Org | None:
    """The local org that is recorded; None in a replay, and when a real org is recorded."""
    if record_mode == "none" or _live():
        return None
    # Bulk jobs move on by looks, so that a recording has few of them, always as many.
    opened = open_org(settings=Settings(bulk_wait=0), config=EXAMPLE_ORG)
    opened.clock.advance(timedelta(minutes=1))  # what the org begins with is not news any more
    return opened


@pytest.fixture(scope="session")
def org(recorded_org: Org | None) -> Iterator[str]:
    """The address that replays and recordings go to; a server stands there only to record."""
    if recorded_org is None:
        yield BASE_URL
        return
    from salesforce_emulator.serving.server import serve

    with serve(recorded_org, port=int(BASE_URL.rpartition(":")[2])) as url:
        yield url


@pytest.fixture
def connection(org: str) -> MemoryConnection:
    """A connection by client credentials.

    It checks no field names: a describe in each cassette of a write would tell nothing new.
    """
    plain = {"check_fields": False}
    if _live():
        settings = plain | {
            "my_domain_url": os.environ["SALESFORCE_LIVE_MY_DOMAIN_URL"],
            "consumer_key": os.environ["SALESFORCE_LIVE_CONSUMER_KEY"],
            "consumer_secret": os.environ["SALESFORCE_LIVE_CONSUMER_SECRET"],
        }
        return MemoryConnection("client_credentials", settings)
    return MemoryConnection("client_credentials", plain | settings_for("automation"))


@pytest.fixture
def settings_of(org: str) -> Callable[[str], dict[str, Any]]:
    """Return the settings for one of the local org's apps."""
    del org  # which has to stand before it is used
    return settings_for


@pytest.fixture
def allow(record_mode: str) -> Callable[[str, str], str]:
    """Sign in at the org's pages and give the code; a replay knows it by heart.

    The pages are kept out of the cassette: a replay's state would not be the recording's.
    """

    def consent(url: str, callback: str) -> str:
        if record_mode == "none":
            return "CUT"
        with force_reset(), httpx.Client() as browser:
            visitor = BrowserUser(browser, "admin@local-org.example", "admin-local-1")
            there = visitor.authorize(url, callback)
        return parse_qs(urlsplit(there).query)["code"][0]

    return consent


@pytest.fixture
def transport() -> Iterator[httpx.HTTPTransport]:
    """What vcrpy records and replays: it knows httpx, and not the connector's own sockets."""
    with httpx.HTTPTransport() as transport:
        yield transport


@pytest.fixture
def run(
    connection: MemoryConnection, transport: httpx.HTTPTransport, record_mode: str
) -> Iterator[Callable[[str, Mapping[str, Any]], Any]]:
    """Run an action by name; gives its output. Only to record a real org are waits slept."""
    client = Client(connection, transport=transport)
    slept = _live() and record_mode != "none"

    def act(action: str, inputs: Mapping[str, Any]) -> Any:
        messages = with_recorded_sleeps(ACTIONS[action], time.sleep if slept else lambda _: None)
        return client.run(messages, inputs).output

    yield act
    client.close()


@pytest.fixture
def poll(
    connection: MemoryConnection,
    transport: httpx.HTTPTransport,
    record_mode: str,
    recorded_org: Org | None,
) -> Iterator[Callable[..., Any]]:
    """Poll a trigger by name, once the second of the last save is over; gives events and cursor."""
    client = Client(connection, transport=transport)

    def once(name: str, inputs: Mapping[str, Any], cursor: Any = None) -> Any:
        if recorded_org is not None:
            recorded_org.clock.advance(timedelta(seconds=3))
        elif record_mode != "none":
            time.sleep(3)
        trigger = TRIGGERS[name]
        args = read_input(trigger.input, inputs, name)
        batch = client.drive(trigger.flow(args, cursor), Result())
        return [event.model_dump(mode="json") for event in batch.events], batch.cursor

    yield once
    client.close()


def settings_for(name: str) -> dict[str, Any]:
    """Return the settings for one of the local org's apps; keys follow from the org's seed."""
    with closing(open_org()) as org:
        return {**app_settings(org, name), "my_domain_url": BASE_URL, "local_org": True}


def _live() -> bool:
    return "SALESFORCE_LIVE_MY_DOMAIN_URL" in os.environ


def _cut_request(request: Any) -> Any:
    if request.body and request.headers.get("content-type", "").startswith(
        "application/x-www-form-urlencoded"
    ):
        form = parse_qsl(request.body.decode(), keep_blank_values=True)
        request.body = urlencode([(k, "CUT" if k in _SECRET else v) for k, v in form]).encode()
    if isinstance(request.body, bytes):  # SOAP has the token in the envelope
        request.body = _SESSION.sub(b"<sessionId>CUT<", request.body)
    parts = urlsplit(request.uri)
    query = [(k, "CUT" if k in _SECRET else v) for k, v in parse_qsl(parts.query)]
    request.uri = BASE_URL + parts.path + (f"?{urlencode(query)}" if query else "")
    return request


def _cut_response(response: dict[str, Any]) -> dict[str, Any]:
    headers = response["headers"]
    for name in [header for header in headers if header.lower() == "set-cookie"]:
        del headers[name]
    body = response["body"]["string"]
    try:
        result = json.loads(body)
    except ValueError:
        return response
    if isinstance(result, dict) and _ANSWERED & result.keys():
        cut = {name: "CUT" if name in _ANSWERED else value for name, value in result.items()}
        if "instance_url" in cut:
            cut["instance_url"] = BASE_URL
        text = json.dumps(cut).encode()
        response["body"]["string"] = text
        for name in [header for header in headers if header.lower() == "content-length"]:
            headers[name] = [str(len(text))]
    return response
