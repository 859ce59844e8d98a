"""Routes for connections: list, add, change, share, remove. No response contains a secret."""

from typing import Any

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.errors import NotAllowed, PluginBroken, UnknownName
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.connection import Connection
from connector_host.web.requests import ApiRequest
from connector_host.web.services import Actor


def list_connections(request: ApiRequest) -> Json:
    """List the connections that the user may use, with their state."""
    actor = request.actor
    manifests = _ManifestCache(actor)
    return [manifests.view(connection) for connection in actor.admin.visible()]


def get_connection(request: ApiRequest) -> Json:
    """Describe a connection."""
    return view(request.actor, request.path("connection"))


def add_connection(request: ApiRequest) -> Json:
    """Add a connection whose method needs no person; its first call signs in."""
    name = request.text("name")
    request.actor.runner.connect(
        name,
        request.text("connector"),
        request.text("method"),
        request.object("settings"),
        app=request.optional_text("app"),
    )
    return view(request.actor, name)


def change_settings(request: ApiRequest) -> Json:
    """Change a connection's settings; secrets that are left out do not change."""
    actor, name = request.actor, request.path("connection")
    connection = actor.admin.get_for_change(name)
    _, secrets = connection.own_parts()
    app = request.optional_text("app") or connection.app
    changes = request.object("settings")
    from_app = actor.store.app(app).settings if app else {}
    remaining = {key: value for key, value in secrets.items() if key not in {*changes, *from_app}}
    actor.runner.reconnect(name, {**remaining, **changes}, app=app)
    return view(actor, name)


def rename_connection(request: ApiRequest) -> Json:
    """Rename a connection; its id, sign-in and triggers do not change."""
    new = request.text("name")
    request.actor.admin.rename(request.path("connection"), new)
    return view(request.actor, new)


def set_access(request: ApiRequest) -> Json:
    """Set who may use a connection: its owner, and the users and groups it is shared with."""
    actor, name = request.actor, request.path("connection")
    owner = request.optional_text("owner")
    actor.admin.set_access(name, owner, request.texts("users"), request.texts("groups"))
    try:
        return view(actor, name)
    except NotAllowed:
        return None  # the user has transferred it to somebody else


def remove_connection(request: ApiRequest) -> Json:
    """Remove a connection; with `revoke=true`, its tokens are revoked at the service first."""
    actor, name = request.actor, request.path("connection")
    actor.admin.get_for_change(name)
    warning = ""
    if request.query("revoke") == "true":
        try:
            actor.runner.close(name, revoke=True)
        except Exception as exc:
            if not hasattr(exc, "kind"):  # not an error of the service, so a bug
                raise
            warning = str(exc)
    actor.admin.remove(name)
    return {"removed": name, "warning": warning}


def get_limits(request: ApiRequest) -> Json:
    """Fetch the service's quotas of a connection; may spend a call."""
    return request.actor.runner.limits(request.path("connection"))


def view(actor: Actor, name: str) -> JsonObject:
    """Return a connection as the API shows it.

    Raises:
        UnknownName, NotAllowed: There is none, or the user may not use it.
    """
    visible = {connection.name: connection for connection in actor.admin.visible()}
    if name not in visible:
        connection = actor.store.get(name)
        raise NotAllowed(f"The connection {name!r} belongs to {connection.access.owner!r}.")
    return _ManifestCache(actor).view(visible[name])


class _ManifestCache:
    """Manifests and stored states of all connections, read once for a list of them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._tests = actor.store.history.last_tests()
        self._uses = actor.store.history.use_by_connection()

    def view(self, connection: Connection) -> JsonObject:
        test = self._tests.get(connection.id)
        last_used, calls = self._uses.get(connection.name, (None, 0))
        access = connection.access
        principal = self._actor.principal
        state, cause = _state(connection, test)
        return {
            "id": connection.id,
            "name": connection.name,
            "connector": connection.connector,
            "method": connection.method,
            "settings": connection.plain_settings,
            "own_settings": sorted(connection.own_plain_settings),
            "secrets": self._secrets(connection),
            "app": connection.app,
            "owner": access.owner,
            "users": sorted(access.users),
            "groups": sorted(access.groups),
            "created_at": connection.created_at,
            "changed_at": connection.changed_at,
            "state": state,
            "cause": cause,
            "last_test": test,
            "last_used": last_used,
            "calls_today": calls,
            "may_change": access.owner is None
            or (principal is not None and principal.user == access.owner),
        }

    def _secrets(self, connection: Connection) -> list[str]:
        """Return the names of the secret fields of its method; none is unsealed."""
        try:
            manifest = self._actor.registry.manifest(connection.connector)
            method = manifests.get_part(manifest, "auth_methods", connection.method)
        except (UnknownName, PluginBroken):
            return []  # its connector is no longer installed
        return [field.name for field in settings_form.fields(method["schema"]) if field.secret]


def _state(connection: Connection, test: JsonObject | None) -> tuple[str, str]:
    """Return the state of a connection, and why it does not work."""
    if connection.needs_sign_in is not None:
        return "needs_sign_in", connection.needs_sign_in.reason
    if test is None:
        return "never_tested", ""
    checks: list[dict[str, Any]] = test["checks"]
    for status, state in (("failed", "failed"), ("warning", "warnings")):
        messages = [check["message"] for check in checks if check["status"] == status]
        if messages:
            return state, messages[0]
    return "works", ""
