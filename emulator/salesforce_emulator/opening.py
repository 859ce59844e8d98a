"""Opens an org: makes or reopens its database, writes its first rows, applies a config file."""

from pathlib import Path

from salesforce_emulator.config import Config, load_config
from salesforce_emulator.org import sequences
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.seed import seed as write_first_rows
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.org.storage import (
    connect,
    connect_in_memory,
    create_tables,
    last_config,
    save_config,
)
from salesforce_emulator.records import recycle_bin
from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.schema.schema import Schema


def open_org(
    *,
    data: Path | None = None,
    clock: Clock | None = None,
    seed: int = 0,
    my_domain: str = "local-org",
    schema: Schema | None = None,
    settings: Settings | None = None,
    config: Config | Path | str | None = None,
) -> Org:
    """Open an org; close it, or use it in a `with` statement.

    Args:
        data: SQLite file of the org, created if it does not exist; None keeps the org in memory.
        seed: Ids, tokens and secrets are the same for the same seed.
        my_domain: The first part of the org's own host names.
        schema: None takes the standard objects and those of `schema/custom.py`.
        config: What it has beside the default, or the file that declares it; see `config/`. None
            takes, for a file that was there, the one that it was opened with last.

    Raises:
        ConfigFileError: The config file cannot be used.
    """
    schema = schema or default_schema()
    db = connect(data) if data is not None else connect_in_memory(schema)
    try:
        if data is not None:
            create_tables(db, schema)
        db.executescript(recycle_bin.SCHEMA + sequences.SCHEMA)
        org = Org(
            db,
            schema,
            clock=clock or Clock(),
            seed=seed,
            my_domain=my_domain,
            settings=settings or Settings(),
            persistent=data is not None,
        )
        with org.transaction():
            if db.execute('SELECT 1 FROM "Organization"').fetchone() is None:
                write_first_rows(org)
            elif org.persistent:
                org.reopened = True
                org.resume_ids(schema)
        if config is None and org.reopened:
            config = last_config(db)
        if config is not None:
            _configure(org, config)
    except BaseException:
        db.close()
        raise
    return org


def _configure(org: Org, config: Config | Path | str) -> None:
    loaded = config if isinstance(config, Config) else load_config(config)
    loaded.configure(org)
    if org.persistent:
        save_config(org.db, loaded.name)
