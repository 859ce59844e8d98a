"""Steps that go in one call and may use each other's results: what a step is, and what it may name.

A step refers to an earlier one by `@{name.field}`, in its path, parameters or body. References to
steps that are not there, or come later, are refused here, since Salesforce would run the steps
before them first.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote, unquote, urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from salesforce_connector.errors import Rejected
from salesforce_connector.forms.hints import hints
from salesforce_connector.suggestions import suggest

OBJECT: Final = r"/sobjects/[A-Za-z]\w*"
"""Pattern of the path of an object, for `check_path`."""

SEGMENT: Final = r"/[^/?#]+"
"""Pattern of one further part of a path."""

_REFERENCE: Final = re.compile(r"@\{(\w+)((?:\[\d+\]|\.\w+)+)\}", re.ASCII)

_PATH: Final = re.compile(r"^/[^?#\s]+$")
_BLOB: Final = re.compile(
    rf"{OBJECT}{SEGMENT}/(Body|VersionData|BinaryData|\w*image\w*)", re.IGNORECASE
)


class Step(BaseModel):
    """One call of the composite request."""

    model_config = ConfigDict(extra="forbid", title="Step")

    name: str = Field(
        title="Name",
        description="How later steps refer to this one; letters, digits and _.",
        pattern=r"^[A-Za-z0-9]\w*$",
        max_length=40,
        examples=["account"],
    )
    method: Literal["GET", "POST", "PATCH", "DELETE"] = Field(
        title="Method", description="HTTP method.", examples=["POST"]
    )
    path: str = Field(
        title="Path",
        description=(
            "The path after the API version, such as /sobjects/Account; percent-encode "
            "values in it."
        ),
        max_length=2_000,
        examples=["/sobjects/Account", "/sobjects/Contact/@{contact.id}"],
        json_schema_extra={"pattern": _PATH.pattern},
    )
    params: dict[str, str] = Field(
        default_factory=dict,
        title="Query parameters",
        description="Query parameters; they are encoded for you.",
        examples=[{"q": "SELECT Id FROM Contact WHERE AccountId = '@{account.id}'"}],
        json_schema_extra=hints(widget="keyvalue"),
    )
    body: dict[str, Any] | None = Field(
        default=None,
        title="Body",
        description="The body that Salesforce expects for this path.",
        examples=[{"LastName": "Doe", "AccountId": "@{account.id}"}],
        json_schema_extra=hints(widget="json"),
    )

    @field_validator("path")
    @classmethod
    def _check_path(cls, path: str) -> str:
        """Describe what is wrong with a path; a pattern alone would not."""
        if "?" in path:
            raise ValueError("Put the query string's parameters into params")
        if not path.startswith("/"):
            raise ValueError("It begins with a slash, as in /sobjects/Account")
        if not _PATH.fullmatch(path):
            raise ValueError("Encode spaces and # as %20 and %23")
        return path

    def to_subrequest(self, root: str) -> dict[str, Any]:
        """Return it in Salesforce's form; `root` is the path before the API version."""
        url = root + self.path
        if self.params:
            url += "?" + urlencode(self.params, quote_via=quote, safe="@{}[].")
        parts = {"method": self.method, "url": url, "referenceId": self.name}
        return parts if self.body is None else {**parts, "body": self.body}

    def references(self) -> Iterator[str]:
        """Yield the name of each step that it refers to.

        Raises:
            Rejected: What looks like a reference is none.
        """
        for text in _texts([self.path, self.params, self.body]):
            references = _REFERENCE.findall(text)
            if len(references) != text.count("@{"):
                raise step_error(
                    self.name,
                    "has a text with @{ that is not a reference",
                    "Write one as @{name.field} or @{name.records[0].Id}.",
                )
            yield from (name for name, _ in references)


def check_path(step: Step, resources: Iterable[tuple[Sequence[str], str]]) -> None:
    """Refuse a step whose method and path are none of these resources.

    Raises:
        Rejected: The step is none of them.
    """
    parts = [unquote(part) for part in step.path.split("/")[1:]]
    if any(part in ("", ".", "..") for part in parts) or _BLOB.fullmatch(step.path):
        raise step_error(step.name, f"has a path that cannot be used here: {step.path}", _WHERE)
    methods = [
        methods_of_path
        for methods_of_path, pattern in resources
        if re.fullmatch(pattern, step.path)
    ]
    if not methods:
        raise step_error(step.name, f"has a path that cannot be used here: {step.path}", _WHERE)
    allowed = {method for methods_of_path in methods for method in methods_of_path}
    if step.method not in allowed:
        raise step_error(
            step.name,
            f"cannot {step.method} {step.path}",
            f"Use one of: {', '.join(sorted(allowed))}.",
        )


def depths(steps: Sequence[Step]) -> list[int]:
    """Return how long the chain of references is that ends in each step, 1 for none.

    Raises:
        Rejected: A name is used twice, or a reference is not to an earlier step.
    """
    depth: dict[str, int] = {}
    for step in steps:
        if step.name in depth:
            raise step_error(
                step.name, "has the name of another step", "Give each step its own name."
            )
        below = 0
        for name in step.references():
            if name not in depth:
                raise step_error(
                    step.name, f"refers to {name!r}", _nearest(name, step, steps, depth)
                )
            below = max(below, depth[name])
        depth[step.name] = below + 1
    return list(depth.values())


def repeatable(steps: Iterable[Step]) -> bool:
    """Return whether a second time leaves what the first did: reads and updates alone."""
    return all(step.method in ("GET", "PATCH") for step in steps)


def reads(steps: Iterable[Step]) -> bool:
    """Return whether they change nothing."""
    return all(step.method == "GET" for step in steps)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, part in value.items():
                yield str(name)
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)


_WHERE: Final = (
    "A path is relative to /services/data/vXX.X and addresses records, describes, queries or "
    "collections; send files and other composite calls separately."
)


def _nearest(name: str, step: Step, steps: Sequence[Step], before: Iterable[str]) -> str:
    if name == step.name:
        return "A step cannot refer to itself."
    if any(step.name == name for step in steps):
        return f"Put {name!r} before it: a step can use only earlier steps."
    close = suggest(name, before)
    return f"Did you mean {close!r}?" if close else "There is no such step before it."


def step_error(name: str, what: str, remedy: str) -> Rejected:
    """Return the error of one step; `what` follows its name."""
    return Rejected(
        f"The step {name!r} {what}.", code="INVALID_STEP", remedy=remedy, fields=(f"steps.{name}",)
    )
