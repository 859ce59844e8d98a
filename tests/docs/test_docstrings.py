"""Docstrings name parameters, errors and modules that exist."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = [
    "actions",
    "benchmarks",
    "conformance",
    "connector",
    "demo",
    "emulator",
    "host",
    "schemas",
    "tests",
    "tools",
]
MODULES = [
    str(path.relative_to(ROOT))
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
]
SECTION = r"^{}:\n((?:[ ]{{4,}}.*\n?|\n)+)"
ARGUMENT = re.compile(r"^    ((?:\*{0,2}\w+)(?:, \*{0,2}\w+)*)(?: \(.*\))?:", re.MULTILINE)
ERROR = re.compile(r"^    ([\w.]+(?:, [\w.]+)*):", re.MULTILINE)
CLASS = re.compile(r"^ *class (\w+)", re.MULTILINE)
MODULE = re.compile(r"`([\w/]+\.py)`")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def imported_names(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def docstrings(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function):
            text = ast.get_docstring(node)
            if text:
                yield node, text


def section(text: str, title: str) -> str:
    match = re.search(SECTION.format(title), text, re.MULTILINE)
    return match[1] if match else ""


def listed(entries: str, pattern: re.Pattern[str]) -> list[str]:
    return [name for names in pattern.findall(entries) for name in names.split(", ")]


def parameters(function: Function) -> set[str]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {each.arg for each in (*every, arguments.vararg, arguments.kwarg) if each}


def wrong_arguments(function: Function, text: str) -> Iterator[str]:
    for name in listed(section(text, "Args"), ARGUMENT):
        if name.lstrip("*") not in parameters(function):
            yield f"no parameter {name}"


def wrong_errors(text: str, classes: set[str]) -> Iterator[str]:
    for name in listed(section(text, "Raises"), ERROR):
        # An error of a library is written with the module that is imported: typer.Exit.
        if name.split(".")[0] not in classes:
            yield f"no error {name}"


def wrong_modules(module: str, source: str) -> Iterator[str]:
    """Yield modules that are named and neither beside this one or above it, nor a whole path."""
    above = [str(parent) for parent in Path(module).parents]
    for name in MODULE.findall(source):
        near = any(f"{parent}/{name}".removeprefix("./") in MODULES for parent in above)
        far = "/" in name and any(other.endswith(f"/{name}") for other in MODULES)
        if not near and not far:
            yield f"no module {name}"


def wrong_sections(source: str, defined: set[str]) -> Iterator[str]:
    """Yield parameters and errors that docstrings name and that are not there."""
    if "Args:" not in source and "Raises:" not in source:
        return
    tree = ast.parse(source)
    classes = defined | set(dir(builtins)) | imported_names(tree)
    for node, text in docstrings(tree):
        yield from wrong_errors(text, classes)
        if isinstance(node, Function):
            yield from wrong_arguments(node, text)


def test_docstrings_name_what_exists() -> None:
    """One test for all folders: an error may be defined in another."""
    sources = {module: (ROOT / module).read_text() for module in MODULES}
    defined = {name for source in sources.values() for name in CLASS.findall(source)}
    wrong = [
        f"{module}: {fault}"
        for module, source in sources.items()
        for fault in (*wrong_modules(module, source), *wrong_sections(source, defined))
    ]
    assert not wrong
