"""Whether the org lets the connection in, as what, and for how long: sign-in, API, app, scopes."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from salesforce_connector import records
from salesforce_connector.action import Call, Flow
from salesforce_connector.auth import my_domain
from salesforce_connector.auth.session import Session
from salesforce_connector.connection_test.report import Report
from salesforce_connector.errors import ConnectorError

# By these Salesforce says that the sign-in was good but the API is closed to it.
_API_CLOSED: Final = frozenset(
    {"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "CLIENT_NOT_ACCESSIBLE_FOR_USER"}
)

_API_SCOPES: Final = frozenset({"api", "full"})


def flow(report: Report) -> Flow[str]:
    """Take the steps `sign_in` and `api`; give why to stop, empty to go on."""
    try:
        body = records.decode((yield Call("GET", "/")))
    except ConnectorError as error:
        if error.status in (404, 410) or error.code == "UNSUPPORTED_API_VERSION":
            body = {}  # the version is not served: the version's own check says so
        elif error.code in _API_CLOSED:
            report.add("sign_in", "ok", "The org gave a token.")
            report.fail("api", error)
            return "the API is closed to this user"
        else:
            report.fail("sign_in", error)
            return "the sign-in failed"
    report.add("sign_in", "ok", "The org gave a token and takes it.")
    report.add("api", "ok", "The REST API is open to this user.")
    if isinstance(body, dict) and isinstance(body.get("identity"), str):
        org_id, _, user_id = urlsplit(body["identity"]).path.removeprefix("/id/").partition("/")
        report.identity["user_id"], report.org["id"] = user_id, org_id
    return ""


def own_domain(session: Session, report: Report) -> None:
    """Take the step `own_domain`: whether the address given is the one that Salesforce names."""
    given, named = session.settings.base_url, session.base_url
    if given == named:
        report.add("own_domain", "ok", f"{named} is the org's own address.")
    elif my_domain.is_login_host(given):
        report.add("own_domain", "ok", f"{given} signs in, and the org itself is at {named}.")
    else:
        report.add(
            "own_domain",
            "warning",
            f"The org is at {named} by now; {given} still signs in to it.",
            f"Change the My Domain URL to {named}: old addresses end some months after a change.",
        )


def app(session: Session, report: Report) -> None:
    """Take the step `app`: what of its settings can be told from outside."""
    secret = getattr(session.settings, "consumer_secret", None)
    told = [
        "it takes the consumer secret"
        if secret is not None and secret.get_secret_value()
        else "it takes sign-ins without a consumer secret"
    ]
    if session.method.interactive:
        told.append("a proof key (PKCE) is always sent, whether it is required or not")
        told.append(
            {
                None: "whether refresh tokens rotate shows at the first renewal",
                True: "its refresh tokens rotate",
                False: "its refresh tokens do not rotate",
            }[session.rotates]
        )
    report.add("app", "ok", f"The app is known to the org; {'; '.join(told)}.")


def scopes(session: Session, report: Report) -> None:
    """Take the step `scopes`."""
    granted = session.credentials.scope.split()
    asked = getattr(session.settings, "scopes", ())
    missing = [each for each in asked if each not in granted and "full" not in granted]
    if not granted:
        report.add("scopes", "skipped", "The org did not say which scopes it granted.")
    elif not _API_SCOPES & {*granted}:
        report.add(
            "scopes",
            "failed",
            f"Granted: {', '.join(granted)}; without api no action works.",
            'Select "Manage user data via APIs (api)" in the app, then sign in again.',
        )
    elif session.method.interactive and session.credentials.refresh_token is None:
        report.add(
            "scopes",
            "warning",
            f"Granted: {', '.join(granted)}; the connection ends when the session does.",
            'Select "Perform requests at any time (refresh_token, offline_access)" in the app, '
            "then sign in again.",
        )
    elif missing:
        report.add(
            "scopes",
            "warning",
            f"Granted: {', '.join(granted)}; asked for but not granted: {', '.join(missing)}.",
            "Select them in the app, or leave them out of the connection; then sign in again.",
        )
    else:
        report.add("scopes", "ok", f"Granted: {', '.join(granted)}.")


def session_end(session: Session, report: Report, now: datetime) -> Flow[None]:
    """Take the step `session`: when the access token ends, as Salesforce alone can say."""
    form = {"token": session.token or "", "token_type_hint": "access_token"}
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
        report.add("session", "skipped", "The org did not say when the session ends.")
        return
    left = max(0.0, (end - now).total_seconds() / 60)
    report.add(
        "session",
        "ok",
        f"The session ends in {left:,.0f} minutes, later if it is used; it is renewed then.",
    )
