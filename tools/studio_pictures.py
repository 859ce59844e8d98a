"""Takes the pictures of docs/studio: the studio on a local org, in Debian's chromium.

make studio-pictures
"""

import os
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from playwright.sync_api import sync_playwright

from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.studio.app import create_studio
from connector_host.studio.sandboxes import Sandboxes
from connector_host.studio.session import StudioSession
from connector_host.web import Services

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "studio"
WIDE: Final[Any] = {"width": 1440, "height": 900}
NARROW: Final[Any] = {"width": 390, "height": 844}
PASSWORD: Final = "admin-local-1"  # noqa: S105 - the local org prints it at its start
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
SOQL: Final = (
    "SELECT Name, Industry, Rating, AnnualRevenue, BillingCity FROM Account "
    "WHERE Industry != null ORDER BY Name"
)


@contextmanager
def studio() -> Generator[str]:
    """Serve a studio with a temporary store; yield the URL with the token."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        store = ConnectionStore.in_folder(Path(folder))
        session = StudioSession(port=port)
        app = create_studio(
            Services(Registry.load(), store), session, port=port, sandboxes=Sandboxes()
        )
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{port}/?token={session.token}"
        finally:
            server.should_exit = True
            thread.join(15)
            store.close()


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with studio() as url, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        light = browser.new_context(viewport=WIDE, color_scheme="light")
        page = light.new_page()
        page.goto(url)
        base = url.partition("/?")[0]
        first_run(page, light)
        tour(page, base, "light")
        dark = browser.new_context(viewport=WIDE, color_scheme="dark")
        page = dark.new_page()
        page.goto(url)
        for name, path in (
            ("connections", "/connections"),
            ("add-connection", "/connections/new/salesforce"),
            ("limits", "/limits"),
        ):
            shoot(page, base + path, f"{name}-dark")
        narrow = browser.new_context(viewport=NARROW, color_scheme="light")
        page = narrow.new_page()
        page.goto(url)
        shoot(page, f"{base}/connections", "connections-narrow")
        browser.close()


def first_run(page: Any, context: Any) -> None:
    """Start the local org and add two of its sample connections."""
    page.get_by_role("button", name="Start the local org").wait_for()
    picture(page, "first-run")
    page.get_by_role("button", name="Start the local org").click()
    page.get_by_text("Sample connections").first.wait_for()
    picture(page, "samples")
    page.get_by_role("button", name="Add: Security automation").click()
    page.get_by_role("row", name=re.compile("automation.*(Works|warning)")).wait_for()
    with context.expect_page() as opened:
        page.get_by_role("button", name="Sign in: Helpdesk app").click()
    popup = opened.value
    popup.get_by_label("Username").wait_for()
    picture(popup, "sign-in")
    popup.get_by_label("Username").fill("admin@local-org.example")
    popup.get_by_label("Password").fill(PASSWORD)
    popup.get_by_role("button", name="Log in").click()
    popup.get_by_role("button", name=re.compile("Allow")).wait_for()
    picture(popup, "consent")
    popup.get_by_role("button", name=re.compile("Allow")).click()
    page.get_by_role("row", name=re.compile("helpdesk.*(Works|warning)")).wait_for()


def tour(page: Any, base: str, scheme: str) -> None:
    """Take a picture of each page; runs a query and prepares a write."""
    shoot(page, f"{base}/connectors", f"connectors-{scheme}")
    shoot(page, f"{base}/connections", f"connections-{scheme}")
    shoot(page, f"{base}/connections/new/salesforce", f"add-connection-{scheme}")
    page.goto(f"{base}/connections/automation")
    page.get_by_role("button", name="Test connection").click()
    page.locator(".head .tag").filter(has_text="Works").first.wait_for()
    picture(page, f"connection-{scheme}")
    page.goto(f"{base}/actions/salesforce/query?connection=automation")
    page.get_by_role("textbox", name=re.compile("^SOQL")).fill(SOQL)
    page.keyboard.press("Control+Enter")
    page.get_by_role("table", name="Result").wait_for()
    picture(page, f"query-{scheme}")
    page.goto(f"{base}/actions/salesforce/create_record?connection=automation")
    box = page.get_by_role("combobox", name=re.compile("^Object"))
    box.click()
    box.fill("Opportunity")
    page.get_by_role("option").filter(has=page.get_by_text("Opportunity", exact=True)).first.click()
    page.get_by_role("textbox", name=re.compile("^Name")).fill("Acme renewal")
    choose_stage(page)
    page.get_by_label(re.compile("^Close Date")).first.fill("2026-12-31")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("dialog").get_by_text("What will be sent").wait_for()
    picture(page, f"create-{scheme}")
    shoot(page, f"{base}/triggers/salesforce/record_created", f"trigger-{scheme}")
    shoot(page, f"{base}/runs", f"runs-{scheme}")
    shoot(page, f"{base}/limits", f"limits-{scheme}")
    page.goto(f"{base}/sandboxes/local-org")
    page.get_by_role("radio", name="Requests").click()
    page.get_by_role("table").wait_for()
    picture(page, f"local-org-{scheme}")


def choose_stage(page: Any) -> None:
    box = page.get_by_role("combobox", name=re.compile("^Stage"))
    box.click()
    box.fill("Prospecting")
    page.get_by_role("option").filter(has=page.get_by_text("Prospecting", exact=True)).first.click()


def shoot(page: Any, url: str, name: str) -> None:
    """Open a page and take its picture."""
    page.goto(url)
    page.wait_for_selector("h1")
    page.wait_for_load_state("networkidle")
    picture(page, name)


def picture(page: Any, name: str) -> None:
    page.wait_for_timeout(200)  # a font, a transition
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
