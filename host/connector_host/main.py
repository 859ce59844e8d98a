"""Where the program starts: all of it, or `manifest` alone when only the base is installed.

It imports nothing of the host's before the collector is set, so that this holds for all imports.
"""

import atexit
import gc
import logging
import sys
from importlib.util import find_spec

NEEDED = ("cryptography", "platformdirs", "rich", "sqlalchemy", "typer")


def main() -> None:
    """Run the command line."""
    _collect_garbage_rarely()
    # stderr is for people: without a handler Python writes libraries' warnings there as they are.
    logging.getLogger().addHandler(logging.NullHandler())
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        from connector_host.base_install import print_manifest

        sys.exit(print_manifest(sys.argv[1:], missing))
    from connector_host.cli import build

    build()()


def _collect_garbage_rarely() -> None:
    """Let the collector pass over what is imported, which is a fifth of a short command's CPU.

    Modules, classes and code are 250,000 objects that live until the end. By default the collector
    walks the new ones 80 times while they are made, and all of them twice when the process ends.
    """
    gc.set_threshold(50_000)  # objects made, less those freed, before it walks the new ones
    atexit.register(gc.freeze)  # what is left goes with the process
