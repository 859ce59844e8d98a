"""The connector's public contract as data: the manifest and every JSON Schema in it.

Written by `make schemas` from the models, committed, and reviewed as such. Reading it runs none of
the connector's code.
"""

import json
from importlib.resources import files
from typing import Any


def manifest() -> dict[str, Any]:
    """Read the manifest; each call gives a copy of its own."""
    text = files(__name__).joinpath("manifest.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
