"""Routes for app profiles: settings of an app, stored once for many connections."""

from connector_host import settings_form
from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject
from connector_host.schema_validation import InputValidator
from connector_host.secret_hosts import check_patterns
from connector_host.store.app_profiles import AppProfile
from connector_host.web.requests import ApiRequest
from connector_host.web.services import Actor


def list_profiles(request: ApiRequest) -> Json:
    """List the app profiles; the values of secrets are never returned."""
    return [_view(request.actor, profile) for profile in request.actor.store.apps.list()]


def add_profile(request: ApiRequest) -> Json:
    """Add an app profile with fields of the connector's auth methods.

    `hosts`: patterns of the hosts that its secrets may be sent to; empty for all but this machine.
    """
    actor, name = request.actor, request.text("name")
    connector = request.text("connector")
    settings = request.object("settings")
    if not settings:
        raise BadInput("An app profile needs at least one setting.", "Enter the app's key.")
    hosts = request.texts("hosts")
    check_patterns(hosts)
    plain, secrets = _check(actor, connector, settings)
    profile = actor.store.apps.add(
        name, connector=connector, settings=plain, secrets=secrets, hosts=hosts, who=actor.who
    )
    return _view(actor, profile)


def rotate_profile(request: ApiRequest) -> Json:
    """Change secrets of an app profile, for all connections that use it."""
    actor, name = request.actor, request.path("profile")
    secrets = request.object("secrets")
    _check(actor, actor.store.apps.get(name).connector, secrets)
    return _view(actor, actor.store.apps.rotate(name, secrets, who=actor.who))


def remove_profile(request: ApiRequest) -> Json:
    """Remove an app profile that no connection uses."""
    request.actor.store.apps.remove(request.path("profile"), who=request.actor.who)
    return None


def _view(actor: Actor, profile: AppProfile) -> JsonObject:
    return {
        "name": profile.name,
        "connector": profile.connector,
        "settings": profile.plain_settings,
        "secrets": sorted(profile.secrets),
        "hosts": list(profile.hosts),
        "used_by": actor.store.apps.users_of(profile.name),
        "created_at": profile.created_at,
        "changed_at": profile.changed_at,
    }


def _check(actor: Actor, connector: str, settings: JsonObject) -> tuple[JsonObject, JsonObject]:
    """Check each value against the first schema with its field; return plain and secret ones."""
    schemas = [method["schema"] for method in actor.registry.manifest(connector)["auth_methods"]]
    secret: set[str] = set()
    for name, value in settings.items():
        for schema in schemas:
            fields = {field.name: field for field in settings_form.fields(schema)}
            if name in fields:
                InputValidator(settings_form.part_of(schema, name), f"the field {name!r}").check(
                    value, name
                )
                secret |= {name} if fields[name].secret else set()
                break
        else:
            raise BadInput(f"No auth method of {connector} has {name!r}.", fields=[name])
    plain = {name: value for name, value in settings.items() if name not in secret}
    return plain, {name: settings[name] for name in secret}
