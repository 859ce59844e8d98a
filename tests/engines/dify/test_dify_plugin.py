"""The generated plugin in a process of its own, spoken to as Dify's daemon does."""

import binascii
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml
from connector.outbound_messages import message, notification
from engines.conftest import EngineSite

from connector_host.engines.dify.generate import write_plugin
from connector_host.engines.dify.parameters import OAUTH_CREDENTIALS, inputs_from, parameters_of
from connector_host.errors import BadInput
from connector_host.registry import Registry
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.browser_user import BrowserUser

REDIRECT = "http://127.0.0.1:8910/callback"


class Daemon:
    """Dify's side of the protocol: JSON lines on the plugin's stdin and stdout."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "main"],
            cwd=folder,
            env={**os.environ, "INSTALL_METHOD": "local"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._sessions = 0

    def ask(self, kind: str, action: str, **fields: Any) -> Any:
        """Send one request; give the parts of its answer, or the error."""
        self._sessions += 1
        session = str(self._sessions)
        data = {"type": kind, "action": action, "user_id": "u", "provider": "salesforce", **fields}
        message = {"session_id": session, "event": "request", "data": data}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        parts: list[Any] = []
        for line in self._process.stdout:
            with suppress(ValueError):
                body = json.loads(line)
                if body.get("session_id") != session:
                    continue
                if body["data"]["type"] == "end":
                    return parts
                if body["data"]["type"] == "error":
                    parts.append({"error": body["data"]["data"]["message"]})
                else:
                    parts.append(body["data"]["data"])
        raise AssertionError("the plugin ended")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dify") / "plugin"
    write_plugin(Registry.load(validate=False).manifest("salesforce"), folder, "tests")
    return folder


@pytest.fixture
def daemon(plugin: Path) -> Iterator[Daemon]:
    daemon = Daemon(plugin)
    yield daemon
    daemon.close()


def form(site: EngineSite, **changes: Any) -> dict[str, Any]:
    """Return what a person types into the form of client credentials."""
    settings = site.host.store.get("acme").settings
    names = ("my_domain_url", "consumer_key", "consumer_secret")
    typed = {"auth_method": "client_credentials", **{name: settings[name] for name in names}}
    return {**typed, "local_org": True, **changes}


def invoke(daemon: Daemon, credentials: Any, tool: str, **parameters: Any) -> Any:
    return daemon.ask(
        "tool",
        "invoke_tool",
        tool=tool,
        credentials=credentials,
        credential_type="api-key",
        tool_parameters=parameters,
    )


def test_every_tool_has_its_two_files_and_the_package_is_the_same_each_time(plugin: Path) -> None:
    manifest = Registry.load(validate=False).manifest("salesforce")
    names = {entry["name"] for entry in manifest["actions"]}
    assert {path.stem for path in plugin.glob("tools/*.yaml")} == names
    assert {path.stem for path in plugin.glob("tools/*.py")} == names
    first = plugin.with_suffix(".difypkg").read_bytes()
    assert write_plugin(manifest, plugin, "tests").read_bytes() == first


@pytest.mark.parametrize("content", ["", "name: another\n", "[", "- a list\n"])
def test_folder_with_other_content_is_not_replaced(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.yaml").write_text(content)
    with pytest.raises(BadInput):
        write_plugin(Registry.load(validate=False).manifest("salesforce"), tmp_path, "tests")
    assert (tmp_path / "manifest.yaml").read_text() == content


def test_every_pushed_trigger_is_an_event_and_no_polled_one_is(plugin: Path) -> None:
    manifest = Registry.load(validate=False).manifest("salesforce")
    pushed = {
        trigger["name"] for trigger in manifest["triggers"] if trigger["delivery"] == "webhook"
    }
    assert pushed
    assert {path.stem for path in plugin.glob("events/*.yaml")} == pushed


def test_a_connector_without_pushed_triggers_has_no_trigger_provider(tmp_path: Path) -> None:
    manifest = Registry.load(validate=False).manifest("salesforce")
    polled = [trigger for trigger in manifest["triggers"] if trigger["delivery"] == "poll"]
    write_plugin({**manifest, "triggers": polled}, tmp_path / "plugin", "tests")
    written = yaml.safe_load((tmp_path / "plugin" / "manifest.yaml").read_text())
    assert "triggers" not in written["plugins"]


def test_no_secret_field_is_a_plain_text(plugin: Path) -> None:
    provider = yaml.safe_load((plugin / "provider" / "salesforce.yaml").read_text())
    fields = provider["credentials_for_provider"]
    assert fields["consumer_secret"]["type"] == "secret-input"
    assert fields["private_key"]["type"] == "secret-input"
    client = {field["name"]: field for field in provider["oauth_schema"]["client_schema"]}
    assert client["consumer_secret"]["type"] == "secret-input"


def test_inputs_are_read_back_and_text_that_must_be_json_is_checked() -> None:
    manifest = Registry.load(validate=False).manifest("salesforce")
    entry = next(action for action in manifest["actions"] if action["name"] == "create_record")
    typed = {"sobject": "Account", "fields": '{"Name": "Acme"}', "allow_duplicates": "true"}
    assert inputs_from(entry["input"], typed) == {
        "sobject": "Account",
        "fields": {"Name": "Acme"},
        "allow_duplicates": True,
    }
    with pytest.raises(BadInput):
        inputs_from(entry["input"], {"fields": "Name=Acme"})
    kinds = {item["name"]: item["type"] for item in parameters_of(entry["input"])}
    assert kinds["sobject"] == "dynamic-select"


def test_credentials_are_validated(site: EngineSite, daemon: Daemon) -> None:
    right = daemon.ask("tool", "validate_tool_credentials", credentials=form(site))
    assert right == [{"result": True}]
    wrong_secret = form(site, consumer_secret="wrong")
    wrong = daemon.ask("tool", "validate_tool_credentials", credentials=wrong_secret)
    assert "secret" in wrong[0]["error"].lower()


def test_tool_creates_queries_and_reports_errors(site: EngineSite, daemon: Daemon) -> None:
    fields = json.dumps({"Name": "By Dify"})
    created = invoke(daemon, form(site), "create_record", sobject="Account", fields=fields)
    assert created[0]["message"]["json_object"]["id"].startswith("001")
    queried = invoke(daemon, form(site), "query", soql="SELECT Name FROM Account")
    assert "By Dify" in json.dumps(queried)
    failed = invoke(daemon, form(site), "query", soql="SELECT Nmae FROM Account")
    assert "INVALID_FIELD" in failed[0]["error"]


def test_choices_come_from_the_org(site: EngineSite, daemon: Daemon) -> None:
    answer = daemon.ask(
        "dynamic_parameter",
        "fetch_parameter_options",
        provider_action="create_record",
        parameter="sobject",
        credentials=form(site),
        credential_type="api-key",
    )
    assert "Account" in [option["value"] for option in answer[0]["options"]]


def test_a_person_signs_in_and_the_sign_in_is_refreshed(site: EngineSite, daemon: Daemon) -> None:
    app = next(
        app
        for app in identity_of(site.org).apps
        if "authorization_code" in app.flows and REDIRECT in app.callback_urls
    )
    client = {
        "my_domain_url": site.url,
        "consumer_key": app.consumer_key,
        "consumer_secret": app.consumer_secret,
        "local_org": True,
    }
    begun = daemon.ask(
        "oauth", "get_authorization_url", redirect_uri=REDIRECT, system_credentials=client
    )
    login = next(iter(identity_of(site.org).logins))
    assert login.password is not None
    with httpx.Client() as browser:
        user = BrowserUser(browser, login.username, login.password)
        callback = urlsplit(user.authorize(begun[0]["authorization_url"], REDIRECT))
    request = f"GET {callback.path}?{callback.query} HTTP/1.1\r\nHost: 127.0.0.1:8910\r\n\r\n"
    exchange = {
        "redirect_uri": REDIRECT,
        "system_credentials": client,
        "raw_http_request": binascii.hexlify(request.encode()).decode(),
    }
    signed_in = daemon.ask("oauth", "get_credentials", **exchange)[0]
    assert signed_in["expires_at"] > 0
    credentials = signed_in["credentials"]
    queried = invoke(daemon, credentials, "query", soql="SELECT Id FROM User LIMIT 1")
    assert "json_object" in queried[0]["message"], queried

    refreshed = daemon.ask(
        "oauth",
        "refresh_credentials",
        redirect_uri=REDIRECT,
        system_credentials=client,
        credentials=credentials,
    )[0]
    assert refreshed["credentials"][OAUTH_CREDENTIALS] != credentials[OAUTH_CREDENTIALS]
    queried = invoke(daemon, refreshed["credentials"], "query", soql="SELECT Id FROM User LIMIT 1")
    assert "json_object" in queried[0]["message"], queried


def raw_request(body: bytes, method: str = "POST") -> str:
    """Return an HTTP request as Dify's daemon hands it on."""
    head = f"{method} /e/abc HTTP/1.1\r\nHost: dify.example\r\nContent-Type: text/xml\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    return binascii.hexlify(head.encode() + body).decode()


def dispatch(site: EngineSite, daemon: Daemon, body: bytes) -> Any:
    answer = daemon.ask(
        "trigger",
        "dispatch_trigger_event",
        subscription={"endpoint": "https://dify.example/e/abc"},
        credentials=form(site),
        credential_type="api-key",
        raw_http_request=raw_request(body),
    )
    return answer[0]


def org_id(site: EngineSite) -> str:
    connection = site.host.store.get("acme")
    return str(site.host.runner.test(connection)["org"]["id"])


def test_subscription_needs_working_credentials(site: EngineSite, daemon: Daemon) -> None:
    def subscribe(credentials: dict[str, Any]) -> Any:
        return daemon.ask(
            "trigger",
            "subscribe_trigger",
            endpoint="https://dify.example/e/abc",
            parameters={},
            credentials=credentials,
            credential_type="api-key",
        )[0]

    subscription = subscribe(form(site))["subscription"]
    assert subscription["endpoint"] == "https://dify.example/e/abc"
    assert "secret" in subscribe(form(site, consumer_secret="wrong"))["error"].lower()
    removed = daemon.ask(
        "trigger",
        "unsubscribe_trigger",
        subscription=subscription,
        credentials=form(site),
        credential_type="api-key",
    )[0]
    assert removed["subscription"]["success"] is True


def test_a_pushed_message_starts_a_workflow_with_its_records(
    site: EngineSite, daemon: Daemon
) -> None:
    body = message(notification(1), notification(2), org=org_id(site))
    dispatched = dispatch(site, daemon, body)
    assert dispatched["events"] == ["outbound_message"]
    assert b"<Ack>true</Ack>" in binascii.unhexlify(dispatched["response"])

    response = daemon.ask(
        "trigger",
        "invoke_trigger_event",
        event="outbound_message",
        subscription={"endpoint": "https://dify.example/e/abc"},
        credentials=form(site),
        credential_type="api-key",
        raw_http_request=raw_request(body),
        parameters={},
        payload=dispatched["payload"],
    )[0]
    records = response["variables"]["events"]
    assert [record["fields"]["LastName"] for record in records] == ["Kim & Lee"] * 2
    assert len({record["id"] for record in records}) == 2


@pytest.mark.parametrize("body", [message(notification(1)), b"<html/>"], ids=["org", "text"])
def test_push_of_another_org_starts_nothing(site: EngineSite, daemon: Daemon, body: bytes) -> None:
    refused = dispatch(site, daemon, body)
    assert "events" not in refused
    assert refused["error"]
