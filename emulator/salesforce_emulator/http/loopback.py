"""Addresses that an org may be served at: loopback only, because its passwords are public."""

from ipaddress import ip_address
from typing import Final

HOST: Final = "127.0.0.1"


class PortInUse(OSError):
    """Another program listens on the port that was requested."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} of {HOST} is in use. Give another port, or 0 for any.")
        self.port = port


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its name or address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
