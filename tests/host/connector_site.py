"""A folder of connectors on the path, with the metadata that an installer writes for them."""

import textwrap
import tomllib
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

from connector_host.registry import Registry

TINY = Path(__file__).parent / "tiny_connector"


class Site:
    """A folder as pip leaves it: modules, and a dist-info folder for each distribution."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self, distribution: str, groups: dict[str, dict[str, str]], version: str = "1.0"
    ) -> None:
        """Write a distribution's metadata: entry-point groups, each {name: value}."""
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        info.joinpath("METADATA").write_text(head)
        lines = [
            line
            for group, entries in groups.items()
            for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
        ]
        info.joinpath("entry_points.txt").write_text("\n".join(lines))

    def module(self, name: str, source: str) -> None:
        """Write a module."""
        self.folder.joinpath(f"{name}.py").write_text(textwrap.dedent(source))

    def install_tiny_connector(self) -> None:
        """Install tests/host/tiny_connector from its own pyproject.toml, as an editable one is."""
        project = tomllib.loads(TINY.joinpath("pyproject.toml").read_text())["project"]
        self.install(project["name"], project["entry-points"], project["version"])

    def entry_points(self, group: str = "workflow_connectors") -> list[EntryPoint]:
        return [
            entry
            for distribution in distributions(path=[str(self.folder)])
            for entry in distribution.entry_points
            if entry.group == group
        ]

    def load(self) -> Registry:
        """Load the connectors of this folder and no others."""
        return Registry.load(self.entry_points())
