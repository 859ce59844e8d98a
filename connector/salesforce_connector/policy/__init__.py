"""What a connection may do, enforced before anything is sent: read-only, objects, actions.

`Policy` checks each `Call` before it is sent, whichever flow made it. It does not replace the
user's own permissions, which Salesforce holds to, and never widens them.

See docs/decisions/0010-guard-at-the-door.md for what is refused because it cannot be judged.
"""

from salesforce_connector.policy.policy import Policy

__all__ = ["Policy"]
