"""What a connection may do, held to before anything is sent: read-only, some objects, some actions.

`Guard` judges each `Call` at the client's door, whoever made it. It does not replace the user's own
permissions, which Salesforce holds to, and never widens them.

See docs/decisions/0010-guard-at-the-door.md for what is refused because it cannot be judged.
"""

from salesforce_connector.policy.policy import Guard

__all__ = ["Guard"]
