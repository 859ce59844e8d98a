"""The pages that a browser shows after a sign-in, without scripts and external resources."""

import base64
import html
from importlib import resources
from string import Template

from connector_host.hookspecs import JsonObject

GREEN, RED = ("#1f7a4d", "#5fc492"), ("#b3261e", "#f2857c")  # on light, on dark


def success_page(manifest: JsonObject, name: str) -> str:
    """Return the page for a successful sign-in."""
    message = f"The connection <code>{html.escape(name)}</code> is ready to use."
    return _page(manifest, "Signed in", message, "", GREEN, "status")


def failure_page(manifest: JsonObject, message: str, remedy: str) -> str:
    """Return the page for a failed sign-in."""
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
    # As an image, so that it cannot run scripts or load resources.
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
