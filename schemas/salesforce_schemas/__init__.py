"""The connector's public contract as data: the manifest and every JSON Schema in it.

Written by `make schemas` from the models, committed, and reviewed as such. Reading it runs none of
the connector's code.
"""

import json
from pkgutil import get_data
from typing import Any


def manifest() -> dict[str, Any]:
    """Read the manifest; each call gives a copy of its own."""
    text = get_data(__name__, "manifest.json") or b""  # importlib.resources takes 40 ms to import
    found: dict[str, Any] = json.loads(text)
    return found
