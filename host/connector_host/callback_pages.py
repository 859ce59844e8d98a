"""The page that a browser ends at after a sign-in; it loads nothing and runs nothing."""

import base64
import html
from importlib import resources
from string import Template

from connector_host.hookspecs import JsonObject

GREEN, RED = ("#1f7a4d", "#5fc492"), ("#b3261e", "#f2857c")  # on light, on dark


def success_page(manifest: JsonObject, name: str) -> str:
    """Make the page for a sign-in that worked."""
    message = f"The connection <code>{html.escape(name)}</code> is ready to use."
    return _page(manifest, "Signed in", message, "", GREEN, "status")


def failure_page(manifest: JsonObject, message: str, remedy: str) -> str:
    """Make the page for one that did not."""
    text = html.escape(message.removesuffix(remedy).rstrip() if remedy else message)
    advice = f'<p class="remedy">{html.escape(remedy)}</p>' if remedy else ""
    return _page(manifest, "Not signed in", text, advice, RED, "alert")


def _page(
    manifest: JsonObject,
    heading: str,
    message: str,
    remedy: str,
    colours: tuple[str, str],
    role: str,
) -> str:
    text = resources.files("connector_host").joinpath("callback_page.html").read_text("utf-8")
    icon = manifest.get("icon", {}).get("light", "")
    # As an image, so that nothing in it runs or reaches out.
    data = base64.b64encode(icon.encode()).decode()
    return Template(text).substitute(
        heading=heading,
        message=message,
        remedy=remedy,
        role=role,
        title=html.escape(manifest["title"]),
        icon=f'<img alt="" src="data:image/svg+xml;base64,{data}">' if icon else "",
        light=colours[0],
        dark=colours[1],
    )
