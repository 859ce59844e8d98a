"""The program with only the base dependencies: the manifest, and what to install for the rest."""

import json

import pytest
from host.connector_site import Site

from connector_host.base_install import print_manifest
from connector_host.own_distribution import own_distribution


@pytest.fixture(autouse=True)
def _tiny(site: Site) -> None:
    site.install_tiny_connector()


def test_prints_a_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_manifest(["manifest", "echo"], ["typer"]) == 0

    assert json.loads(capsys.readouterr().out)["name"] == "echo"


@pytest.mark.parametrize("words", [[], ["--help"], ["run", "a", "b"], ["manifest", "a", "b"]])
def test_other_commands_name_the_package_to_install(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_manifest(words, ["typer", "rich"]) == 10

    message = capsys.readouterr()
    assert message.out == ""
    assert message.err.startswith("error: Only `manifest [CONNECTOR]` works without typer, rich.")
    assert f"pip install '{own_distribution().distribution}[cli]'" in message.err


def test_an_unknown_connector_has_its_number_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_manifest(["manifest", "ecko"], ["typer"]) == 3

    assert "Did you mean 'echo'?" in capsys.readouterr().err
