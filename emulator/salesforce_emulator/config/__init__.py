"""A file that says what an org has beside the default: read, checked, put into the org.

    load_config(path) -> Config -> open_org(config=...)

An error in a TOML file is reported with its line, its key and the name that was probably meant. A
Python file has a function `configure(org)`.
`docs/local-org/configuration.md` shows each table.
"""

from salesforce_emulator.config.errors import ConfigFileError
from salesforce_emulator.config.loading import Config, load_config

__all__ = ["Config", "ConfigFileError", "load_config"]
