"""Airflow's connection read back into a sign-in method and its settings, without Airflow."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from connector_host.engines.airflow.fields import connection_type, settings_of, stored_connection
from connector_host.errors import BadInput, UnknownName
from connector_host.hookspecs import JsonObject

URL = "https://acme.example"


def method(name: str, required: list[str], *, interactive: bool = False) -> JsonObject:
    properties: JsonObject = {item: {"type": "string", "title": item} for item in required}
    properties["url"] = {"type": "string", "title": "Address", "x-address": True}
    schema = {"type": "object", "properties": properties, "required": [*required, "url"]}
    return {"name": name, "title": name, "interactive": interactive, "schema": schema}


MANIFEST: JsonObject = {
    "name": "shop",
    "title": "Shop",
    "auth_methods": [
        method("browser", ["app"], interactive=True),
        method("app", ["app", "secret"]),
        method("key", ["app", "username", "pem"]),
    ],
}


@dataclass
class Stored:
    """What Airflow hands over."""

    extra_dejson: dict[str, Any]
    conn_type: str = "shopconnector"
    host: str | None = URL
    login: str | None = None
    conn_id: str = field(default="acme")


def test_an_unknown_method_names_the_choices() -> None:
    with pytest.raises(UnknownName, match="app, key, store"):
        settings_of(MANIFEST, Stored({"auth_method": "browser"}))


def test_a_store_without_a_name_blames_its_field() -> None:
    with pytest.raises(BadInput) as error:
        stored_connection(Stored({"auth_method": "store"}))
    assert error.value.fields == ("stored_connection",)


def test_the_address_is_airflows_host_and_no_extra_field() -> None:
    extra = {"auth_method": "app", "app": "a", "secret": "s", "url": "https://evil.example"}
    _, settings = settings_of(MANIFEST, Stored(extra))
    assert settings["url"] == URL
    assert "url" not in connection_type(MANIFEST, "Shop")["conn-fields"]


@pytest.mark.parametrize(
    ("extra", "login", "expected"),
    [
        ({"app": "a", "secret": "s"}, None, "app"),
        ({"app": "a", "pem": "p"}, "ann", "key"),
        ({"app": "a", "pem": "p", "username": "bob"}, "ann", "key"),
        ({"app": "a"}, None, "app"),
    ],
    ids=["app", "login is the user", "a user of its own", "nothing fits"],
)
def test_method_is_derived_from_the_fields(
    extra: dict[str, str], login: str | None, expected: str
) -> None:
    """As in a connection of another provider's type."""
    chosen, settings = settings_of(MANIFEST, Stored(extra, "shop", login=login))
    assert chosen["name"] == expected
    if expected == "key":
        assert settings["username"] == extra.get("username", "ann")


def test_prefixes_of_older_airflow_versions_are_read() -> None:
    extra = {"extra__shopconnector__app": "a", "extra__shopconnector__secret": "s"}
    chosen, settings = settings_of(MANIFEST, Stored(extra))
    assert (chosen["name"], settings["secret"]) == ("app", "s")
