"""Config files: what an org has beside the defaults.

    load_config(path) -> Config -> open_org(config=...)

A file is TOML, or Python with a function `configure(org)`. An error in a TOML file names the line,
the key and the closest known name.
`docs/local-org/configuration.md` shows each table.
"""

from salesforce_emulator.config.errors import ConfigFileError
from salesforce_emulator.config.loading import Config, load_config

__all__ = ["Config", "ConfigFileError", "load_config"]
