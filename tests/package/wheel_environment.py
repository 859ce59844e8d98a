"""An environment with wheels in it, as a user's: built, installed and uninstalled for real.

What a distribution depends on is linked from the environment that runs the tests, so that nothing
is downloaded for it, and nothing else is there.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Collection
from functools import cached_property
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from subprocess import PIPE

from packaging.requirements import Requirement

BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


class WheelEnvironment:
    """A virtual environment of its own, and a folder of wheels."""

    def __init__(self, folder: Path) -> None:
        # Making a virtual environment with pip takes seconds; uv needs none, and is there.
        beside = str(Path(sys.executable).parent)
        self._uv = shutil.which("uv", path=os.pathsep.join((beside, os.environ.get("PATH", ""))))
        self._wheels = folder / "wheels"
        self._wheels.mkdir()
        self._folder = folder
        # PYTHONPATH and a person's settings would show packages that are not in the environment.
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "CONNECTOR_HOST"))
        }

    @cached_property
    def root(self) -> Path:
        """The virtual environment; made when it is first needed, which a build may not do."""
        root = self._folder / "venv"
        venv.create(root, with_pip=self._uv is None, symlinks=True)
        return root

    @property
    def site(self) -> Path:
        """Where packages are installed."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.root / "lib" / version / "site-packages"

    def build(self, project: Path) -> Path:
        """Build a project's wheel with what there is: the build backend, uv, or pip."""
        before = set(self._wheels.iterdir())
        if find_spec("hatchling"):
            self._check(sys.executable, "-c", BUILD, self._wheels, folder=project)
        elif self._uv:
            self._check(self._uv, "build", "--quiet", "--wheel", "-o", self._wheels, project)
        else:
            self._pip("wheel", "--quiet", "--no-deps", "--wheel-dir", self._wheels, project)
        (created,) = set(self._wheels.glob("*.whl")) - before
        return created

    def install(self, *wheels: Path) -> None:
        self._pip("install", "--quiet", "--no-index", "--no-deps", *wheels)

    def uninstall(self, name: str) -> None:
        self._pip("uninstall", "--quiet", *([] if self._uv else ["--yes"]), name)

    def link(self, name: str) -> None:
        """Link a distribution, and what it requires."""
        self._link(name)
        self.link_dependencies(name)

    def link_dependencies(self, name: str, *extras: str, without: Collection[str] = ()) -> None:
        """Link what a distribution requires with these extras, and what that requires in turn.

        Args:
            without: Distributions that are not linked, because their wheels are installed.
        """
        todo = [(name, frozenset(extras))]
        done: set[tuple[str, frozenset[str]]] = set()
        while todo:
            name, selected = todo.pop()
            if (name, selected) in done:
                continue
            done.add((name, selected))
            for requirement in map(Requirement, distribution(name).requires or []):
                marker = requirement.marker
                if marker is None or any(marker.evaluate({"extra": x}) for x in (*selected, "")):
                    todo.append((requirement.name, frozenset(requirement.extras)))
                    if requirement.name not in without:
                        self._link(requirement.name)

    def start(self, *words: object) -> "subprocess.Popen[str]":
        """Start a program of the environment, its output in pipes."""
        program, *rest = map(str, words)
        path = self.root / "bin" / program
        return subprocess.Popen(
            [path, *rest], env=self._environment, stdout=PIPE, stderr=PIPE, text=True
        )

    def run(self, *words: object) -> "subprocess.CompletedProcess[str]":
        """Run a program of the environment."""
        program, *rest = map(str, words)
        path = self.root / "bin" / program
        return subprocess.run(
            [path, *rest], env=self._environment, capture_output=True, text=True, check=False
        )

    def _link(self, name: str) -> None:
        result = distribution(name)
        tops = {file.parts[0] for file in result.files or [] if file.parts[0] != ".."}
        for top in tops - {"__pycache__"}:
            target = self.site / top
            if not target.exists():
                target.symlink_to(Path(str(result.locate_file(top))))

    def _pip(self, command: str, *words: object) -> None:
        python = self.root / "bin" / "python"
        if self._uv:
            self._check(self._uv, "pip", command, "--python", python, *words)
        else:
            self._check(python, "-m", "pip", command, *words)

    def _check(self, *words: object, folder: Path | None = None) -> None:
        ended = subprocess.run(
            [*map(str, words)],
            cwd=folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
