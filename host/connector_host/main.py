"""The entry point of the command line; with the base install, only `manifest` works.

It imports nothing of the host before it configures the garbage collector, for the imports' sake.
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
    # Without a handler, Python writes warnings of libraries to stderr, which is for people.
    logging.getLogger().addHandler(logging.NullHandler())
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        from connector_host.base_install import print_manifest

        sys.exit(print_manifest(sys.argv[1:], missing))
    from connector_host.cli import build

    build()()


def _collect_garbage_rarely() -> None:
    """Keep the garbage collector from scanning imports: a fifth of a short command's CPU.

    Modules, classes and code are 250,000 objects that live until the end. By default the collector
    scans the new ones 80 times while they are created, and all of them twice at the exit.
    """
    gc.set_threshold(50_000)  # objects created, less those freed, before it scans the new ones
    atexit.register(gc.freeze)  # the end of the process frees what is left
