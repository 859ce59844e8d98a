"""Hooks that describe a connector: its auth methods, actions and triggers."""

from .contract import JsonObject, hookspec


@hookspec
def connector_manifest() -> JsonObject:  # type: ignore[empty-body]
    """Describe the connector: its name, auth methods, actions, triggers, and their schemas.

    It takes a few milliseconds: it reads the connector's own package data and nothing else, and
    imports no network library.

    >>> from connector_host.registry import Registry
    >>> sorted(Registry.load().manifest("salesforce"))[:3]
    ['actions', 'auth_methods', 'categories']
    """


@hookspec(firstresult=True)
def connector_summary(connector: str) -> JsonObject | None:
    """Return the manifest without the details of single actions, triggers and auth methods.

    It has the manifest's keys without `option_sources`; entries of `auth_methods`, `actions` and
    `triggers` have only `name`, `title`, `category` and `core` (when True). That is a few
    kilobytes, for a host that shows a list and calls `describe_action` or `describe_auth_method`
    for the entry that is chosen. Without this hook the host shortens the manifest itself.

    >>> summary = registry.hook.connector_summary(connector="salesforce")
    >>> summary["actions"][0]
    {'name': 'query', 'title': 'Query records', 'category': 'Find', 'core': True}
    """


@hookspec(firstresult=True)
def describe_action(connector: str, action: str) -> JsonObject | None:
    """Return the manifest's entry of one action or trigger; None when the name is unknown.

    Without this hook the host reads it from the manifest.

    >>> sorted(registry.hook.describe_action(connector="salesforce", action="query")["input"])
    ['$defs', '$schema', 'additionalProperties', 'properties', 'required', 'type', 'ui:order']
    """


@hookspec(firstresult=True)
def describe_auth_method(connector: str, method: str) -> JsonObject | None:
    """Return the manifest's entry of one auth method; None when the name is unknown.

    Without this hook the host reads it from the manifest.

    >>> entry = registry.hook.describe_auth_method(connector="salesforce", method="jwt_bearer")
    >>> entry["interactive"], entry["schema"]["required"]
    (False, ['my_domain_url', 'consumer_key', 'username', 'private_key'])
    """
