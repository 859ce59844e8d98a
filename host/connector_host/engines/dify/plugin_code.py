"""Generates the Python files of a Dify plugin: a class for each tool, in a file of its own.

Nothing here imports Dify's SDK.
"""

import re

from connector_host.hookspecs import JsonObject


def provider_code(connector: str, title: str) -> str:
    """Return the code of the provider of the tools."""
    return (
        "from connector_host.engines.dify import runtime\n\n\n"
        f"class {class_name(connector)}Provider(runtime.ConnectorProvider):\n"
        f'    """Signs in to {title}."""\n\n'
        f'    connector = "{connector}"\n'
    )


def tool_code(connector: str, entry: JsonObject) -> str:
    """Return the code of an action's tool."""
    return (
        "from connector_host.engines.dify import runtime\n\n\n"
        f"class {class_name(entry['name'])}(runtime.ActionTool):\n"
        f'    """{entry["title"]}."""\n\n'
        f'    connector = "{connector}"\n'
        f'    action = "{entry["name"]}"\n'
    )


def trigger_code(connector: str, title: str) -> str:
    """Return the code of the provider of the triggers."""
    name = class_name(connector)
    return (
        "from connector_host.engines.dify import triggers\n\n\n"
        f"class {name}Trigger(triggers.ConnectorTrigger):\n"
        f'    """Reads what {title} pushes."""\n\n'
        f'    connector = "{connector}"\n\n\n'
        f"class {name}Subscription(triggers.ConnectorSubscription):\n"
        f'    """Signs in to {title}."""\n\n'
        f'    connector = "{connector}"\n'
    )


def event_code(entry: JsonObject) -> str:
    """Return the code of a trigger's event."""
    return (
        "from connector_host.engines.dify import triggers\n\n\n"
        f"class {class_name(entry['name'])}(triggers.ConnectorEvent):\n"
        f'    """{entry["title"]}."""\n'
    )


def class_name(name: str) -> str:
    """Return a class name for a connector's or an action's name."""
    return "".join(part.capitalize() for part in re.split(r"[_-]", name))
