"""Reads a connection's settings from `--set FIELD=VALUE`, files, stdin and prompts."""

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
        BadInput: There is no such field or file, or a required field is missing.
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
        raise BadInput(
            f"Required settings are missing: {', '.join(names)}.", f"Give {options}", fields=names
        )
    for field in missing:
        settings[field.name] = settings_form.parse(field, prompt_for(field))
    return settings


def parse_pairs(fields_by_name: Mapping[str, Field], pairs: list[str]) -> dict[str, Json]:
    """Parse texts of the form `FIELD=VALUE`.

    Raises:
        BadInput: There is no such field or file.
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
    """Return an option's text: the value itself, or the content of a file or of stdin.

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
            f"The file {path} cannot be read: {reason}.", "@PATH reads a file; @@ is a literal @."
        ) from exc


def read_json_object(value: str, noun: str) -> JsonObject:
    """Return an option's JSON object: the value itself, or the content of a file or of stdin.

    Raises:
        BadInput: It is not JSON, or not an object.
    """
    try:
        parsed = json.loads(read_text(value))
    except RecursionError as exc:
        raise BadInput(f"The {noun} is nested too deeply.", "Give a flatter object.") from exc
    except ValueError as exc:
        raise BadInput(
            f"The {noun} is not JSON: {exc}.",
            "Give a JSON object, @PATH for a file, or - for stdin.",
        ) from exc
    if not isinstance(parsed, dict):
        raise BadInput(
            f"The {noun} is not a JSON object.", 'Give an object such as {"field": "value"}.'
        )
    return parsed


def prompt_for(field: Field) -> str:
    """Prompt for a field; a secret is not shown as it is typed."""
    text: str = typer.prompt(field.title, hide_input=field.secret, err=True)
    return text
