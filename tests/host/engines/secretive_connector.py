"""A connector whose browser sign-in has a secret, as an installed distribution."""

from typing import Any

SETTINGS: dict[str, Any] = {"secret": "hush-secret"}

SOURCE = """
import pluggy
from urllib.parse import parse_qsl, urlsplit

hookimpl = pluggy.HookimplMarker("workflow_connectors")
contract_version = 1
SECRET = {"type": "string", "x-secret": True}
SCHEMA = {"type": "object", "properties": {"secret": SECRET}}
METHOD = {"name": "browser", "type": "oauth2", "title": "Browser", "description": "",
          "interactive": True, "schema": SCHEMA}


@hookimpl
def connector_manifest():
    return {"manifest_version": 1, "name": "secretive", "title": "Secretive", "version": "1",
            "description": "Has a secret.", "auth_methods": [METHOD], "actions": [],
            "triggers": []}


@hookimpl
def begin_authorization(connector, redirect_uri):
    if connector == "secretive":
        pending = {"state": "right", "verifier": "hush-verifier"}
        url = f"https://example.com/authorize?redirect_uri={redirect_uri}&state=right&empty="
        return {"url": url, "state": "right", "pending": pending}


@hookimpl
def finish_authorization(connector, pending, callback_url):
    if connector == "secretive":
        answer = dict(parse_qsl(urlsplit(callback_url).query))
        assert answer["state"] == pending["state"] == "right"
        return {"access_token": f"{answer['code']} verified by {pending['verifier']}"}
"""


def secretive(site: Any) -> None:
    """Install it in a folder of connectors."""
    site.module("secretive_connector", SOURCE)
    site.install("secretive", {"workflow_connectors": {"secretive": "secretive_connector"}})
