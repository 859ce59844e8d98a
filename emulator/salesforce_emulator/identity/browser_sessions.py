"""The login page's side: a username and a password become a session in a cookie; forms are sealed.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_login_page.htm
"""

from hmac import compare_digest

from salesforce_emulator.identity.authentication import find_caller
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.sessions import Session

WRONG_PASSWORD = "Check your username and password. This org knows no user by the two together."  # noqa: S105 - a sentence
_REASONS = {
    ErrorReason.USER_INACTIVE: WRONG_PASSWORD,  # Salesforce does not reveal which either
    ErrorReason.IP_RESTRICTED: "Your profile does not allow logins from this address.",
    ErrorReason.LOGIN_HOURS: "Your profile does not allow logins at this hour.",
    ErrorReason.LOGIN_RATE: "There were too many logins of this user. Try again in an hour.",
}


class LoginFailed(Exception):
    """Nobody was logged in; the message is for the person at the page."""


def log_in(identity: Identity, username: str, password: str, ip: str) -> Session:
    """Log a person in.

    Raises:
        LoginFailed: with the reason, as far as a login page shows it.
    """
    user = identity.user_named(username.strip())
    login = identity.logins[username.strip()]
    matches = login.password is not None and compare_digest(
        login.password.encode(), password.encode()
    )
    if user is None or not matches or login.api_only:
        raise LoginFailed(WRONG_PASSWORD)
    try:
        identity.check_sign_in(user, ip)
    except IdentityError as exc:
        raise LoginFailed(_REASONS[exc.reason]) from exc
    return identity.sessions.start(
        kind="browser",
        consumer_key="",
        user_id=user.id,
        scopes=(),
        timeout=identity.policy.session_timeout,
    )


def session_of(identity: Identity, cookie: str | None) -> Session | None:
    """Return the live session of a login page's cookie."""
    session = identity.sessions.find(cookie) if cookie else None
    if session is None or session.kind != "browser":
        return None
    return session if find_caller(identity, cookie or "") else None


def seal_form(identity: Identity, holder: str, purpose: str) -> str:
    """Return a form's seal, which proves that we rendered the form for the holder of a cookie."""
    return identity.keys.seal("form", holder, purpose)[:24].hex()


def form_sealed(identity: Identity, holder: str, purpose: str, seal: str) -> bool:
    """Return whether we rendered a submitted form for the holder of this cookie."""
    return compare_digest(seal_form(identity, holder, purpose).encode(), seal.encode())
