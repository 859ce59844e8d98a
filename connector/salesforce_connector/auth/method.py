"""What an auth method is: the settings, the requests for tokens, and what hosts show of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.auth.tokens import Credentials, TokenRequest
from salesforce_connector.errors import ConnectorError

if TYPE_CHECKING:
    from salesforce_connector.auth.authorization_state import AuthorizationState


class GuideTexts(NamedTuple):
    """Texts of a method's setup guide; Markdown.

    Attributes:
        heading: Of the guide.
        about: Who signs in, and as whom calls are made.
        user: Whose permissions apply.
        user_heading: Of the part about that user.
        browser: Whether that user must be able to sign in at the browser.
    """

    heading: str
    about: str
    user: str
    user_heading: str
    browser: bool = False


class Method(NamedTuple):
    """One auth method.

    Attributes:
        name: As a connection stores it.
        kind: `type` in the manifest, for hosts that distinguish types of methods.
        title, description: For people who choose one.
        settings: Model of what a person fills in.
        grant: How a refresh asks for a token, as in `grants`.
        refresh_request: Makes the request for a new access token.
        guide: For the setup guides.
        begin: Makes the address that a browser opens, and the state to keep; None when no browser
            is needed.
        finish: Makes the request that exchanges the code of a callback; None without `begin`.
        other_request: Makes another token request where an error suggests that it may help,
            and the credentials to build on; None where nothing else can be tried.
    """

    name: str
    kind: str
    title: str
    description: str
    settings: type[OrgSettings]
    grant: str
    refresh_request: Callable[[Any, Credentials], TokenRequest]
    guide: GuideTexts
    begin: "Callable[[Any, str], tuple[str, AuthorizationState]] | None" = None
    finish: "Callable[[Any, AuthorizationState, str], TokenRequest] | None" = None
    other_request: (
        Callable[[Any, Credentials, ConnectorError], tuple[TokenRequest, Credentials] | None] | None
    ) = None

    @property
    def interactive(self) -> bool:
        """Whether a person must consent in a browser first."""
        return self.begin is not None
