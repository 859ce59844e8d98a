"""A connection of each auth method, so that what holds for all of them is tested with all."""

from collections.abc import Mapping
from typing import Any

from connector.acme_connection import SETTINGS, SIGNED_IN
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from memory_connection import MemoryConnection
from rsa_keys import KEY

PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

_COMMON = {name: value for name, value in SETTINGS.items() if name != "consumer_secret"}

METHOD_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "authorization_code": SETTINGS,
    "client_credentials": SETTINGS,
    "jwt_bearer": {**_COMMON, "username": "integration@acme.com", "private_key": PEM},
}


def connection_of(method: str, credentials: Mapping[str, Any] = SIGNED_IN) -> MemoryConnection:
    """Make a connection of a method; it has a token unless `credentials` are empty."""
    return MemoryConnection(method, METHOD_SETTINGS[method], credentials)
