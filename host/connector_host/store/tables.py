"""The store's tables, and the steps that bring an older store to them.

A step is never changed once released: a change of the tables is a new step at the end. Steps are
SQL that SQLite and PostgreSQL both take. `sealed_columns` lists the sealed columns.
"""

from typing import Final

from sqlalchemy import Column, ForeignKey, MetaData, String, Table, Text

from connector_host.store.column_types import MaybeWholeNumber, WholeNumber

metadata = MetaData()

store_info = Table(
    "store_info",
    metadata,
    Column("name", String(50), primary_key=True),  # `schema_version`, `key_id` or `key_before`
    Column("value", Text, nullable=False),
)

apps = Table(
    "apps",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("connector", String(100), nullable=False),
    Column("settings", Text, nullable=False),  # JSON; what is not secret
    Column("secrets", Text, nullable=False),  # sealed JSON; the settings that are
    Column("created_at", String(32), nullable=False),  # UTC, ISO 8601
    Column("changed_at", String(32), nullable=False),
    Column("hosts", Text),  # JSON: patterns of the hosts that its secrets may go to
    Column("row_seal", Text),  # sealed JSON; see `row_seals`
)

connections = Table(
    "connections",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("connector", String(100), nullable=False),
    Column("method", String(100), nullable=False),
    Column("settings", Text, nullable=False),  # JSON; what is not secret
    Column("secrets", Text, nullable=False),  # sealed JSON; the settings that are
    Column("credentials", Text, nullable=False),  # sealed JSON; what the connector saved
    Column("created_at", String(32), nullable=False),
    Column("changed_at", String(32), nullable=False),
    Column("app_id", String(32), ForeignKey(apps.c.id)),
    Column("owner", String(100)),
    Column("needs_sign_in", Text),  # JSON: code, reason, since
    Column("row_seal", Text),  # sealed JSON; see `row_seals`
)

shares = Table(
    "shares",
    metadata,
    Column("connection_id", String(32), ForeignKey(connections.c.id), primary_key=True),
    Column("kind", String(5), primary_key=True),  # `user` or `group`
    Column("name", String(100), primary_key=True),
)

triggers = Table(
    "triggers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("connection_id", String(32), ForeignKey(connections.c.id), nullable=False),
    Column("trigger_name", String(100), nullable=False),  # `trigger` is a word of SQL
    Column("inputs", Text, nullable=False),  # sealed JSON
    Column("cursor", Text),  # sealed JSON
    Column("created_at", String(32), nullable=False),
    Column("changed_at", String(32), nullable=False),
    Column("row_seal", Text),  # sealed JSON; see `row_seals`
)

audit = Table(
    "audit",
    metadata,
    Column("id", String(32), primary_key=True),  # nanoseconds and noise, so that ids are in order
    Column("at", String(32), nullable=False),
    Column("who", String(100), nullable=False),  # empty for an unnamed user
    Column("what", String(30), nullable=False),
    Column("connection", String(100), nullable=False),  # its name then; empty for none
    Column("detail", Text, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", String(32), primary_key=True),  # of a sign-in that has been finished
    Column("ends_at", WholeNumber, nullable=False),  # seconds since 1970
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),  # nanoseconds and noise, so that ids are in order
    Column("at", String(32), nullable=False),
    Column("who", String(100), nullable=False),
    Column("connection", String(100), nullable=False),
    Column("action", String(100), nullable=False),
    Column("outcome", String(100), nullable=False),  # `ok`, `cancelled` or an error's code
    Column("message", Text, nullable=False),
    Column("calls", MaybeWholeNumber),
    Column("milliseconds", WholeNumber, nullable=False),
    Column("limit_used", MaybeWholeNumber),
    Column("limit_max", MaybeWholeNumber),
)

connection_tests = Table(
    "connection_tests",
    metadata,
    Column("connection_id", String(32), ForeignKey(connections.c.id), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("report", Text, nullable=False),  # JSON: the contract's `TestReport`
)

call_budgets = Table(
    "call_budgets",
    metadata,
    Column("account", String(200), primary_key=True),  # what the quota belongs to
    Column("used", WholeNumber, nullable=False),  # calls, as the service reported last
    Column("maximum", WholeNumber, nullable=False),
    Column("reported_at", WholeNumber, nullable=False),  # seconds since 1970
)

call_leases = Table(
    "call_leases",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("lease", String(32), primary_key=True),  # of one caller
    Column("calls", WholeNumber, nullable=False),  # that it may make, or has made since
    Column("ends_at", WholeNumber, nullable=False),  # seconds since 1970
)

long_calls = Table(
    "long_calls",
    metadata,
    Column("account", String(200), primary_key=True),
    Column("slot", WholeNumber, primary_key=True),  # from 0; one call has it at a time
    Column("token", String(32), nullable=False),  # of the call that has it
    Column("ends_at", WholeNumber, nullable=False),  # seconds since 1970; then it is free again
)

received_events = Table(
    "received_events",
    metadata,
    Column("id", String(32), primary_key=True),  # made of the trigger's id and the event's
    Column("trigger_id", String(32), ForeignKey(triggers.c.id), nullable=False),
    Column("position", MaybeWholeNumber, nullable=False),  # grows in the order that they came in
    Column("waiting", WholeNumber, nullable=False),  # 1: to be delivered; 0: only its id is stored
    Column("received_at", WholeNumber, nullable=False),  # seconds since 1970
    Column("event", Text),  # sealed JSON; null once it has been delivered
)

STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE store_info (name VARCHAR(50) PRIMARY KEY NOT NULL, value TEXT NOT NULL)",
        """CREATE TABLE connections (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            name VARCHAR(100) NOT NULL UNIQUE,
            connector VARCHAR(100) NOT NULL,
            method VARCHAR(100) NOT NULL,
            settings TEXT NOT NULL,
            secrets TEXT NOT NULL,
            credentials TEXT NOT NULL,
            created_at VARCHAR(32) NOT NULL,
            changed_at VARCHAR(32) NOT NULL
        )""",
    ),
    (
        """CREATE TABLE apps (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            name VARCHAR(100) NOT NULL UNIQUE,
            connector VARCHAR(100) NOT NULL,
            settings TEXT NOT NULL,
            secrets TEXT NOT NULL,
            created_at VARCHAR(32) NOT NULL,
            changed_at VARCHAR(32) NOT NULL
        )""",
        "ALTER TABLE connections ADD COLUMN app_id VARCHAR(32) REFERENCES apps (id)",
        "ALTER TABLE connections ADD COLUMN owner VARCHAR(100)",
        "ALTER TABLE connections ADD COLUMN needs_sign_in TEXT",
        """CREATE TABLE shares (
            connection_id VARCHAR(32) NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            kind VARCHAR(5) NOT NULL,
            name VARCHAR(100) NOT NULL,
            PRIMARY KEY (connection_id, kind, name)
        )""",
        """CREATE TABLE triggers (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            name VARCHAR(100) NOT NULL UNIQUE,
            connection_id VARCHAR(32) NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            trigger_name VARCHAR(100) NOT NULL,
            inputs TEXT NOT NULL,
            cursor TEXT,
            created_at VARCHAR(32) NOT NULL,
            changed_at VARCHAR(32) NOT NULL
        )""",
        """CREATE TABLE audit (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            at VARCHAR(32) NOT NULL,
            who VARCHAR(100) NOT NULL,
            what VARCHAR(30) NOT NULL,
            connection VARCHAR(100) NOT NULL,
            detail TEXT NOT NULL
        )""",
        """CREATE TABLE tickets (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            ends_at BIGINT NOT NULL
        )""",
    ),
    (
        """CREATE TABLE runs (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            at VARCHAR(32) NOT NULL,
            who VARCHAR(100) NOT NULL,
            connection VARCHAR(100) NOT NULL,
            action VARCHAR(100) NOT NULL,
            outcome VARCHAR(100) NOT NULL,
            message TEXT NOT NULL,
            calls BIGINT,
            milliseconds BIGINT NOT NULL,
            limit_used BIGINT,
            limit_max BIGINT
        )""",
        "CREATE INDEX runs_by_connection ON runs (connection, at)",
        """CREATE TABLE connection_tests (
            connection_id VARCHAR(32) PRIMARY KEY NOT NULL
                REFERENCES connections (id) ON DELETE CASCADE,
            at VARCHAR(32) NOT NULL,
            report TEXT NOT NULL
        )""",
    ),
    (
        "ALTER TABLE connections ADD COLUMN row_seal TEXT",
        "ALTER TABLE apps ADD COLUMN row_seal TEXT",
        "ALTER TABLE apps ADD COLUMN hosts TEXT",
        "ALTER TABLE triggers ADD COLUMN row_seal TEXT",
        """CREATE TABLE call_budgets (
            account VARCHAR(200) PRIMARY KEY NOT NULL,
            used BIGINT NOT NULL,
            maximum BIGINT NOT NULL,
            reserved BIGINT NOT NULL,
            reported_at BIGINT NOT NULL
        )""",
    ),
    (
        """CREATE TABLE received_events (
            id VARCHAR(32) PRIMARY KEY NOT NULL,
            trigger_id VARCHAR(32) NOT NULL REFERENCES triggers (id) ON DELETE CASCADE,
            position BIGINT NOT NULL,
            waiting BIGINT NOT NULL,
            received_at BIGINT NOT NULL,
            event TEXT
        )""",
        "CREATE INDEX received_events_in_order ON received_events (trigger_id, waiting, position)",
    ),
    (
        """CREATE TABLE long_calls (
            account VARCHAR(200) NOT NULL,
            slot BIGINT NOT NULL,
            token VARCHAR(32) NOT NULL,
            ends_at BIGINT NOT NULL,
            PRIMARY KEY (account, slot)
        )""",
        """CREATE TABLE call_leases (
            account VARCHAR(200) NOT NULL,
            lease VARCHAR(32) NOT NULL,
            calls BIGINT NOT NULL,
            ends_at BIGINT NOT NULL,
            PRIMARY KEY (account, lease)
        )""",
        "ALTER TABLE call_budgets DROP COLUMN reserved",
    ),
)
"""Step n brings a store from schema version n to n + 1; a new file has version 0."""
