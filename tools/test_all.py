"""Runs the whole suite on every supported Python that this machine has, each with its own packages.

    python tools/test_all.py              all of SUPPORTED
    python tools/test_all.py 3.12 3.13    these

It looks on PATH and among pyenv's versions, installs the pinned packages, and says at the end which
Pythons were tested and which are not on this machine. Exit code 1 when a suite failed, 77 when no
Python was tested.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

NOTHING_TESTED = 77  # what automake and meson take for "skipped"
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
ROOT = Path(__file__).resolve().parent.parent


def find_python(version: str) -> str | None:
    """Return the path of an interpreter of that version that starts, None where there is none."""
    for candidate in _candidates(version):
        reported = subprocess.run(
            [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
        if reported.stdout.strip() == version:
            return candidate
    return None


def _candidates(version: str) -> Iterator[str]:
    on_path = which(f"python{version}")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for folder in sorted(pyenv.glob(f"{version}.*"), reverse=True):
        yield str(folder / "bin" / "python")


def run_suite(version: str, python: str) -> bool:
    """Run the tests with that interpreter in an environment of its own; return success."""
    print(f"Python {version}: {python}", flush=True)
    command = ["make", "-s", "test", f"PYTHON={python}", f"VENV=.venv-{version}"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main(versions: list[str]) -> int:
    """Test each version; print a line for each; give the process's exit code."""
    outcomes: dict[str, str] = {}
    for version in versions or SUPPORTED:
        python = find_python(version)
        if python is None:
            outcomes[version] = "not on this machine"
        else:
            outcomes[version] = "passed" if run_suite(version, python) else "FAILED"
    for version, outcome in outcomes.items():
        print(f"Python {version}: {outcome}")
    if all(outcome == "not on this machine" for outcome in outcomes.values()):
        return NOTHING_TESTED
    return int("FAILED" in outcomes.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
