"""The store's tables, and the steps that bring an older store to them.

A step is never changed once released: a change of the tables is a new step at the end. Steps are
SQL that SQLite and PostgreSQL both take.
"""

from typing import Final

from sqlalchemy import Column, MetaData, String, Table, Text

metadata = MetaData()

store_info = Table(
    "store_info",
    metadata,
    Column("name", String(50), primary_key=True),  # `schema_version` or `key_id`
    Column("value", Text, nullable=False),
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
    Column("created_at", String(32), nullable=False),  # UTC, ISO 8601
    Column("changed_at", String(32), nullable=False),
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
)
"""Step n brings a store from schema version n to n + 1; a new file has version 0."""
