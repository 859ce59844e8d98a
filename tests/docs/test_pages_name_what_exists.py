"""Hand-written pages: links, paths, make targets, commands, options and modules in them exist."""

import itertools
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from inspect import getsource
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from click import Context

import connector_host
import salesforce_actions
import salesforce_connector
import salesforce_emulator
from connector_host.cli import build
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from connector_host.web import Services
from salesforce_emulator.commands import org

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WRITTEN_BY_TOOLS = ("docs/actions/", "docs/triggers/", "docs/setup/", "docs/proof-actions.md")
PAGES = [
    str(page.relative_to(ROOT))
    for page in sorted([*ROOT.glob("*.md"), ROOT / "emulator/README.md", *DOCS.rglob("*.md")])
    if not str(page.relative_to(ROOT)).startswith(WRITTEN_BY_TOOLS)
]
# A decision tells of the code as it was when it was taken, the changelog of what has changed.
CURRENT = [page for page in PAGES if not page.startswith(("docs/decisions/", "CHANGELOG"))]
PROGRAMS: dict[str, Callable[[], typer.Typer]] = {
    "salesforce-connector": build,
    "salesforce-local-org": lambda: org,
}
PATH = re.compile(r"[\w./-]+/[\w./-]*|[\w-]+\.(?:py|toml|json|md|txt|yaml)")
ROOTS: dict[str, Any] = {
    **{module.__name__: module for module in (connector_host, salesforce_connector)},
    **{module.__name__: module for module in (salesforce_actions, salesforce_emulator)},
    **{each.__name__: each for each in (Registry, Runner, ConnectionStore, Services)},
}
LOGGERS = {f"salesforce_connector.{name}" for name in ("calls", "retries", "refreshes")}
EXAMPLES = ("do_something", "parcels.py")  # files that a reader makes
BUILT = {"host/connector_host/studio/static"}

each_page = pytest.mark.parametrize("page", PAGES)
each_current_page = pytest.mark.parametrize("page", CURRENT)


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@cache
def tracked() -> tuple[str, ...]:
    """The repository's files and folders, folders with a slash at their end."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    folders = {f"{parent}/" for file in listed for parent in Path(file).parents if parent.name}
    return (*listed, *sorted(folders))


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@each_page
def test_links_lead_somewhere(page: str) -> None:
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in headings(target)):
            dead.append(link)

    assert dead == []


def code_spans(page: str) -> list[str]:
    outside_blocks = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", outside_blocks)


def paths_in(page: str) -> Iterator[str]:
    """Yield what is written as a path of the repository."""
    for span in code_spans(page):
        if PATH.fullmatch(span) and not span.startswith(("/", "-", "~", ".")):
            yield span


def exists(path: str) -> bool:
    """Whether a file or folder has this path, or one that ends with it."""
    forms = (path, f"{path}/")
    return any(f"/{known}".endswith(f"/{form}") for known in tracked() for form in forms)


@each_current_page
def test_paths_are_of_files_that_exist(page: str) -> None:
    first_segments = {known.split("/")[0] for known in tracked()} | {
        part for known in tracked() for part in known.split("/")[:-1]
    }
    missing = [
        path
        for path in paths_in(page)
        if (path.split("/")[0] in first_segments or path.endswith(".py"))
        and path not in BUILT
        and not any(example in path for example in EXAMPLES)
        and not exists(path)
    ]

    assert missing == [], page


@cache
def make_targets() -> tuple[set[str], list[re.Pattern[str]]]:
    names = re.findall(r"^([\w%./-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    patterns = [
        re.compile(re.escape(name).replace("%", r"[\w-]+")) for name in names if "%" in name
    ]
    return {name for name in names if "%" not in name}, patterns


@each_current_page
def test_make_targets_exist(page: str) -> None:
    names, patterns = make_targets()
    text = text_of(page)
    used = re.findall(r"(?:`|^)(?:[A-Z_]+=\S+ )*make\s+([\w-]+)(?![\w<-])", text, re.MULTILINE)
    used = [name for name in used if not name.endswith(("-NAME", "-"))]
    unknown = [
        name
        for name in used
        if name not in names and not any(pattern.fullmatch(name) for pattern in patterns)
    ]

    assert unknown == []
    engines = {name.removeprefix("test-engine-") for name in used if "test-engine-" in name}
    assert engines <= {path.name for path in (ROOT / "tests/engines").iterdir()}


@cache
def command_of(program: str) -> Any:
    return typer.main.get_command(PROGRAMS[program]())


def commands_in(page: str) -> Iterator[list[str]]:
    """Yield the words of each command line of ours; a line that goes on is one command."""
    blocks = re.findall(r"```(?:sh|console|bash)?\n(.*?)```", text_of(page), re.DOTALL)
    indented = re.findall(r"^    (salesforce-.*)$", text_of(page), re.MULTILINE)
    lines = [
        line.strip().removeprefix("$ ")
        for block in blocks
        for line in block.replace("\\\n", " ").splitlines()
    ]
    for line in [*lines, *code_spans(page), *indented]:
        program = line.split(" ")[0]
        if program in PROGRAMS:
            try:
                words = shlex.split(line, comments=True)
            except ValueError:  # a span that ends within a quotation
                words = line.split()
            yield [*itertools.takewhile(lambda word: word not in {"|", ">", "&&"}, words)]


def unknown_word(words: list[str]) -> str | None:
    """Follow a command line through its groups; return the first word that none of them knows."""
    command = command_of(words[0])
    options = {name for parameter in command.params for name in parameter.opts}
    rest = iter(words[1:])
    for word in rest:
        name = word.partition("=")[0]
        if word.startswith("--"):
            if name not in options | {"--help"}:
                return word
            parameter = next((part for part in command.params if name in part.opts), None)
            if parameter is not None and not parameter.is_flag and "=" not in word:
                next(rest, None)
        elif hasattr(command, "get_command"):
            if word in {"...", "COMMAND"}:
                return None
            # Commands of other distributions are looked up when they are named.
            command = command.get_command(Context(command), word)
            if command is None:
                return word
            options |= {
                name
                for parameter in command.params
                for name in (*parameter.opts, *parameter.secondary_opts)
            }
    return None


@each_current_page
def test_commands_and_options_exist(page: str) -> None:
    unknown = {
        " ".join(words): word for words in commands_in(page) if (word := unknown_word(words))
    }

    assert unknown == {}


@each_current_page
def test_modules_that_are_run_exist(page: str) -> None:
    modules = re.findall(r"python3? -m ([\w.]+)", text_of(page))

    assert [name for name in modules if find_spec(name) is None] == []


@each_current_page
def test_names_of_modules_classes_and_methods_exist(page: str) -> None:
    """As `connector_host.web` or `Runner.deliver(trigger, hand_on)`."""
    spans = [re.match(r"[A-Za-z_][\w.]*", span) for span in code_spans(page)]
    names = [match[0].rstrip(".") for match in spans if match and "." in match[0]]
    unknown = [name for name in names if name.split(".")[0] in ROOTS and not resolves(name)]

    assert unknown == []


def resolves(name: str) -> bool:
    """Whether a dotted name is a module, an attribute, a logger or a group of entry points."""
    first, *rest = name.split(".")
    owner: Any = ROOTS[first]
    for part in rest:
        if hasattr(owner, part):
            owner = getattr(owner, part)
        elif isinstance(owner, ModuleType) and is_module(f"{owner.__name__}.{part}"):
            owner = import_module(f"{owner.__name__}.{part}")
        elif isinstance(owner, type) and f"self.{part} =" in getsource(owner):
            return True
        else:
            return name in LOGGERS | entry_points().groups
    return True


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@each_current_page
def test_environment_variables_are_read(page: str) -> None:
    names = set(re.findall(r"\b(?:CONNECTOR_HOST|SALESFORCE)_[A-Z_]+\b", text_of(page)))
    unread = {name for name in names if not is_read(name)}

    assert unread == set()


@cache
def is_read(name: str) -> bool:
    """Whether code holds the name, or the beginning that it is made of."""
    prefixes = [name, *(name[: cut.end()] for cut in re.finditer("_", name))]
    return any(f'"{prefix}' in source() for prefix in prefixes[:1]) or any(
        f'"{prefix}"' in source() for prefix in prefixes[3:]
    )


@cache
def source() -> str:
    files = (
        name for name in tracked() if name.endswith(".py") and not name.startswith("tests/docs")
    )
    return "\n".join((ROOT / name).read_text("utf-8") for name in files)


def test_the_check_follows_groups_and_options() -> None:
    known = ["salesforce-connector", "connections", "share", "acme", "--user", "bob"]

    assert unknown_word(known) is None
    assert unknown_word([*known[:2], "lend", "acme"]) == "lend"
    assert unknown_word([*known, "--team", "sales"]) == "--team"
    assert not exists("connector/salesforce_connector/no_such_module.py")
    assert exists("connector/salesforce_connector/http/")
