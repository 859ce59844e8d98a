"""Where the program starts: all of it, or `manifest` alone when only the base is installed."""

import logging
import sys
from importlib.util import find_spec

from connector_host.errors import HostError, NotInstalled
from connector_host.exit_codes import exit_code
from connector_host.own_distribution import choose_connector, own_distribution
from connector_host.registry import Registry
from connector_host.terminal import dump_json, printable

NEEDED = ("cryptography", "platformdirs", "rich", "sqlalchemy", "typer")


def main() -> None:
    """Run the command line."""
    # stderr is for people: without a handler Python writes libraries' warnings there as they are.
    logging.getLogger().addHandler(logging.NullHandler())
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        sys.exit(base_only(sys.argv[1:], missing))
    from connector_host.cli import build

    build()()


def base_only(arguments: list[str], missing: list[str]) -> int:
    """Answer `manifest [CONNECTOR]` without the command line's packages, and refuse all else."""
    try:
        if not arguments or arguments[0] != "manifest" or len(arguments) > 2:
            raise NotInstalled(
                f"Only `manifest [CONNECTOR]` works without {', '.join(missing)}.",
                f"pip install '{own_distribution().distribution}[cli]'",
            )
        registry = Registry.load(validate=False)
        name = arguments[1] if arguments[1:] else None
        manifest = registry.manifest(choose_connector(registry, name))
    except HostError as exc:
        sys.stderr.write(f"error: {printable(str(exc))}\n")
        return exit_code(exc) or 1
    sys.stdout.write(dump_json(manifest) + "\n")
    return 0
