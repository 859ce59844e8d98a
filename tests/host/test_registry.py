"""What becomes of connectors that are broken, each in its way, and of those beside them."""

import pytest
from host.connector_site import Site

from connector_host.errors import PluginBroken, UnknownName
from connector_host.registry import Registry

HEAD = """
    import pluggy
    hookimpl = pluggy.HookimplMarker("workflow_connectors")
    MANIFEST = {"manifest_version": 1, "name": "other", "title": "Other", "version": "1",
                "description": "", "auth_methods": [], "actions": [], "triggers": []}
    MANIFEST["description"] = "Another."
    """
PLAIN = (
    HEAD
    + """
    contract_version = 1
    @hookimpl
    def connector_manifest():
        return MANIFEST
    @hookimpl
    def run_action(connector): return None
    """
)

FAULTS = {
    "does not import": (
        "import nothing_of_this_name",
        "ModuleNotFoundError: No module named 'nothing_of_this_name'",
    ),
    "raises at import": ("1 / 0", "ZeroDivisionError: division by zero"),
    "exits at import": ("import sys; sys.exit('bye')", "SystemExit: bye"),
    "says no contract": (PLAIN.replace("contract_version = 1", ""), "contract_version = 1"),
    "says True for a contract": (
        PLAIN.replace("contract_version = 1", "contract_version = True"),
        "does not declare which contract",
    ),
    "is for a newer contract": (
        PLAIN.replace("contract_version = 1", "contract_version = 2"),
        "contract version 2; this host implements 1. Upgrade the host.",
    ),
    "is for an older contract": (
        PLAIN.replace("contract_version = 1", "contract_version = 0"),
        "Upgrade the connector.",
    ),
    "misspells a hook": (
        PLAIN + "\n    @hookimpl\n    def run_acton(connector): pass",
        "run_acton",
    ),
    "takes an argument that no hook gives": (
        PLAIN + "\n    @hookimpl\n    def run_action(connector, colour): pass",
        "colour",
    ),
    "has no manifest": (
        PLAIN.replace("@hookimpl", "", 1),
        "It has no hook connector_manifest.",
    ),
    "raises in its manifest": (
        PLAIN.replace("return MANIFEST", "raise KeyError('name')"),
        "connector_manifest raised KeyError: 'name'",
    ),
    "gives no manifest": (
        PLAIN.replace("return MANIFEST", "return None"),
        "$: None is not of type 'object'",
    ),
    "gives an invalid manifest": (
        PLAIN.replace("return MANIFEST", "return MANIFEST | {'actions': [{'name': 'x'}]}"),
        "$.actions[0]: 'title' is a required property",
    ),
    "has one action twice": (
        PLAIN.replace(
            "return MANIFEST",
            "return MANIFEST | {'actions': 2 * [{'name': 'x', 'title': 'X', 'description': '',"
            " 'input': {'type': 'object'}, 'output': {}}]}",
        ),
        "$.actions: 'x' is used twice",
    ),
    "names itself otherwise": (
        PLAIN.replace("return MANIFEST", "return MANIFEST | {'name': 'someone'}"),
        "names it 'someone', its entry point 'other'",
    ),
}


@pytest.mark.parametrize(("source", "cause"), FAULTS.values(), ids=FAULTS.keys())
def test_reports_a_broken_connector_and_leaves_the_others_working(
    site: Site, source: str, cause: str
) -> None:
    """The one that is broken is named with its distribution and its cause, on one line."""
    site.install_tiny_connector()
    site.module("other_module", source)
    site.install("other-dist", {"workflow_connectors": {"other": "other_module"}}, "4.5")

    registry = site.load()

    echo, other = registry.plugins
    assert (other.name, other.distribution, other.version) == ("other", "other-dist", "4.5")
    assert other.status == "broken"
    assert cause in other.cause
    assert "\n" not in other.cause
    assert (echo.name, echo.status, echo.cause) == ("echo", "ok", "")
    assert registry.names == ["echo"]
    assert registry.manifest("echo")["title"] == "Echo"
    # None of its hooks is left registered.
    assert registry.hook.run_action.get_hookimpls()[0].plugin_name == "echo"
    assert len(registry.hook.run_action.get_hookimpls()) == 1
    with pytest.raises(PluginBroken, match=r"other-dist 4\.5 cannot be used"):
        registry.manifest("other")


def test_the_plain_connector_of_these_tests_works(site: Site) -> None:
    """Or each fault above could be another than the one that it is there for."""
    site.module("other_module", PLAIN)
    site.install("other-dist", {"workflow_connectors": {"other": "other_module"}})

    assert site.load().names == ["other"]


def test_two_connectors_of_one_name_are_both_broken(site: Site) -> None:
    """Which of them a workflow would get would be chance."""
    site.module("other_module", PLAIN)
    site.install("first-dist", {"workflow_connectors": {"other": "other_module"}}, "1.0")
    site.install("second-dist", {"workflow_connectors": {"other": "other_module"}}, "2.0")

    registry = site.load()

    assert registry.names == []
    assert [plugin.distribution for plugin in registry.plugins] == ["first-dist", "second-dist"]
    for plugin in registry.plugins:
        assert plugin.status == "broken"
        assert "first-dist" in plugin.cause
        assert "second-dist" in plugin.cause


def test_names_the_nearest_connector(registry: Registry) -> None:
    with pytest.raises(UnknownName, match=r"There is no connector 'ecko'\. Did you mean 'echo'\?"):
        registry.manifest("ecko")


def test_call_reaches_one_connector_only(site: Site) -> None:
    """A connector that raises for what is not its own harms no other."""
    site.install_tiny_connector()
    greedy = PLAIN + "\n    @hookimpl\n    def test_connection(connector): raise MemoryError"
    site.module("other_module", greedy)
    site.install("other-dist", {"workflow_connectors": {"other": "other_module"}})
    registry = site.load()

    class Room:
        settings = {"room": "open"}  # noqa: RUF012

    with pytest.raises(MemoryError):
        registry.hook.test_connection(connector="echo", connection=Room())
    assert registry.call("echo", "test_connection", connection=Room())["ok"] is True


def test_missing_hook_is_the_connectors_fault(site: Site) -> None:
    site.module("other_module", PLAIN)
    site.install("other-dist", {"workflow_connectors": {"other": "other_module"}})

    with pytest.raises(
        PluginBroken, match="'other' does not implement the hook 'close_connection'"
    ):
        site.load().call("other", "close_connection", connection=None, revoke=False)


def test_a_contract_may_grow_arguments(registry: Registry) -> None:
    """The tiny connector takes fewer arguments than the contract gives; pluggy leaves them out."""
    begun = registry.call(
        "echo",
        "begin_authorization",
        method="browser",
        settings={"room": "open"},
        redirect_uri="http://127.0.0.1/callback",
    )

    assert begun["pending"] == {"state": "right"}


def test_registry_loads_installed_connectors(site: Site) -> None:
    """Without a list of entry points it reads the environment's."""
    site.install_tiny_connector()

    assert "echo" in Registry.load().names


def test_a_summary_is_the_manifest_without_details(registry: Registry) -> None:
    """The tiny connector has neither hook: the host shortens its manifest."""
    summary = registry.summary("echo")

    assert summary["title"] == registry.manifest("echo")["title"]
    assert summary["actions"][0] == {"name": "say", "title": "Say", "category": "Talk"}
    assert {*summary["triggers"][0]} == {"name", "title"}
    assert registry.describe("echo", "say") == registry.manifest("echo")["actions"][0]
    assert registry.describe("echo", "said")["input"]["required"] == ["sentence"]
    with pytest.raises(UnknownName, match="say"):
        registry.describe("echo", "sya")


def test_a_connectors_own_summary_is_used(site: Site) -> None:
    site.module(
        "other_module",
        PLAIN
        + """
    @hookimpl
    def connector_summary(connector):
        return {"title": "From the hook"} if connector == "other" else None
    @hookimpl
    def describe_action(connector, action):
        return {"name": action} if action == "known" else None
    """,
    )
    site.install("other-dist", {"workflow_connectors": {"other": "other_module"}})
    registry = site.load()

    assert registry.summary("other") == {"title": "From the hook"}
    assert registry.describe("other", "known") == {"name": "known"}
    with pytest.raises(UnknownName):
        registry.describe("other", "unknown")
