"""`org serve --config`: an invalid file ends the command with a line and a key."""

from pathlib import Path

from typer.testing import CliRunner

from salesforce_emulator.commands import CONFIG_ERROR, org


def test_serve_with_a_bad_config_exits_with_the_error(tmp_path: Path) -> None:
    file = tmp_path / "org.toml"
    file.write_text("[settings]\nbulk_wiat = 1\n")

    result = CliRunner().invoke(org, ["serve", "--port", "0", "--config", str(file)])

    assert result.exit_code == CONFIG_ERROR
    assert f"error: {file}:2: settings.bulk_wiat" in result.stderr
    assert result.stdout == ""
