"""Which distribution the command line came with, so that no name of one is written in the host."""

from dataclasses import dataclass
from importlib.metadata import entry_points

from connector_host.errors import UnknownName
from connector_host.hookspecs import GROUP
from connector_host.registry import Registry

COMMAND = "connector_host.main:main"


@dataclass(frozen=True)
class OwnDistribution:
    """What is in the distribution whose script runs the host.

    Attributes:
        distribution: Its name, for `pip install`.
        connectors: Names of its own connectors.
    """

    distribution: str
    version: str
    connectors: tuple[str, ...]


def own_distribution() -> OwnDistribution:
    """Find the distribution that this command line came with."""
    for script in entry_points(group="console_scripts"):
        if script.value == COMMAND and script.dist is not None:
            own = [entry.name for entry in script.dist.entry_points if entry.group == GROUP]
            return OwnDistribution(script.dist.metadata["Name"], script.dist.version, tuple(own))
    return OwnDistribution("connector_host", "", ())


def choose_connector(registry: Registry, name: str | None) -> str:
    """Choose a connector: the one named, the only one, or the command's own.

    Raises:
        UnknownName: There are several, or none.
    """
    if name is not None:
        return name
    for names in (registry.names, own_distribution().connectors):
        if len(names) == 1:
            return names[0]
    installed = ", ".join(registry.names) or "none is installed"
    raise UnknownName(
        "Several connectors are installed.", f"Name one with --connector: {installed}."
    )
