"""Who calls an org's API: a user, by an app."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Caller:
    """The user and the app that a request acts for.

    Attributes:
        user_id: 18 characters.
        app_name: Empty for a session of the login page.
        scopes: What the token may do.
        session_id: Number of the session in the org.
    """

    user_id: str
    username: str
    app_name: str
    scopes: frozenset[str]
    session_id: int
    token: str = field(repr=False)
