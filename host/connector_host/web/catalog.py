"""Routes for connectors: their auth methods, actions, triggers and setup guides."""

from typing import Any

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.hookspecs import Json, JsonObject
from connector_host.registry import Plugin
from connector_host.web.requests import ApiRequest


def list_connectors(request: ApiRequest) -> Json:
    """List the installed connectors; broken ones with the cause."""
    registry = request.actor.registry
    return [
        _connector(plugin, registry.manifest(plugin.name) if plugin.status == "ok" else {})
        for plugin in registry.plugins
    ]


def get_connector(request: ApiRequest) -> Json:
    """Describe a connector: its auth methods with schemas, and summaries of its actions."""
    registry = request.actor.registry
    name = request.path("connector")
    manifest = registry.manifest(name)
    plugin = next(plugin for plugin in registry.plugins if plugin.name == name)
    return {
        **_connector(plugin, manifest),
        "methods": [_method(method) for method in manifest["auth_methods"]],
        "action_list": [_head(part) for part in manifest["actions"]],
        "trigger_list": [_head(part) for part in manifest["triggers"]],
    }


def get_action(request: ApiRequest) -> Json:
    """Describe an action: schemas, annotations, examples."""
    return _part(request, "actions")


def get_trigger(request: ApiRequest) -> Json:
    """Describe a trigger."""
    return _part(request, "triggers")


def get_guide(request: ApiRequest) -> Json:
    """Return an auth method's setup guide with the redirect URI filled in."""
    manifest = request.actor.registry.manifest(request.path("connector"))
    method = manifests.get_part(manifest, "auth_methods", request.path("method"))
    variant = request.query("variant") or None
    redirect_uri = request.http.app.state.redirect_uri(request.http)
    return {"markdown": manifests.guide(method, variant, redirect_uri)}


def _part(request: ApiRequest, kind: str) -> JsonObject:
    manifest = request.actor.registry.manifest(request.path("connector"))
    part = manifests.get_part(manifest, kind, request.path("name"))
    return {
        **part,
        **_head(part),
        "examples": part.get("examples", []),
        "docs": part.get("docs", ""),
    }


def _connector(plugin: Plugin, manifest: JsonObject) -> JsonObject:
    return {
        "name": plugin.name,
        "title": manifest.get("title", plugin.name),
        "version": manifest.get("version", plugin.version),
        "description": manifest.get("description", ""),
        "categories": manifest.get("categories", []),
        "icon": manifest.get("icon"),
        "homepage": manifest.get("homepage", ""),
        "distribution": f"{plugin.distribution} {plugin.version}",
        "status": plugin.status,
        "cause": plugin.cause,
        **{kind: len(manifest.get(kind, ())) for kind in ("auth_methods", "actions", "triggers")},
    }


def _method(method: JsonObject) -> JsonObject:
    guides: list[Any] = method.get("setup_guides", [])
    return {
        **{key: method[key] for key in ("name", "type", "title", "description", "interactive")},
        "schema": method["schema"],
        "ui_schema": method.get("ui_schema", {}),
        "guides": [{"name": guide["name"], "title": guide["title"]} for guide in guides],
        "has_guide": bool(method.get("setup_guide")),
        "secrets": [field.name for field in settings_form.fields(method["schema"]) if field.secret],
    }


def _head(part: JsonObject) -> JsonObject:
    return {
        "name": part["name"],
        "title": part["title"],
        "description": part["description"],
        "category": part.get("category", ""),
        "annotations": part.get("annotations", {}),
        "deprecated": part.get("deprecated", False),
        "replaced_by": part.get("replaced_by"),
        "delivery": part.get("delivery", "poll"),
        "core": part.get("core", False),
    }
