"""The connector's listing for marketplaces, written from its manifest as JSON and Markdown."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOSTS = (
    "*.my.salesforce.com, *.sandbox.my.salesforce.com and the other My Domain addresses of the org",
    "login.salesforce.com and test.salesforce.com, where a sign-in names them",
    "api.pubsub.salesforce.com, for the event triggers",
)
DATA = (
    (
        "What a workflow reads from and writes to the connected org; nothing stays after a call "
        "but access tokens, and descriptions of objects, in memory."
    ),
    "No telemetry: nothing is sent anywhere else.",
)


def listing(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the listing as data."""
    actions, triggers = manifest["actions"], manifest["triggers"]
    return {
        "name": manifest["name"],
        "title": manifest["title"],
        "version": manifest["version"],
        "summary": manifest["description"],
        "categories": manifest["categories"],
        "icon": manifest["icon"],
        "licence": "Apache-2.0",
        "sign_in": [
            {"name": method["name"], "title": method["title"], "description": method["description"]}
            for method in manifest["auth_methods"]
        ],
        "permissions": ["api", "refresh_token (sign-in as a person)", "web (optional)"],
        "data": list(DATA),
        "hosts": list(HOSTS),
        "actions": [
            {
                "name": action["name"],
                "title": action["title"],
                "description": action["description"],
                "category": action["category"],
                "reads_only": bool(action["annotations"].get("readOnlyHint")),
            }
            for action in actions
        ],
        "triggers": [
            {
                "name": trigger["name"],
                "title": trigger["title"],
                "description": trigger["description"],
            }
            for trigger in triggers
        ],
        "screenshots": sorted(
            str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.png") if path.is_file()
        ),
        "changelog": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }


def as_markdown(data: dict[str, Any]) -> str:
    """Write the listing as a page."""
    lines = [f"# {data['title']} {data['version']}", "", data["summary"], ""]
    lines += [f"Categories: {', '.join(data['categories'])}. Licence: {data['licence']}.", ""]
    lines += ["## Sign-in", ""]
    lines += [f"- **{item['title']}**: {item['description']}" for item in data["sign_in"]]
    lines += ["", "## Permissions that it asks for", ""]
    lines += [f"- `{permission}`" for permission in data["permissions"]]
    lines += ["", "## Data that it touches", ""]
    lines += [f"- {item}" for item in data["data"]]
    lines += ["", "## Hosts that it talks to", ""]
    lines += [f"- {host}" for host in data["hosts"]]
    lines += [
        "",
        f"## {len(data['actions'])} actions",
        "",
        "| action | what it does | reads only |",
    ]
    lines += ["|---|---|---|"]
    lines += [
        f"| {entry['title']} | {entry['description']} | {'yes' if entry['reads_only'] else 'no'} |"
        for entry in data["actions"]
    ]
    lines += ["", f"## {len(data['triggers'])} triggers", "", "| trigger | when it starts a run |"]
    lines += ["|---|---|"]
    lines += [f"| {trigger['title']} | {trigger['description']} |" for trigger in data["triggers"]]
    lines += [
        "",
        data["changelog"].replace("\n#", "\n##").replace("# Changelog", "## Changelog", 1),
    ]
    return "\n".join(lines).rstrip() + "\n"


def write(manifest: dict[str, Any], folder: Path) -> None:
    """Write listing.json and listing.md into a folder."""
    data = listing(manifest)
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    folder.joinpath("listing.json").write_text(text, encoding="utf-8")
    folder.joinpath("listing.md").write_text(as_markdown(data), encoding="utf-8")
