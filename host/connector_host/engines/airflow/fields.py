"""Airflow's connection form made of the auth methods' schemas, and settings read back out of it.

The form is one flat list. The address goes into Airflow's own `host`, because Airflow refuses to
test a stored connection whose `host` was changed; were it an extra field, a stored secret could be
sent elsewhere. The port is shown and stored since Airflow 3.3's Test button needs one.

Nothing here imports Airflow.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from connector_host import settings_form
from connector_host.engines.airflow import CONNECTION_TYPE_SUFFIX
from connector_host.engines.flat import FlatField, from_flat, union_fields
from connector_host.errors import BadInput, UnknownName
from connector_host.hookspecs import Json, JsonObject

METHOD: Final = "auth_method"
STORED: Final = "stored_connection"
STORE: Final = "store"  # the choice of auth method that uses a connection of our store
PORT: Final = 443
_ADDRESS: Final = "x-address"  # keyword of the field that says where secrets are sent


class AirflowConnection(Protocol):
    """What is read of Airflow's connection object."""

    conn_id: str
    conn_type: str
    host: str | None
    login: str | None

    @property
    def extra_dejson(self) -> dict[str, Any]: ...


def connection_type(manifest: JsonObject, shown_name: str) -> dict[str, Any]:
    """Return a connector's entry of `connection-types` in the provider's information."""
    name = manifest["name"]
    methods = offered_methods(manifest)
    fields = union_fields({**manifest, "auth_methods": methods})
    address = address_field(manifest)
    choices = [method["name"] for method in methods] + [STORE]
    shown: dict[str, Any] = {
        METHOD: {
            "label": "Sign-in method",
            "description": "A field that only some methods use names them.",
            "schema": {"type": "string", "enum": choices, "default": choices[0]},
        },
        STORED: {
            "label": "Stored connection",
            "description": f"Used by: {STORE}. Name of a connection of the connector's own store, "
            "where a person has signed in.",
            "schema": {"type": ["string", "null"]},
        },
    }
    shown |= {field.name: _form_field(field) for field in fields if field.name != address}
    title = next((field.title for field in fields if field.name == address), "Host")
    return {
        "connection-type": f"{name}{CONNECTION_TYPE_SUFFIX}",
        "hook-name": shown_name,
        "hook-class-name": f"connector_host.engines.airflow.hooks.{hook_class_name(name)}",
        "conn-fields": shown,
        "ui-field-behaviour": {
            "hidden-fields": ["schema", "extra", "login", "password"],
            "relabeling": {"host": title, "port": "Port (443)"},
            "placeholders": {"host": _example(manifest, address), "port": str(PORT)},
        },
    }


def hook_class_name(connector: str) -> str:
    """Return the name of a connector's hook class."""
    return "".join(part.capitalize() for part in connector.replace("-", "_").split("_")) + "Hook"


def offered_methods(manifest: JsonObject) -> list[JsonObject]:
    """Return the methods that need no person; Airflow cannot store what a sign-in refreshes."""
    return [method for method in manifest["auth_methods"] if not method.get("interactive")]


def address_field(manifest: JsonObject) -> str | None:
    """Return the name of the settings field that says where secrets are sent."""
    for method in manifest["auth_methods"]:
        for field in settings_form.fields(method["schema"]):
            if settings_form.part_of(method["schema"], field.name).get(_ADDRESS):
                return field.name
    return None


def settings_of(
    manifest: JsonObject, connection: AirflowConnection
) -> tuple[JsonObject, dict[str, Json]]:
    """Read the auth method and its settings out of Airflow's connection.

    A connection of the type of Apache's own provider is read too, as far as its extra fields have
    the same names: it names no method, and has its user in `login`.

    Raises:
        BadInput: The method is unknown, or a value does not parse.
    """
    extra = {_strip_prefix(name, connection.conn_type): value for name, value in _extra(connection)}
    if connection.login:
        extra.setdefault("username", connection.login)
    methods = {method["name"]: method for method in offered_methods(manifest)}
    name = extra.get(METHOD) or _method_of_fields(methods, extra, address_field(manifest))
    method = methods.get(str(name))
    if method is None:
        choices = ", ".join([*methods, STORE])
        raise UnknownName(f"There is no sign-in method {name!r}.", f"Choose one of: {choices}.")
    address = address_field(manifest)
    if address is not None:
        extra[address] = connection.host or extra.get("instance_url") or extra.get(address)
    return method, from_flat(method, extra)


def _method_of_fields(
    methods: Mapping[str, JsonObject], extra: Mapping[str, Json], address: str | None
) -> str:
    """Return the first method whose required fields are all filled in; else the first of all."""
    for name, method in methods.items():
        required = set(method["schema"].get("required", ())) - {address}
        if all(extra.get(field) for field in required):
            return name
    return next(iter(methods))


def stored_connection(connection: AirflowConnection) -> str | None:
    """Return the name of the stored connection that is meant; None when the form says all.

    Raises:
        BadInput: The method is `store` and no name is given.
    """
    extra = {_strip_prefix(name, connection.conn_type): value for name, value in _extra(connection)}
    if extra.get(METHOD) != STORE:
        return None
    if not extra.get(STORED):
        raise BadInput(
            "The sign-in method is `store`, and no stored connection is named.",
            "Enter its name in the field Stored connection.",
            fields=[STORED],
        )
    return str(extra[STORED])


def _extra(connection: AirflowConnection) -> list[tuple[str, Any]]:
    return list(connection.extra_dejson.items())


def _strip_prefix(name: str, conn_type: str) -> str:
    """Take off the prefix that older Airflow versions give extra fields."""
    return name.removeprefix(f"extra__{conn_type}__")


def _form_field(field: FlatField) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": [*_form_types(field), "null"]}
    if field.choices is not None:
        schema["enum"] = [*field.choices, None]
    if field.secret:
        schema["format"] = "multiline" if field.multiline else "password"
    if field.default not in (None, "", [], {}):
        schema["default"] = field.default
    return {"label": field.title, "description": field.description, "schema": schema}


def _form_types(field: FlatField) -> list[str]:
    """Return the types of an input that Airflow's form has; lists and objects are typed as text."""
    simple = [kind for kind in field.types if kind in ("boolean", "integer", "number", "string")]
    return simple or ["string"]


def _example(manifest: JsonObject, name: str | None) -> str:
    for method in manifest["auth_methods"]:
        examples: Mapping[str, Any] = method["schema"]["properties"].get(name, {})
        if examples.get("examples"):
            return str(examples["examples"][0])
    return ""
