"""The local org as a sandbox of the studio: started, stopped and inspected on a page.

A host finds it by the entry-point group `connector_host.sandboxes`. It knows the connector by its
name and the names of its settings alone.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from salesforce_emulator.app.app import create_app
from salesforce_emulator.app.fault_middleware import HAPPENED
from salesforce_emulator.config import Config, load_config
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.faults import KINDS, Fault, faults_of
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.request_log import RequestLog
from salesforce_emulator.serving.server import serve

_ONCE: Final = {"session_expired", "token_rotated", "stale_locator", "truncated_body"}
_ON_SAVES: Final = {"row_lock"}
_SLOW: Final = {"latency": 2.0, "slow_body": 2.0}  # seconds
_TITLES: Final = {
    "latency": "Slow answers",
    "slow_body": "Slow bodies",
    "truncated_body": "Cut answer",
    "reset_before": "Connection reset before the call",
    "reset_after": "Connection reset after the call",
    "wrong_content_type": "Wrong content type",
    "unknown_exception": "UNKNOWN_EXCEPTION",
    "bad_gateway": "Bad gateway (HTML)",
    "bad_gateway_json": "Bad gateway (JSON)",
    "maintenance": "Maintenance page",
    "unavailable": "Server unavailable",
    "no_route": "Unknown My Domain",
    "too_many_requests": "Too many requests",
    "total_limit": "Daily API limit reached",
    "concurrent_limit": "Too many long calls",
    "session_expired": "Expired session",
    "token_rotated": "Refresh token already used",
    "row_lock": "Row lock",
    "stale_locator": "Expired query cursor",
}
# (app, title, summary, method): the five products' set-ups.
_SAMPLES: Final = (
    (
        "helpdesk",
        "Helpdesk app",
        "One global user signs in; every agent reads by this connection.",
        "authorization_code",
    ),
    (
        "automation",
        "Security automation",
        "No person signs in: the app authenticates itself and acts as its Run As user.",
        "client_credentials",
    ),
    (
        "sync",
        "Sync tool",
        "A person signs in once; records are copied in the background.",
        "authorization_code",
    ),
    (
        "platform",
        "Integration platform",
        "A connected app of a platform; its customers' people sign in.",
        "authorization_code",
    ),
    (
        "crm-sync",
        "CRM sync",
        "A public client: no secret, proof keys required, refresh tokens rotate.",
        "authorization_code",
    ),
)


def _fault(kind: str) -> Fault:
    """Make a fault for calls to the API; one that ends by itself happens once."""
    path = "/services/oauth2/token" if kind == "token_rotated" else "/services/data/"
    conditions: dict[str, Any] = {"count": 1 if kind in _ONCE else None, "path": path}
    if kind in _SLOW:
        conditions["seconds"] = _SLOW[kind]
    return Fault.from_json({"kind": kind, **conditions})


def _configure(org: Org) -> None:
    """Add the example's objects, rules and flows to an org, and some records."""
    for file in (EXAMPLE_ORG, Path(__file__).parent / "sample_data.toml"):
        load_config(file).configure(org)


class LocalOrgSandbox:
    """A local org in this process, served on loopback while it runs."""

    name = "local-org"
    title = "Local org"
    connector = "salesforce"
    description = (
        "An emulator of Salesforce on this machine, to try connections, actions, triggers and "
        "failures."
    )

    def __init__(self) -> None:
        self._stack: ExitStack | None = None
        self._org: Org | None = None
        self._log = RequestLog()
        self._url = ""

    @property
    def running(self) -> bool:
        return self._org is not None

    def start(self) -> None:
        """Make an org and serve it on a free port."""
        with ExitStack() as stack:
            org = stack.enter_context(open_org(config=Config("studio", _configure)))
            self._log = RequestLog()
            app = self._log.wrap(create_app(org), lambda scope: str(scope.get(HAPPENED, "")))
            self._url = stack.enter_context(serve(org, app=app))
            self._stack, self._org = stack.pop_all(), org

    def stop(self) -> None:
        """Stop serving; the org's data is lost."""
        stack, self._stack, self._org, self._url = self._stack, None, None, ""
        if stack is not None:
            stack.close()

    def describe(self) -> dict[str, Any]:
        """Return its address and its contents."""
        org = self._running()
        identity = identity_of(org)
        on = {fault.kind: fault for fault in faults_of(org) if not fault.spent}
        happened: dict[str, int] = {}
        for fault in faults_of(org):
            happened[fault.kind] = happened.get(fault.kind, 0) + fault.happened
        with org.lock:
            names = {row["Username"]: row["Name"] for row in org.db.execute(_USERS)}
        return {
            "url": self._url,
            "apps": [
                {
                    "name": app.name,
                    "label": app.label,
                    "kind": app.kind,
                    "consumer_key": app.consumer_key,
                    "flows": sorted(app.flows),
                    "scopes": list(app.scopes),
                    "callback_urls": list(app.callback_urls),
                }
                for app in identity.apps
            ],
            "users": [
                {
                    "username": login.username,
                    "name": names.get(login.username, ""),
                    "password": login.password or "",
                    "note": _note(login),
                }
                for login in identity.logins
            ],
            "data": self._counts(org),
            "faults": [
                {
                    "kind": kind,
                    "title": _TITLES.get(kind, kind),
                    "description": description.replace("`", ""),
                    "on": kind in on,
                    "happened": happened.get(kind, 0),
                }
                for kind, description in KINDS.items()
            ],
        }

    def samples(self, redirect_uri: str) -> list[dict[str, Any]]:
        """Return the five products' connections."""
        identity = identity_of(self._running())
        apps = {app.name: app for app in identity.apps}
        settings = {"my_domain_url": self._url, "local_org": True}
        samples = []
        for name, title, summary, method in _SAMPLES:
            app = apps[name]
            if redirect_uri not in app.callback_urls:
                identity.apps.add_callback(name, redirect_uri)
            secret = {"consumer_secret": app.consumer_secret} if app.consumer_secret else {}
            scopes = {"scopes": list(app.scopes)} if method == "authorization_code" else {}
            samples.append(
                {
                    "name": name,
                    "title": title,
                    "summary": summary,
                    "method": method,
                    "settings": {**settings, **scopes},
                    "app_settings": {"consumer_key": app.consumer_key, **secret},
                }
            )
        return samples

    def requests(self, after: int) -> list[dict[str, Any]]:
        """Return the requests after one, tokens masked."""
        return self._log.after(after)

    def set_fault(self, kind: str, on: bool) -> None:
        """Switch a fault on for calls to the API, or off.

        Raises:
            ValueError: There is none of this kind.
        """
        faults = faults_of(self._running())
        ordered = [fault for fault in faults if fault.kind != kind]
        if on:
            ordered.append(_fault(kind))
        faults.clear()
        # A request gets the first fault that fits: one that only saves meet must not hide others.
        for fault in sorted(ordered, key=lambda fault: fault.kind in _ON_SAVES):
            faults.order(fault)

    def _running(self) -> Org:
        if self._org is None:
            raise ValueError("The local org does not run.")
        return self._org

    def _counts(self, org: Org) -> list[dict[str, Any]]:
        """Count the records of each object that has any."""
        counts = []
        with org.lock:
            for sobject in org.schema:
                sql = f'SELECT COUNT(*) FROM "{sobject.name}"'  # noqa: S608 - our own name
                count = org.db.execute(sql).fetchone()[0]
                if count:
                    counts.append({"name": sobject.name, "label": sobject.label, "count": count})
        return sorted(counts, key=lambda entry: -entry["count"])


_USERS: Final = 'SELECT "Username", "Name" FROM "User"'


def _note(login: Any) -> str:
    if login.frozen:
        return "Frozen"
    if not login.api_enabled:
        return "Without API access"
    return "" if login.password else "Cannot sign in by the page"
