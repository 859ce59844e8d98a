"""What the program can do without the packages of the command line: print a manifest."""

import sys

from connector_host.errors import HostError, NotInstalled
from connector_host.exit_codes import exit_code
from connector_host.own_distribution import choose_connector, own_distribution
from connector_host.registry import Registry
from connector_host.terminal import dump_json, printable


def print_manifest(arguments: list[str], missing: list[str]) -> int:
    """Answer `manifest [CONNECTOR]`, and say of all else what to install.

    Returns:
        The exit code.
    """
    try:
        if not arguments or arguments[0] != "manifest" or len(arguments) > 2:
            raise NotInstalled(
                f"Only `manifest [CONNECTOR]` works without {', '.join(missing)}.",
                f"Run: pip install '{own_distribution().distribution}[cli]'",
            )
        registry = Registry.load(validate=False)
        name = arguments[1] if arguments[1:] else None
        manifest = registry.manifest(choose_connector(registry, name))
    except HostError as exc:
        sys.stderr.write(f"error: {printable(str(exc))}\n")
        return exit_code(exc) or 1
    sys.stdout.write(dump_json(manifest) + "\n")
    return 0
