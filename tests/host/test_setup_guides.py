"""What to set up at a service: guides of the manifest, with the address to come back to."""

import pytest
from host.command_line import CommandLine

from connector_host import manifest as manifests
from connector_host.errors import UnknownName

METHOD = {
    "setup_guide": "Register {{redirect_uri}}.",
    "setup_guides": [
        {"name": "old", "title": "Old", "markdown": "Once: {{redirect_uri}}, {{redirect_uri}}"}
    ],
}
BACK = "https://engine.example.com/callback"


def test_error_names_a_missing_guide() -> None:
    with pytest.raises(UnknownName, match="'old'"):
        manifests.guide(METHOD, "odl", BACK)
    with pytest.raises(UnknownName):
        manifests.guide({}, "old", BACK)


@pytest.mark.parametrize(
    ("method", "name", "text"),
    [
        (METHOD, None, f"Register {BACK}."),
        (METHOD, "old", f"Once: {BACK}, {BACK}"),
        ({}, None, ""),
    ],
)
def test_the_redirect_uri_is_filled_in_everywhere(
    method: dict[str, object], name: str | None, text: str
) -> None:
    assert manifests.guide(method, name, BACK) == text


def test_prints_a_guide(command: CommandLine) -> None:
    assert (
        command("guide", "browser", "--connector", "echo").out
        == "Register http://localhost:8910/callback.\n"
    )
    assert (
        command("guide", "browser", "--connector", "echo", "--redirect-uri", BACK).out
        == f"Register {BACK}.\n"
    )
    assert command("guide", "token", "--connector", "echo").out == "There is nothing to set up.\n"


def test_guide_of_an_unknown_method_is_an_error(command: CommandLine) -> None:
    ended = command("guide", "browsr", "--connector", "echo")

    assert ended.code == 3
    assert "'browser'" in ended.err
