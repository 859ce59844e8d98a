"""Identity: apps, logins, grants, tokens, and who is calling. No HTTP in here."""

from salesforce_emulator.identity.apps import App, RefreshPolicy
from salesforce_emulator.identity.authentication import authenticate
from salesforce_emulator.identity.identity import Identity, Policy, identity_of
from salesforce_emulator.identity.logins import Login
from salesforce_emulator.org.caller import Caller

__all__ = [
    "App",
    "Caller",
    "Identity",
    "Login",
    "Policy",
    "RefreshPolicy",
    "authenticate",
    "identity_of",
]
