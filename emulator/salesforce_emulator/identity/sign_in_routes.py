"""The pages of signing in, over HTTP: authorize, login, consent, logout.

A person who is logged in has a cookie named after the org. The rules of the authorization request
is in `salesforce_emulator.identity.authorization`, what the pages look like in `identity/pages`.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.authorization import (
    LOGIN_PROMPTS,
    AuthorizationRequest,
    RefusedAtCallback,
    allow,
    deny,
    next_step,
    read_request,
)
from salesforce_emulator.identity.browser_sessions import (
    LoginFailed,
    form_sealed,
    log_in,
    seal_form,
    session_of,
)
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.form_parameters import parameters_of
from salesforce_emulator.identity.pages import render
from salesforce_emulator.identity.request_address import address_of_request, ip_of_request
from salesforce_emulator.identity.scopes import LABELS
from salesforce_emulator.identity.sessions import Session
from salesforce_emulator.identity.users import User

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

AUTHORIZE: Final = "/services/oauth2/authorize"

_HEADERS: Final = {
    "Cache-Control": "no-cache, no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_REMEDIES: Final = {
    ErrorReason.CLIENT_UNKNOWN: "Check the consumer key: does an app of this org have it? A new app"
    " takes up to ten minutes to become known; a sandbox's app is known at test.salesforce.com.",
    ErrorReason.REDIRECT_MISMATCH: "Use one of the app's callback URLs, the same character for"
    " character.",
    ErrorReason.REDIRECT_MISSING: "Send the app's callback URL as redirect_uri.",
    ErrorReason.APP_BLOCKED: "An administrator blocked the app: Setup, Connected Apps OAuth Usage.",
    ErrorReason.NOT_APPROVABLE: "The app is not installed, its authorization code flow is off, or"
    " only users whom an administrator approved may use it.",
}
_FORM_STALE: Final = "This form is not one we made for this browser, or it is old. Try again."


def routes(org: "Org") -> list[Route]:
    """Return the routes of the pages."""
    pages = _Pages(org)
    return [
        Route("/", pages.show_home),
        Route("/login", pages.show_login, methods=["GET"]),
        Route("/login", pages.log_in, methods=["POST"]),
        Route("/secur/logout.jsp", pages.log_out, methods=["POST"]),
        Route(AUTHORIZE, pages.authorize, methods=["GET"]),
        Route(AUTHORIZE, pages.decide, methods=["POST"]),
        Route("/services/oauth2/success", pages.success),
        Route("/services/oauth2/callback", pages.success),
    ]


class _Pages:
    def __init__(self, org: "Org") -> None:
        self._org = org
        self._identity = identity_of(org)
        self._cookie = f"sid_{org.org_id}"  # two orgs on loopback share a cookie jar

    async def authorize(self, request: Request) -> Response:
        with self._org.lock:
            try:
                requested = self._read(request, request.query_params)
                session, user = self._visitor(request)
                if requested.prompts & LOGIN_PROMPTS:
                    user = None
                step = next_step(self._identity, requested, user)
                if user is None or session is None or step == "login":
                    return self._to_login(request, requested)
                if step == "consent":
                    return self._consent(request, requested, session, user)
                return _redirect(allow(self._identity, requested, user))
            except RefusedAtCallback as exc:
                return _redirect(exc.url)
            except IdentityError as exc:
                return self._error_result(request, exc)

    async def decide(self, request: Request) -> Response:
        parameters = await _form(request)
        query = parameters.get("request", "")
        with self._org.lock:
            session, user = self._visitor(request)
            seal = parameters.get("seal", "")
            if session is None or user is None or not self._open_sealed(session, query, seal):
                return self._stale(request)
            try:
                requested = self._read(request, dict(parse_qsl(query, keep_blank_values=True)))
                next_step(self._identity, requested, user)  # what changed while the page stood open
            except RefusedAtCallback as exc:
                return _redirect(exc.url)
            except IdentityError as exc:
                return self._error_result(request, exc)
            allowed = parameters.get("decision") == "allow"
            return _redirect(allow(self._identity, requested, user) if allowed else deny(requested))

    async def show_login(self, request: Request) -> Response:
        start = _local(request.query_params.get("startURL", "/"))
        return self._login_page(request, start, request.query_params.get("un", ""))

    async def log_in(self, request: Request) -> Response:
        parameters = await _form(request)
        start = _local(parameters.get("startURL", "/"))
        username = parameters.get("username", "")
        browser = request.cookies.get("BrowserId", "")
        with self._org.lock:
            if not form_sealed(self._identity, browser, "login", parameters.get("seal", "")):
                return self._login_page(request, start, username, _FORM_STALE)
            try:
                password = parameters.get("pw", "")
                session = log_in(self._identity, username, password, ip_of_request(request))
            except LoginFailed as exc:
                return self._login_page(request, start, username, str(exc))
            token = self._identity.sessions.token(session)
        response = _redirect(start)
        _set_cookie(request, response, self._cookie, token)
        return response

    async def log_out(self, request: Request) -> Response:
        parameters = await _form(request)
        with self._org.lock:
            session, _ = self._visitor(request)
            if session is None or not self._open_sealed(
                session, "logout", parameters.get("seal", "")
            ):
                return self._stale(request)
            self._identity.sessions.end(session.id)
        response = _redirect(_local(parameters.get("startURL", "/")))
        response.delete_cookie(self._cookie)
        return response

    async def show_home(self, request: Request) -> Response:
        with self._org.lock:
            session, user = self._visitor(request)
            if session is None or user is None:
                return self._login_page(request, "/", "")
            values = {
                "username": user.username,
                "org_id": self._org.org_id,
                "base": address_of_request(self._org, request).my_domain,
                "logout_seal": self._seal(session, "logout"),
            }
        return _page(request, "home", values)

    async def success(self, request: Request) -> Response:
        values = {
            "error": request.query_params.get("error", ""),
            "description": request.query_params.get("error_description", ""),
        }
        return _page(request, "success", values)

    def _read(self, request: Request, parameters: Mapping[str, str]) -> AuthorizationRequest:
        return read_request(self._identity, parameters, address_of_request(self._org, request))

    def _visitor(self, request: Request) -> tuple[Session | None, User | None]:
        session = session_of(self._identity, request.cookies.get(self._cookie))
        return session, None if session is None else self._identity.user(session.user_id)

    def _seal(self, session: Session, purpose: str) -> str:
        return seal_form(self._identity, self._identity.sessions.token(session), purpose)

    def _open_sealed(self, session: Session, purpose: str, seal: str) -> bool:
        holder = self._identity.sessions.token(session)
        return form_sealed(self._identity, holder, purpose, seal)

    def _to_login(self, request: Request, requested: AuthorizationRequest) -> Response:
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        rest = " ".join(sorted(requested.prompts - LOGIN_PROMPTS))
        stored = [(name, value) for name, value in pairs if name != "prompt"]
        start = f"{AUTHORIZE}?{urlencode([*stored, ('prompt', rest)] if rest else stored)}"
        query = {"startURL": start}
        if requested.login_hint:
            query["un"] = requested.login_hint
        return _redirect(f"/login?{urlencode(query)}")

    def _login_page(
        self, request: Request, start: str, username: str, problem: str = ""
    ) -> Response:
        browser = request.cookies.get("BrowserId") or secrets.token_urlsafe(16)
        client_id = dict(parse_qsl(urlsplit(start).query)).get("client_id", "")
        app = self._identity.apps.by_key(client_id)
        values = {
            "app": None if app is None else app.label,
            "problem": problem,
            "seal": seal_form(self._identity, browser, "login"),
            "start": start,
            "username": username,
            "hints": [login for login in self._identity.logins if login.password is not None],
        }
        response = _page(request, "login", values)
        _set_cookie(request, response, "BrowserId", browser)
        return response

    def _consent(
        self, request: Request, requested: AuthorizationRequest, session: Session, user: User
    ) -> Response:
        query = request.url.query
        values = {
            "app": requested.app.label,
            "scopes": [(scope, LABELS[scope]) for scope in requested.scopes],
            "username": user.username,
            "redirect_uri": requested.callback.redirect_uri,
            "request": query,
            "start": f"{AUTHORIZE}?{query}",
            "seal": self._seal(session, query),
            "logout_seal": self._seal(session, "logout"),
        }
        return _page(request, "consent", values)

    def _error_result(self, request: Request, error: IdentityError) -> Response:
        values = {
            "code": error.error,
            "description": error.description,
            "remedy": _REMEDIES.get(error.reason, ""),
        }
        return _page(request, "refused", values, status=error.status)

    def _stale(self, request: Request) -> Response:
        values = {"code": "invalid_request", "description": _FORM_STALE, "remedy": ""}
        return _page(request, "refused", values, status=400)


async def _form(request: Request) -> Mapping[str, str]:
    try:
        return await parameters_of(request)
    except IdentityError:
        return {}  # whatever it was, it was no form of ours


def _local(start: str) -> str:
    """Return a path of this host, or `/` in place of anything that leads away from it."""
    leads_away = not start.startswith("/") or start[1:2] in ("/", "\\") or not start.isprintable()
    return "/" if leads_away else start


def _redirect(url: str) -> RedirectResponse:
    return RedirectResponse(url, status_code=302, headers={"Cache-Control": "no-cache, no-store"})


def _page(request: Request, name: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    html = render(name, {"host": request.headers.get("host", ""), **values})
    return HTMLResponse(html, status_code=status, headers=_HEADERS)


def _set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure)
