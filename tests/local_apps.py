"""How a connection of a test's uses one of the local org's five apps."""

from typing import Any

from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org


def app_settings(org: Org, name: str) -> dict[str, Any]:
    """Return the settings by which a connection uses one of the org's apps."""
    app = identity_of(org).apps[name]
    settings = {"my_domain_url": f"https://{org.host}", "consumer_key": app.consumer_key}
    if app.consumer_secret:
        settings["consumer_secret"] = app.consumer_secret
    return settings
