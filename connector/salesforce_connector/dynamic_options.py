"""How a field of an input says that it has choices: `x-dynamic-options` in its schema.

What the choices are is the business of `options`.
"""

from pydantic.config import JsonDict


def choices(source: str, *depends_on: str) -> JsonDict:
    """Give what a field's schema says of its choices, for `json_schema_extra`.

    Args:
        source: One of `options.SOURCES`.
        depends_on: Names of the inputs that must be chosen before.
    """
    about: JsonDict = {"source": source, "search": True, "paging": True}
    if depends_on:
        about["depends_on"] = [*depends_on]
    return {"x-dynamic-options": about}


def live(source: str, *depends_on: str) -> JsonDict:
    """Give what a property's schema says when its fields are known only by the object chosen."""
    return {"x-dynamic-schema": {"source": source, "depends_on": [*depends_on]}}
