"""Writes the Dify plugin of one connector: a folder, and a package of its files."""

import shutil
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

from connector_host.engines.dify.parameters import (
    METHOD,
    OAUTH_CREDENTIALS,
    OAUTH_METHOD,
    OAUTH_SETTINGS,
    parameters_of,
    pushed_triggers,
)
from connector_host.engines.dify.plugin_code import (
    event_code,
    provider_code,
    tool_code,
    trigger_code,
)
from connector_host.engines.flat import FlatField, union_fields
from connector_host.errors import BadInput
from connector_host.hookspecs import JsonObject
from connector_host.own_distribution import own_distribution

PYTHON: Final = "3.12"
MEMORY: Final = 268_435_456  # bytes; the connector and its models take 90 MiB
CREATED_AT: Final = "2026-01-01T00:00:00Z"  # the same in every build
SDK: Final = "dify_plugin>=0.7.4,<0.8"


def write_plugin(manifest: JsonObject, folder: Path, author: str) -> Path:
    """Write a connector's plugin into a folder, and its package beside it; return the package.

    Args:
        author: The publisher's name on Dify's marketplace.

    Raises:
        BadInput: The folder contains something else than an earlier plugin of this connector.
    """
    name = manifest["name"]
    if folder.exists():
        _check_replaceable(folder, name)
        shutil.rmtree(folder)
    _write(folder / "manifest.yaml", _manifest(manifest, author))
    _write(folder / "provider" / f"{name}.yaml", _provider(manifest, author))
    _write(folder / "provider" / f"{name}.py", provider_code(name, manifest["title"]))
    for entry in manifest["actions"]:
        tool = folder / "tools" / entry["name"]
        _write(tool.with_suffix(".yaml"), _tool(name, entry, author))
        _write(tool.with_suffix(".py"), tool_code(name, entry))
    if triggers := pushed_triggers(manifest):
        _write(folder / "triggers" / f"{name}.yaml", _trigger_provider(manifest, triggers, author))
        _write(folder / "triggers" / f"{name}.py", trigger_code(name, manifest["title"]))
        for entry in triggers:
            event = folder / "events" / entry["name"]
            _write(event.with_suffix(".yaml"), _event(entry, author))
            _write(event.with_suffix(".py"), event_code(entry))
    _write(folder / "_assets" / "icon.svg", manifest["icon"]["light"])
    _write(folder / "_assets" / "icon-dark.svg", manifest["icon"]["dark"])
    own = own_distribution()
    requirement = f"{own.distribution}[cli,jwt]=={own.version}"
    _write(folder / "requirements.txt", f"{SDK}\n{requirement}\n")
    _write(folder / "main.py", "from connector_host.engines.dify import runtime\n\nruntime.run()\n")
    _write(folder / "README.md", _readme(manifest))
    _write(folder / "PRIVACY.md", _privacy(manifest))
    _write(folder / ".difyignore", "__pycache__/\n*.pyc\n.env\n.venv/\n")
    return _pack(folder)


def _check_replaceable(folder: Path, name: str) -> None:
    """Raise an error if a folder is not an earlier plugin of this connector."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    try:
        earlier = yaml.safe_load((folder / "manifest.yaml").read_text("utf-8"))
        replaceable = earlier["name"] == _plugin_name(name)
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
        replaceable = False
    if not replaceable:
        raise BadInput(
            f"{folder} contains something else than this plugin.",
            "Use a folder that does not exist yet.",
            fields=["out"],
        )


def _plugin_name(name: str) -> str:
    return f"{name}_connector"


def _write(path: Path, content: str | Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, str):
        content = yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=100)
    path.write_text(content, encoding="utf-8")


def _pack(folder: Path) -> Path:
    """Pack a plugin's folder into one file; equal content gives equal bytes."""
    package = folder.with_suffix(".difypkg")
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(str(path.relative_to(folder)), (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    return package


def _text(text: str) -> dict[str, str]:
    return {"en_US": text}


def _manifest(manifest: JsonObject, author: str) -> dict[str, Any]:
    name = manifest["name"]
    plugins = {"tools": [f"provider/{name}.yaml"]}
    if pushed_triggers(manifest):
        plugins["triggers"] = [f"triggers/{name}.yaml"]
    return {
        "version": manifest["version"],
        "type": "plugin",
        "author": author,
        "name": _plugin_name(name),
        "label": _text(manifest["title"]),
        "description": _text(manifest["description"]),
        "icon": "icon.svg",
        "icon_dark": "icon-dark.svg",
        "created_at": CREATED_AT,
        "resource": {"memory": MEMORY, "permission": {"tool": {"enabled": True}}},
        "plugins": plugins,
        "meta": {
            "version": manifest["version"],
            "arch": ["amd64", "arm64"],
            "runner": {"language": "python", "version": PYTHON, "entrypoint": "main"},
        },
        "privacy": "PRIVACY.md",
    }


def _provider(manifest: JsonObject, author: str) -> dict[str, Any]:
    name = manifest["name"]
    silent = [method for method in manifest["auth_methods"] if not method.get("interactive")]
    persons = [method for method in manifest["auth_methods"] if method.get("interactive")]
    provider: dict[str, Any] = {
        "identity": {
            "author": author,
            "name": name,
            "label": _text(manifest["title"]),
            "description": _text(manifest["description"]),
            "icon": "icon.svg",
            "icon_dark": "icon-dark.svg",
            "tags": ["business", "productivity"],
        },
        "credentials_for_provider": _credentials(manifest, silent),
        "tools": [f"tools/{entry['name']}.yaml" for entry in manifest["actions"]],
        "extra": {"python": {"source": f"provider/{name}.py"}},
    }
    if persons:
        provider["oauth_schema"] = _oauth_schema(manifest, persons)
    return provider


def _oauth_schema(manifest: JsonObject, persons: list[JsonObject]) -> dict[str, Any]:
    fields = union_fields({**manifest, "auth_methods": persons[:1]})
    return {
        "client_schema": [{"name": field.name, **_credential(field)} for field in fields],
        "credentials_schema": [
            {"name": item, "type": "secret-input", "required": True, "label": _text(label)}
            for item, label in (
                (OAUTH_METHOD, "Sign-in method"),
                (OAUTH_SETTINGS, "Settings"),
                (OAUTH_CREDENTIALS, "Credentials"),
            )
        ],
    }


def _trigger_provider(
    manifest: JsonObject, triggers: list[JsonObject], author: str
) -> dict[str, Any]:
    """Return the trigger provider, with the name and the sign-in of the tools' provider."""
    name = manifest["name"]
    source = {"python": {"source": f"triggers/{name}.py"}}
    silent = [method for method in manifest["auth_methods"] if not method.get("interactive")]
    persons = [method for method in manifest["auth_methods"] if method.get("interactive")]
    constructor: dict[str, Any] = {
        "parameters": [],
        "credentials_schema": _credentials(manifest, silent),
        "extra": source,
    }
    if persons:
        constructor["oauth_schema"] = _oauth_schema(manifest, persons)
    return {
        "identity": {
            "author": author,
            "name": name,
            "label": _text(manifest["title"]),
            "description": _text(manifest["description"]),
            "icon": "icon.svg",
            "icon_dark": "icon-dark.svg",
            "tags": ["webhooks"],
        },
        "subscription_schema": [],
        "subscription_constructor": constructor,
        "events": [f"events/{entry['name']}.yaml" for entry in triggers],
        "extra": source,
    }


def _event(entry: JsonObject, author: str) -> dict[str, Any]:
    return {
        "identity": {
            "author": author,
            "name": entry["name"],
            "label": _text(entry["title"]),
        },
        "description": _text(f"{entry['description']} {entry.get('notes', '')}".strip()),
        "parameters": [],
        "output_schema": {
            "type": "object",
            "properties": {"events": {"type": "array", "items": entry["output"]}},
        },
        "extra": {"python": {"source": f"events/{entry['name']}.py"}},
    }


def _credentials(manifest: JsonObject, methods: list[JsonObject]) -> dict[str, Any]:
    if not methods:
        return {}
    fields = union_fields({**manifest, "auth_methods": methods})
    choice = {
        "type": "select",
        "required": True,
        "default": methods[0]["name"],
        "label": _text("Sign-in method"),
        "options": [
            {"value": method["name"], "label": _text(method["title"])} for method in methods
        ],
    }
    return {METHOD: choice, **{field.name: _credential(field) for field in fields}}


def _credential(field: FlatField) -> dict[str, Any]:
    credential: dict[str, Any] = {
        "type": "secret-input" if field.secret else "text-input",
        "required": field.required,
        "label": _text(field.title),
        "help": _text(field.description),
    }
    if set(field.types) == {"boolean"}:
        credential["type"] = "boolean"
    if isinstance(field.default, bool | str) and field.default != "":
        credential["default"] = field.default
    return credential


def _tool(connector: str, entry: JsonObject, author: str) -> dict[str, Any]:
    name = entry["name"]
    return {
        "identity": {"name": name, "author": author, "label": _text(entry["title"])},
        "description": {
            "human": _text(entry["description"]),
            "llm": entry["description"],
        },
        "parameters": parameters_of(entry["input"]),
        "extra": {"python": {"source": f"tools/{name}.py"}},
        "provider": connector,
    }


def _readme(manifest: JsonObject) -> str:
    lines = [f"# {manifest['title']}", "", manifest["description"], ""]
    for method in manifest["auth_methods"]:
        guide = method["setup_guide"].replace("{{redirect_uri}}", "the URL that Dify shows")
        lines += [f"## {method['title']}", "", guide, ""]
    lines += ["## Tools", "", "| tool | description |", "|---|---|"]
    lines += [f"| {action['title']} | {action['description']} |" for action in manifest["actions"]]
    return "\n".join(lines) + "\n"


def _privacy(manifest: JsonObject) -> str:
    template = files("connector_host.engines.dify").joinpath("privacy.md").read_text("utf-8")
    return template.replace("{title}", manifest["title"])
