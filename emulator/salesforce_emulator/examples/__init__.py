"""Config files of orgs, to be used and to be copied."""

from pathlib import Path
from typing import Final

EXAMPLE_ORG: Final = Path(__file__).parent / "example_org.toml"
