"""The demo: what the connector does for a workflow, over HTTP, on a local org.

It uses the host that the command line hands it, and knows the connector by its name alone.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.browser_user import BrowserUser
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve

CONNECTOR: Final = "salesforce"

_COLOURS: Final = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "dim"}


class Host(Protocol):
    """What the demo needs of the host's `ctx.obj`."""

    @property
    def out(self) -> Console: ...
    @property
    def runner(self) -> Any: ...
    @property
    def store(self) -> Any: ...

    def trial(self, folder: Path) -> "Host": ...
    def sign_in(
        self,
        name: str,
        *,
        connector: str,
        method: str,
        settings: Mapping[str, Any],
        open_url: Callable[[str], Any],
        redirect_uri: str = ...,
        timeout: float = ...,
    ) -> Any: ...


def run(host: Host) -> None:
    """Run the demo, in a store of its own that is removed afterwards."""
    start = time.monotonic()
    org = open_org()
    with tempfile.TemporaryDirectory() as folder, serve(org) as url:
        demo = _Demo(host.trial(Path(folder)), org, url)
        try:
            demo.play()
        finally:
            demo.end()
            org.close()
    host.out.print(f"\nTook {time.monotonic() - start:.1f} s.")
    host.out.print("To do the same on your own org, set up an app (docs/setup), then run:")
    host.out.print(
        "  salesforce-connector connect mine --method client_credentials \\\n"
        "      --set my_domain_url=https://acme.my.salesforce.com \\\n"
        "      --set consumer_key=3MVG9... --set consumer_secret=@secret.txt",
        highlight=False,
        soft_wrap=True,
    )
    host.out.print("demo: ok", style="bold green")


class _Demo:
    def __init__(self, host: Host, org: Org, url: str) -> None:
        self._host = host
        self._out = host.out
        self._org = org
        self._url = url
        self._calls = 0
        self._left: int | None = None

    def play(self) -> None:
        self._out.print(
            f"A [bold]local org[/], an emulator of Salesforce, runs at {self._url}. "
            "All calls below go to it over HTTP."
        )
        self._print_heading("1. Sign in as the app: OAuth client credentials")
        self._host.runner.connect(
            "automation", CONNECTOR, "client_credentials", self._settings("automation")
        )
        self._test("automation")
        self._print_heading(
            "2. Sign in as a person: OAuth authorization code, PKCE, rotating tokens"
        )
        self._sign_in()
        self._test("crm-sync")
        self._print_heading("3. Run a workflow: write and read records")
        self._records("crm-sync")
        self._print_heading("4. Errors that a workflow builder sees")
        self._mistakes("crm-sync")
        self._print_heading("5. API calls spent, and sign-out")
        self._out.print(
            f"{self._calls} API calls were spent; the org has {self._left:,} left today."
        )
        for name in ("automation", "crm-sync"):
            self._host.runner.close(name, revoke=True)
            self._out.print(f"{name}: the tokens are revoked at the org.")

    def end(self) -> None:
        self._host.store.close()

    def _sign_in(self) -> None:
        """Sign in through the pages that a person would see, on a thread as a browser would."""
        apps, logins = identity_of(self._org).apps, identity_of(self._org).logins
        person = next(login for login in logins if login.username.startswith("admin@"))
        last_pages: list[str] = []
        threads: list[threading.Thread] = []

        def browse(url: str, redirect_uri: str) -> None:
            with httpx.Client(timeout=20.0) as browser:
                visitor = BrowserUser(browser, person.username, person.password or "")
                last_pages.append(visitor.visit(visitor.authorize(url, redirect_uri)))

        def open_url(url: str) -> None:
            self._out.print(f"The browser opens {url.partition('?')[0]}", highlight=False)
            redirect_uri = parse_qs(urlsplit(url).query)["redirect_uri"][0]
            apps.add_callback("crm-sync", redirect_uri)
            thread = threading.Thread(target=browse, args=(url, redirect_uri), daemon=True)
            thread.start()
            threads.append(thread)

        self._host.sign_in(
            "crm-sync",
            connector=CONNECTOR,
            method="authorization_code",
            settings=self._settings("crm-sync") | {"scopes": ["api", "web", "refresh_token"]},
            open_url=open_url,
            redirect_uri="http://127.0.0.1:0/callback",
            timeout=20.0,
        )
        for thread in threads:
            thread.join(5.0)
        self._out.print(
            f"{person.username} logs in and presses Allow; the last page says:", highlight=False
        )
        self._out.print(Text(f"  {last_pages[0]}", style="italic"))

    def _records(self, name: str) -> None:
        account = self._act(
            name,
            "create_record",
            {"sobject": "Account", "fields": {"Name": "O'Hara & Sons", "Industry": "Banking"}},
        )
        self._act(
            name,
            "update_record",
            {"sobject": "Account", "id": account["id"], "fields": {"Rating": "Hot"}},
        )
        upsert = {
            "sobject": "Contact",
            "external_id_field": "External_Id__c",
            "external_id": "C-1",
            "fields": {"LastName": "Doe", "AccountId": account["id"]},
        }
        for _ in ("creates it", "updates it"):
            self._act(name, "upsert_record", upsert)
        self._act(
            name,
            "query",
            {
                "soql": "SELECT Name, Account.Name, Account.Rating FROM Contact "
                "WHERE Account.Name = :name",
                "parameters": {"name": "O'Hara & Sons"},
            },
        )
        self._act(name, "delete_record", {"sobject": "Account", "id": account["id"]})

    def _mistakes(self, name: str) -> None:
        for inputs in (
            {"sobject": "Contact", "fields": {"FirstName": "Jane"}},
            {"sobject": "Contact", "fields": {"LastName": "Doe", "Nickname": "J"}},
        ):
            try:
                self._host.runner.run(name, "create_record", inputs)
            except Exception as error:  # noqa: BLE001 - every error is shown
                line = Text.assemble((f"{type(error).__name__}: ", "red"), str(error))
                self._out.print(line)
        try:
            self._host.runner.run(name, "create_record", {"sobject": "Contact", "feilds": {}})
        except Exception as error:  # noqa: BLE001 - every error is shown
            self._out.print(Text.assemble((f"{type(error).__name__}: ", "red"), str(error)))

    def _act(self, name: str, action: str, inputs: dict[str, Any]) -> Any:
        result = self._host.runner.run(name, action, inputs)
        usage = result["usage"]
        self._calls += usage["calls"]
        self._left = usage["limit_left"]
        output = result["output"]
        text = (
            "; ".join(_row(record) for record in output["records"])
            if "records" in output
            else ", ".join(f"{key}={value}" for key, value in output.items())
        )
        self._out.print(
            Text.assemble((f"{action:<15}", "bold"), text, (f"  [{_calls(usage)}]", "dim"))
        )
        return output

    def _test(self, name: str) -> None:
        report = self._host.runner.test(name)
        table = Table("check", "status", "message", title=f"Test Connection: {name}")
        for check in report["checks"]:
            status = Text(check["status"], style=_COLOURS[check["status"]])
            table.add_row(check["id"], status, f"{check['message']} {check['remedy']}".strip())
        self._out.print(table)
        if not report["ok"]:
            raise SystemExit(f"demo: the connection {name} failed its test")

    def _settings(self, app: str) -> dict[str, Any]:
        app_settings = identity_of(self._org).apps[app]
        settings: dict[str, Any] = {
            "my_domain_url": self._url,
            "local_org": True,
            "consumer_key": app_settings.consumer_key,
        }
        if app_settings.consumer_secret:
            settings["consumer_secret"] = app_settings.consumer_secret
        return settings

    def _print_heading(self, title: str) -> None:
        self._out.print()
        self._out.rule(f"[bold]{title}", align="left")


def _calls(usage: Mapping[str, Any]) -> str:
    return f"{usage['calls']} call" if usage["calls"] == 1 else f"{usage['calls']} calls"


def _row(record: Mapping[str, Any]) -> str:
    fields = {key: value for key, value in record.items() if key != "attributes"}
    return ", ".join(
        f"{key}={{{_row(value)}}}" if isinstance(value, dict) else f"{key}={value}"
        for key, value in fields.items()
    )
