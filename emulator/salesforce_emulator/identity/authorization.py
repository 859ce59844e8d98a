"""The authorization request: its parameters, whether the user must approve, the redirect.

A request that does not name a known app and one of its callbacks is refused on a page; what is
wrong beyond that goes back to the callback.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.codes import Code
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.pkce import read_challenge
from salesforce_emulator.identity.scopes import requested
from salesforce_emulator.identity.users import User

Step = Literal["login", "consent", "allow"]

PROMPTS: Final = frozenset({"login", "consent", "select_account"})
LOGIN_PROMPTS: Final = frozenset({"login", "select_account"})
_DISPLAYS: Final = frozenset({"page", "popup", "touch", "mobile"})


@dataclass(frozen=True, slots=True)
class Callback:
    """Where the browser goes back to, and the state that goes with it."""

    redirect_uri: str
    state: str | None

    def url(self, members: Mapping[str, str]) -> str:
        """Return the callback with members added to its query."""
        query = dict(members)
        if self.state is not None:
            query["state"] = self.state
        mark = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{mark}{urlencode(query)}"


class RefusedAtCallback(Exception):
    """An error that is redirected to the app's callback.

    Attributes:
        url: Where to.
    """

    def __init__(self, callback: Callback, error: IdentityError) -> None:
        super().__init__(str(error))
        self.url = callback.url(error.body())


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What an app asks a user for."""

    app: App
    callback: Callback
    scopes: tuple[str, ...]
    challenge: str | None
    nonce: str | None
    prompts: frozenset[str]
    immediate: bool
    login_hint: str


def read_request(
    identity: Identity, parameters: Mapping[str, str], address: Address
) -> AuthorizationRequest:
    """Check an authorization request.

    Raises:
        IdentityError: CLIENT_UNKNOWN, APP_BLOCKED, NOT_APPROVABLE (the flow is off),
            REDIRECT_MISSING or
            REDIRECT_MISMATCH: to be shown on a page.
        RefusedAtCallback: anything else.
    """
    app = identity.app_at(parameters.get("client_id", ""), address)
    redirect_uri = parameters.get("redirect_uri")
    if not redirect_uri:
        raise IdentityError(ErrorReason.REDIRECT_MISSING)
    if redirect_uri not in app.callback_urls:
        raise IdentityError(ErrorReason.REDIRECT_MISMATCH)
    if "authorization_code" not in app.flows:
        raise IdentityError(ErrorReason.NOT_APPROVABLE)
    callback = Callback(redirect_uri, parameters.get("state"))
    try:
        return _read(app, callback, parameters)
    except IdentityError as exc:
        raise RefusedAtCallback(callback, exc) from exc


def next_step(identity: Identity, request: AuthorizationRequest, user: User | None) -> Step:
    """Return what has to happen before the user's browser goes back with a code.

    Args:
        identity: Of the org.
        request: What is requested.
        user: Who is logged in; None: nobody, or the request wants a new login.

    Raises:
        IdentityError: NOT_APPROVABLE: this user may not approve this app.
        RefusedAtCallback: IMMEDIATE_UNSUCCESSFUL.
    """
    app = request.app
    step: Step = "login"
    if user is not None:
        by_others = app.permitted_users == "admin_approved"
        if by_others and not app.approved_by_admin(user.username):
            raise IdentityError(ErrorReason.NOT_APPROVABLE)
        if not identity.usable(app, user):
            raise IdentityError(ErrorReason.NOT_APPROVABLE)
        requested = "consent" in request.prompts or not identity.approved(app, user, request.scopes)
        step = "consent" if requested else "allow"
    if request.immediate and step != "allow":
        raise RefusedAtCallback(request.callback, IdentityError(ErrorReason.IMMEDIATE_UNSUCCESSFUL))
    return step


def allow(identity: Identity, request: AuthorizationRequest, user: User) -> str:
    """Return a code, and the URL that takes it to the app."""
    code = Code(
        consumer_key=request.app.consumer_key,
        user_id=user.id,
        redirect_uri=request.callback.redirect_uri,
        scopes=request.scopes,
        challenge=request.challenge,
        nonce=request.nonce,
    )
    return request.callback.url({"code": identity.codes.issue(code)})


def deny(request: AuthorizationRequest) -> str:
    """Return the callback URL for a denied approval."""
    return request.callback.url(IdentityError(ErrorReason.DENIED).body())


def _read(app: App, callback: Callback, parameters: Mapping[str, str]) -> AuthorizationRequest:
    response_type = parameters.get("response_type")
    if not response_type:
        raise IdentityError(ErrorReason.PARAMETER_MISSING, "response_type")
    if response_type != "code":
        raise IdentityError(ErrorReason.RESPONSE_TYPE)
    prompts = frozenset(parameters.get("prompt", "").split())
    if not prompts <= PROMPTS:
        raise IdentityError(ErrorReason.PARAMETER_INVALID, "prompt")
    if parameters.get("display", "page") not in _DISPLAYS:
        raise IdentityError(ErrorReason.PARAMETER_INVALID, "display")
    immediate = parameters.get("immediate", "false")
    if immediate not in ("true", "false"):
        raise IdentityError(ErrorReason.PARAMETER_INVALID, "immediate")
    challenge = read_challenge(
        parameters.get("code_challenge"),
        parameters.get("code_challenge_method"),
        required=app.require_pkce,
    )
    return AuthorizationRequest(
        app=app,
        callback=callback,
        scopes=requested(parameters.get("scope"), app.scopes),
        challenge=challenge,
        nonce=parameters.get("nonce"),
        prompts=prompts,
        immediate=immediate == "true",
        login_hint=parameters.get("login_hint", ""),
    )
