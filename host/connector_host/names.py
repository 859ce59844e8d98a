"""Checks the names that people choose: which characters they have, and that each is unique."""

import re
from collections.abc import Generator
from contextlib import contextmanager

from connector_host.errors import BadInput, NameTaken

NAME = re.compile(r"[\w][\w .@+-]{0,98}\w|\w")  # 100 characters, the columns' width


def check_name(noun: str, name: str) -> None:
    """Raise an error unless a text can be the name of a `noun`.

    Raises:
        BadInput: It cannot; the remedy says what can.
    """
    if not NAME.fullmatch(name):
        raise BadInput(
            f"{name!r} cannot be the name of {_article(noun)}.",
            "Use letters, digits, spaces and . @ + - _, at most 100, with a letter or digit at "
            "both ends.",
            fields=["name"],
        )


def name_taken(noun: str, name: str) -> NameTaken:
    """Return the error for a `noun` whose name is in use."""
    return NameTaken(
        f"There already is {_article(noun)} {name!r}.", "Choose another name.", fields=["name"]
    )


@contextmanager
def raising_name_taken(noun: str, name: str) -> Generator[None]:
    """Turn the database's error for a second row of this name into `NameTaken`."""
    from sqlalchemy.exc import IntegrityError

    try:
        yield
    except IntegrityError as exc:
        if _is_of_uniqueness(exc.orig):
            raise name_taken(noun, name) from exc
        raise


def _is_of_uniqueness(raised: BaseException | None) -> bool:
    """https://www.sqlite.org/rescode.html and PostgreSQL's unique_violation"""
    name: str = getattr(raised, "sqlite_errorname", "")
    return name.endswith(("_UNIQUE", "_PRIMARYKEY")) or getattr(raised, "sqlstate", "") == "23505"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
