"""Commands of other packages: loaded, run with the host, and harmless when broken."""

import json

from host.command_line import CommandLine
from host.connector_site import Site

GROUP = """
    import typer
    org = typer.Typer(help="A group of another package.")
    @org.command()
    def serve(ctx: typer.Context, port: int = 1) -> None:
        "Serve."
        print(f"{type(ctx.obj).__name__} {sorted(ctx.obj.registry.names)[0]} {port}")
    @org.command()
    def stop() -> None:
        "Stop."
    def demo(ctx: typer.Context, loud: bool = False) -> None:
        "Show it all."
        ctx.obj.note("started")
        ctx.obj.data({"loud": loud, "connections": len(ctx.obj.store.list())})
    class Weary(Exception):
        kind = "retryable"
    def fail() -> None:
        raise Weary("Not today.")
    nothing = 5
    """


def install(site: Site, **commands: str) -> None:
    site.module("external_module", GROUP)
    entries = {name: f"external_module:{value}" for name, value in commands.items()}
    site.install("external-dist", {"connector_host.commands": entries})


def test_a_group_and_a_function_are_commands_and_get_the_host(
    command: CommandLine, site: Site
) -> None:
    install(site, town="org", parade="demo")

    assert command("town", "serve", "--port", 7).out == "Host echo 7\n"
    ended = command("parade", "--loud")
    assert (json.loads(ended.out), ended.err) == ({"loud": True, "connections": 0}, "started\n")
    assert "A group of another package." in command("--help").out
    assert "Show it all." in command("--help").out


def test_errors_of_external_commands_have_exit_codes(command: CommandLine, site: Site) -> None:
    install(site, weary="fail")

    ended = command("weary")

    assert (ended.code, ended.err) == (7, "error: Not today.\n")


def test_broken_command_is_reported_and_others_work(command: CommandLine, site: Site) -> None:
    install(site, good="demo", absent="absent", odd="nothing")

    ended = command("absent")

    assert ended.code == 8
    assert "The command 'absent' cannot be used" in ended.err
    assert "neither a typer.Typer nor a function" in command("odd").err
    assert command("good").code == 0
    assert command("--help").code == 0
    assert "absent: external_module:absent cannot be imported" in command("plugins").out


def test_two_commands_of_one_name_are_both_broken(command: CommandLine, site: Site) -> None:
    install(site, parade="demo")
    site.install("second-dist", {"connector_host.commands": {"parade": "external_module:demo"}})

    ended = command("parade")

    assert ended.code == 8
    assert "external-dist" in ended.err
    assert "second-dist" in ended.err


def test_commands_are_loaded_on_use(command: CommandLine, site: Site) -> None:
    """A slow package of someone else's does not slow the other commands down."""
    site.module("slow_module", "raise SystemExit('loaded')")
    site.install("slow-dist", {"connector_host.commands": {"slow": "slow_module:x"}})

    assert command("connections", "list").code == 0
    assert "SystemExit: loaded" in command("slow").err


def test_external_command_cannot_replace_a_host_command(command: CommandLine, site: Site) -> None:
    install(site, plugins="demo")

    assert "echo-connector" in command("plugins").out
