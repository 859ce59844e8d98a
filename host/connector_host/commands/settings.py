"""Reads a connection's settings from `--set FIELD=VALUE`, files, stdin, and a person."""

import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import typer

from connector_host import settings_form
from connector_host.errors import BadInput, nearest
from connector_host.hookspecs import Json, JsonObject
from connector_host.settings_form import Field
from connector_host.text_files import read_text_file

VALUES = (
    "VALUE is text; @PATH reads a file, - reads stdin, @@ is a literal @. "
    "Keep secrets out of the shell's history: leave them out to be asked, or use a file."
)


def read(
    schema: JsonObject,
    pairs: list[str],
    *,
    interactive: bool,
    provided: Collection[str] = (),
) -> dict[str, Json]:
    """Read all settings of a form.

    Args:
        pairs: Each `FIELD=VALUE`.
        provided: Names of fields that come from an app profile.
        interactive: Whether a person can be prompted for required fields that are missing.

    Raises:
        BadInput: No such field, no such file, or something required is missing.
    """
    fields_by_name = {field.name: field for field in settings_form.fields(schema)}
    settings = parse_pairs(fields_by_name, pairs)
    missing = [
        field
        for field in fields_by_name.values()
        if field.required and field.name not in settings and field.name not in provided
    ]
    if missing and not interactive:
        names = [field.name for field in missing]
        options = " ".join(f"--set {name}=..." for name in names)
        raise BadInput(f"Missing: {', '.join(names)}.", f"Give {options}", fields=names)
    for field in missing:
        settings[field.name] = settings_form.parse(field, prompt_for(field))
    return settings


def parse_pairs(fields_by_name: Mapping[str, Field], pairs: list[str]) -> dict[str, Json]:
    """Read `FIELD=VALUE`s.

    Raises:
        BadInput: No such field, or no such file.
    """
    settings: dict[str, Json] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise BadInput(f"{name!r} is not FIELD=VALUE.", "Write --set FIELD=VALUE.")
        if name not in fields_by_name:
            suggestion = nearest(name, fields_by_name)
            remedy = (
                f"Did you mean {suggestion!r}?"
                if suggestion
                else f"There are: {', '.join(fields_by_name)}."
            )
            raise BadInput(f"There is no field {name!r}.", remedy, fields=[name])
        settings[name] = settings_form.parse(fields_by_name[name], read_text(text))
    return settings


def read_text(value: str) -> str:
    """Return the text that an option's value stands for: itself, a file's, or stdin's.

    Raises:
        BadInput: The file cannot be read.
    """
    if value == "-":
        return sys.stdin.read().removeprefix("\ufeff").removesuffix("\n")
    if value.startswith("@@"):
        return value[1:]
    if not value.startswith("@"):
        return value
    path = Path(value[1:])
    try:
        return read_text_file(path).removesuffix("\n")
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise BadInput(
            f"The file {path} cannot be read: {reason}.", "@PATH reads a file; @@ is a single @."
        ) from exc


def read_json_object(value: str, noun: str) -> JsonObject:
    """Return the JSON object that an option's value stands for.

    Raises:
        BadInput: It is no JSON, or no object.
    """
    try:
        parse = json.loads(read_text(value))
    except RecursionError as exc:
        raise BadInput(f"The {noun} is nested too deeply.", "Give a flatter object.") from exc
    except ValueError as exc:
        raise BadInput(
            f"The {noun} is not JSON: {exc}.", "Give an object, @PATH, or - for stdin."
        ) from exc
    if not isinstance(parse, dict):
        raise BadInput(f"The {noun} is not a JSON object.", 'Give one such as {"field": "value"}.')
    return parse


def prompt_for(field: Field) -> str:
    """Ask a person for a field; what is secret does not show."""
    text: str = typer.prompt(field.title, hide_input=field.secret, err=True)
    return text
