"""Finds the distribution of the command line, so that the host names none in its code."""

from dataclasses import dataclass
from importlib.metadata import entry_points

from connector_host.errors import UnknownName
from connector_host.hookspecs import GROUP
from connector_host.registry import Registry

COMMAND = "connector_host.main:main"


@dataclass(frozen=True)
class OwnDistribution:
    """The distribution whose script runs the host.

    Attributes:
        distribution: Its name, for `pip install`.
        connectors: Names of the connectors in it.
    """

    distribution: str
    version: str
    connectors: tuple[str, ...]


def own_distribution() -> OwnDistribution:
    """Return the distribution that installed this command line."""
    for script in entry_points(group="console_scripts"):
        if script.value == COMMAND and script.dist is not None:
            own = [entry.name for entry in script.dist.entry_points if entry.group == GROUP]
            return OwnDistribution(script.dist.metadata["Name"], script.dist.version, tuple(own))
    return OwnDistribution("connector_host", "", ())


def choose_connector(registry: Registry, name: str | None) -> str:
    """Return a connector's name: the given one, the only one, or the one of this distribution.

    Raises:
        UnknownName: There are several, or none.
    """
    if name is not None:
        return name
    for names in (registry.names, own_distribution().connectors):
        if len(names) == 1:
            return names[0]
    installed = ", ".join(registry.names) or "none is installed"
    raise UnknownName("Several connectors are installed.", f"Choose one of these: {installed}.")
