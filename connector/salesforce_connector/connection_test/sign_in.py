"""Whether the org accepts the connection, and for how long: sign-in, API, app, scopes."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from salesforce_connector import records
from salesforce_connector.auth import my_domain
from salesforce_connector.auth import scopes as oauth_scopes
from salesforce_connector.connection_test.facts import Facts, TestFlow
from salesforce_connector.connection_test.report import Report
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call

# Codes of a valid token whose user may not use the API.
_API_CLOSED: Final = frozenset(
    {"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "CLIENT_NOT_ACCESSIBLE_FOR_USER"}
)

_API_SCOPES: Final = frozenset({"api", "full"})


def flow(report: Report) -> TestFlow[str]:
    """Run the checks `sign_in` and `api`; return why to stop, empty to continue."""
    try:
        body = records.decode((yield Call("GET", "/")))
    except ConnectorError as error:
        if error.session_problem == "no_token":
            report.fail("sign_in", error)
            return "the sign-in failed"
        if error.status in (404, 410) or error.code == "UNSUPPORTED_API_VERSION":
            body = {}  # an unsupported version has a check of its own
        elif error.code in _API_CLOSED:
            report.add("sign_in", "ok", "Salesforce issued an access token.")
            report.fail("api", error)
            return "the API is closed to this user"
        else:
            report.fail("sign_in", error)
            return "the sign-in failed"
    report.add("sign_in", "ok", "Salesforce issued an access token and accepted it.")
    report.add("api", "ok", "The user may use the REST API.")
    if isinstance(body, dict) and isinstance(body.get("identity"), str):
        org_id, _, user_id = _path_of(body["identity"]).removeprefix("/id/").partition("/")
        report.identity["user_id"], report.org["id"] = user_id, org_id
    return ""


def own_domain(facts: Facts, report: Report) -> None:
    """Take the step `own_domain`: whether the address entered is the one that Salesforce names."""
    entered, reported = facts.settings.base_url, facts.base_url
    if entered == reported:
        report.add("own_domain", "ok", f"{reported} is the org's own address.")
    elif my_domain.is_login_host(entered):
        report.add(
            "own_domain", "ok", f"{entered} is the login host; the org itself is {reported}."
        )
    else:
        report.add(
            "own_domain",
            "warning",
            f"The org's address is {reported} now; {entered} still works for signing in.",
            f"Change the My Domain URL to {reported}: old addresses stop working months after a "
            "change.",
        )


def app(facts: Facts, report: Report) -> None:
    """Take the step `app`: what can be learned of its settings from outside."""
    secret = getattr(facts.settings, "consumer_secret", None)
    details = [
        "it accepts the consumer secret"
        if secret is not None and secret.get_secret_value()
        else "it accepts the sign-in without a consumer secret"
    ]
    if facts.method.interactive:
        details.append("a proof key (PKCE) is always sent, whether it is required or not")
        details.append(
            {
                None: "whether refresh tokens rotate is known after the first refresh",
                True: "its refresh tokens rotate",
                False: "its refresh tokens do not rotate",
            }[facts.rotates]
        )
    report.add("app", "ok", f"The org knows the app; {'; '.join(details)}.")


def scopes(facts: Facts, report: Report) -> None:
    """Take the step `scopes`."""
    granted = facts.credentials.scope.lower().split()
    missing = oauth_scopes.missing(getattr(facts.settings, "scopes", ()), granted)
    names = ", ".join(granted)
    if not granted:
        report.add("scopes", "skipped", "Salesforce did not return which scopes it granted.")
    elif not _API_SCOPES & {*granted}:
        report.add(
            "scopes",
            "failed",
            f"Granted: {names}. Without the scope api, no action works.",
            'Select "Manage user data via APIs (api)" in the app, then sign in again.',
        )
    elif facts.method.interactive and facts.credentials.refresh_token is None:
        report.add(
            "scopes",
            "warning",
            f"Granted: {names}. The connection stops working when the session expires.",
            'Select "Perform requests at any time (refresh_token, offline_access)" in the app, '
            "then sign in again.",
        )
    elif missing:
        report.add(
            "scopes",
            "warning",
            f"Granted: {names}. Requested but not granted: {', '.join(missing)}.",
            "Select them in the app, or remove them from the connection; then sign in again.",
        )
    else:
        report.add("scopes", "ok", f"Granted: {names}.")


def session_end(facts: Facts, report: Report, now: datetime) -> TestFlow[None]:
    """Run the check `session`: when the access token expires, as Salesforce returns it."""
    form = {"token": facts.credentials.bearer or "", "token_type_hint": "access_token"}
    call = Call(
        "POST",
        "/services/oauth2/introspect",
        content=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded",
        reads=True,
    )
    try:
        body = records.decode((yield call))
        end = datetime.fromtimestamp(float(body["exp"]), UTC)
    except (ConnectorError, LookupError, TypeError, ValueError, OverflowError, OSError):
        report.add("session", "skipped", "Salesforce did not return when the session expires.")
        return
    left = max(0.0, (end - now).total_seconds() / 60)
    report.add(
        "session",
        "ok",
        f"The session expires in {left:,.0f} minutes (use extends it) and is then refreshed "
        "automatically.",
    )


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
