"""What a row of the table of OAuth errors is, and the words for where its settings are.

A remedy names screens of an External Client App; where a Connected App has them, `advice` adds.
"""

from dataclasses import dataclass
from typing import Final

from salesforce_connector.errors import ConnectorError

# Where the settings are, in Salesforce's words of 2026.
SETTINGS: Final = "Setup > External Client App Manager > your app > Settings > OAuth Settings"
POLICIES: Final = "Setup > External Client App Manager > your app > Policies > OAuth Policies"
KEYS: Final = f"{SETTINGS} > Consumer Key and Secret"
_CONNECTED_APP: Final = (  # the first that a remedy names
    (KEYS, "View > Manage Consumer Details"),
    (SETTINGS, "Edit"),
    (POLICIES, "Manage > Edit Policies"),
)

# Who may change them, and when it takes effect.
OF_APP: Final = "A Salesforce administrator can do this; it takes effect within 10 minutes."
OF_USER: Final = "A Salesforce administrator can do this; it takes effect at once."


@dataclass(frozen=True, slots=True)
class OAuthError:
    """One reason why Salesforce issues no token.

    Attributes:
        error: Salesforce's code, in lower case with underscores; empty: any.
        description_contains: Part of the description, in lower case; empty: any.
        kind: The class of the error that callers get.
        meaning: What happened, one sentence.
        remedy: What to change, and where.
        who: Who can do it, and when it takes effect; empty if the person who signs in can, at once.
        retry_after: Seconds until another try may work, None when that is not known.
        grants: Grant types of the request; empty for any.
    """

    error: str
    description_contains: str
    kind: type[ConnectorError]
    meaning: str
    remedy: str
    who: str = ""
    retry_after: float | None = None
    grants: tuple[str, ...] = ()

    def matches(self, error: str, description: str, grant: str) -> bool:
        """Return whether this is the reason for a response; all in lower case."""
        if self.grants and grant not in self.grants:
            return False
        return self.error in ("", error) and self.description_contains in description

    @property
    def advice(self) -> str:
        """The remedy, where a Connected App has it, and who can do it."""
        screens = (screen for setting, screen in _CONNECTED_APP if setting in self.remedy)
        screen = next(screens, "")
        older = screen and f"(Connected App: Setup > App Manager > your app > {screen}.)"
        return " ".join(filter(None, (self.remedy, older, self.who)))
