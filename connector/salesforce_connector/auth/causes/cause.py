"""What a cause is, and the words for where its switches are and who may turn them."""

from dataclasses import dataclass
from typing import Final

from salesforce_connector.errors import ConnectorError

# Where the switches are, in Salesforce's words of 2026.
SETTINGS: Final = "Setup > External Client App Manager > your app > Settings > OAuth Settings"
POLICIES: Final = "Setup > External Client App Manager > your app > Policies > OAuth Policies"
CONNECTED: Final = "(for a Connected App: Setup > App Manager > your app > Manage)"

# Who may turn them, and how long it takes.
OF_APP: Final = "A Salesforce administrator can do this; it takes up to 10 minutes to arrive."
OF_USER: Final = "A Salesforce administrator can do this; it holds at once."


@dataclass(frozen=True, slots=True)
class Cause:
    """One way a sign-in is refused.

    Attributes:
        error: Salesforce's code, in lower case with underscores.
        said: What the description holds, in lower case; empty: anything.
        kind: The error that callers get.
        meaning: What happened, one sentence.
        remedy: What to change, and where.
        who: Who can, and how long it takes; empty when whoever signs in can, at once.
        retry_after: Seconds until it is worth another try, None when that is not known.
    """

    error: str
    said: str
    kind: type[ConnectorError]
    meaning: str
    remedy: str
    who: str = ""
    retry_after: float | None = None
