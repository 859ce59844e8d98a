"""Converts auth methods' schemas to Airflow's connection form, and its values to settings.

The form is one flat list. The service's address is in Airflow's own `host`, because Airflow refuses
to test a stored connection whose `host` was changed; in an extra field, a stored secret could be
sent to another host. The port is shown because the Test button of Airflow 3.3 needs one.

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
STORE: Final = "store"  # the auth method that uses a connection of the connector's own store
PORT: Final = 443
_ADDRESS: Final = (
    "x-address"  # the keyword of the field whose value is the host that secrets are sent to
)


class AirflowConnection(Protocol):
    """The attributes of Airflow's connection object that are read here."""

    conn_id: str
    conn_type: str
    host: str | None
    login: str | None

    @property
    def extra_dejson(self) -> dict[str, Any]: ...


def connection_type(manifest: JsonObject, shown_name: str) -> dict[str, Any]:
    """Return a connector's entry in `connection-types` of the provider's information."""
    name = manifest["name"]
    methods = offered_methods(manifest)
    fields = union_fields({**manifest, "auth_methods": methods})
    address = address_field(manifest)
    choices = [method["name"] for method in methods] + [STORE]
    shown: dict[str, Any] = {
        METHOD: {
            "label": "Sign-in method",
            "description": "A field that only some methods use names them in its description.",
            "schema": {"type": "string", "enum": choices, "default": choices[0]},
        },
        STORED: {
            "label": "Stored connection",
            "description": f"Used by: {STORE}. Name of a connection in the connector's own store, "
            "to which a person has signed in.",
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
    """Return the methods that need no person; Airflow cannot store refreshed tokens."""
    return [method for method in manifest["auth_methods"] if not method.get("interactive")]


def address_field(manifest: JsonObject) -> str | None:
    """Return the name of the settings field with the host that secrets are sent to."""
    for method in manifest["auth_methods"]:
        for field in settings_form.fields(method["schema"]):
            if settings_form.part_of(method["schema"], field.name).get(_ADDRESS):
                return field.name
    return None


def settings_of(
    manifest: JsonObject, connection: AirflowConnection
) -> tuple[JsonObject, dict[str, Json]]:
    """Return the auth method and its settings from Airflow's connection.

    A connection of Apache's own provider works too, if its extra fields have the same names: it
    names no method, and has its user in `login`.

    Raises:
        BadInput: The method is unknown, or a value cannot be parsed.
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
    """Return the first method whose required fields are all set, or else the first method."""
    for name, method in methods.items():
        required = set(method["schema"].get("required", ())) - {address}
        if all(extra.get(field) for field in required):
            return name
    return next(iter(methods))


def stored_connection(connection: AirflowConnection) -> str | None:
    """Return the name of the stored connection to use; None when the form has the settings.

    Raises:
        BadInput: The method is `store`, and the name is missing.
    """
    extra = {_strip_prefix(name, connection.conn_type): value for name, value in _extra(connection)}
    if extra.get(METHOD) != STORE:
        return None
    if not extra.get(STORED):
        raise BadInput(
            "The sign-in method is `store`, but the name of a stored connection is missing.",
            "Enter its name in the field Stored connection.",
            fields=[STORED],
        )
    return str(extra[STORED])


def _extra(connection: AirflowConnection) -> list[tuple[str, Any]]:
    return list(connection.extra_dejson.items())


def _strip_prefix(name: str, conn_type: str) -> str:
    """Remove the prefix that older Airflow versions give extra fields."""
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
    """Return the types for Airflow's form; lists and objects are entered as text."""
    simple = [kind for kind in field.types if kind in ("boolean", "integer", "number", "string")]
    return simple or ["string"]


def _example(manifest: JsonObject, name: str | None) -> str:
    for method in manifest["auth_methods"]:
        examples: Mapping[str, Any] = method["schema"]["properties"].get(name, {})
        if examples.get("examples"):
            return str(examples["examples"][0])
    return ""
