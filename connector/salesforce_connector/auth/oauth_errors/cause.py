"""What a cause is, and the words for where its switches are and who may turn them.

A remedy names places of an External Client App; where a Connected App has them, `advice` adds.
"""

from dataclasses import dataclass
from typing import Final

from salesforce_connector.errors import ConnectorError

# Where the switches are, in Salesforce's words of 2026.
SETTINGS: Final = "Setup > External Client App Manager > your app > Settings > OAuth Settings"
POLICIES: Final = "Setup > External Client App Manager > your app > Policies > OAuth Policies"
KEYS: Final = f"{SETTINGS} > Consumer Key and Secret"
_OLDER: Final = (  # the first that a remedy names
    (KEYS, "View > Manage Consumer Details"),
    (SETTINGS, "Edit"),
    (POLICIES, "Manage > Edit Policies"),
)

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
        methods: Names of the sign-ins that this row is about; empty: all.
    """

    error: str
    said: str
    kind: type[ConnectorError]
    meaning: str
    remedy: str
    who: str = ""
    retry_after: float | None = None
    methods: tuple[str, ...] = ()

    def fits(self, error: str, said: str, method: str) -> bool:
        """Whether it is the cause of what Salesforce said to a sign-in; `said` in lower case."""
        if self.methods and method not in self.methods:
            return False
        return self.error == error and self.said in said

    @property
    def advice(self) -> str:
        """The remedy, where a Connected App has it, and who can do it."""
        places = (place for named, place in _OLDER if named in self.remedy)
        place = next(places, "")
        older = place and f"(A Connected App has it in Setup > App Manager > your app > {place}.)"
        return " ".join(filter(None, (self.remedy, older, self.who)))
