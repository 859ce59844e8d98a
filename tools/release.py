"""Builds what is published, twice, and checks it as a marketplace would; publishes nothing.

    make release      into dist/: sdists and wheels of both distributions, an SBOM, the listing

Each step prints a line; the first that fails ends it with exit code 1.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

from tools import listing, schema_compatibility
from tools.test_all import SUPPORTED, find_python

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PROJECTS = (ROOT, ROOT / "emulator")
PACKAGES = {
    "salesforce_connector": (
        "salesforce_schemas",
        "salesforce_connector",
        "salesforce_actions",
        "connector_host",
    ),
    "salesforce_local_org": ("salesforce_emulator",),
}
UNWANTED = ("__pycache__", ".pyc", "/tests/", "node_modules", ".env", ".sqlite3", ".map")
PAGE = "connector_host/studio/static/index.html"


class ReleaseError(Exception):
    """What must be mended before anything is published."""


def build(folder: Path) -> dict[str, str]:
    """Build sdists and wheels; give each file's digest by its name."""
    commit_time = _run("git", "log", "-1", "--format=%ct", folder=ROOT).strip()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": commit_time}
    for project in PROJECTS:
        _run(
            sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(project),
            folder=ROOT,
            environment=environment,
        )  # fmt: skip
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def check_contents(folder: Path) -> None:
    """Check metadata, licence, typing marker and files of each wheel and sdist.

    Raises:
        ReleaseError: Names the file and what is wrong with it.
    """
    _run(sys.executable, "-m", "twine", "check", "--strict", *map(str, folder.iterdir()))
    for wheel in folder.glob("*.whl"):
        names = zipfile.ZipFile(wheel).namelist()
        distribution = wheel.name.split("-")[0]
        for package in PACKAGES[distribution]:
            if f"{package}/py.typed" not in names and package != "salesforce_schemas":
                raise ReleaseError(f"{wheel.name}: {package} has no py.typed")
        if not any(name.endswith("licenses/LICENSE") for name in names):
            raise ReleaseError(f"{wheel.name} has no licence")
        if distribution == "salesforce_connector" and PAGE not in names:
            raise ReleaseError(f"{wheel.name} has no studio page: make studio-page")
        _check_names(wheel.name, names)
        metadata = _metadata(wheel)
        if metadata["License-Expression"] != "Apache-2.0":
            raise ReleaseError(f"{wheel.name} names another licence")
    for sdist in folder.glob("*.tar.gz"):
        with tarfile.open(sdist) as archive:
            _check_names(sdist.name, archive.getnames())


def _check_names(file: str, names: list[str]) -> None:
    for name in names:
        if any(part in f"/{name}" for part in UNWANTED) or name.startswith("/"):
            raise ReleaseError(f"{file} holds {name}")


def _metadata(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(
            member for member in archive.namelist() if member.endswith(".dist-info/METADATA")
        )
        return dict(Parser().parsestr(archive.read(name).decode()).items())


def install_everywhere(folder: Path) -> Iterator[str]:
    """Install the wheels on each Python of this machine, and run the demo there."""
    wheels = [str(path) for path in folder.glob("*.whl")]
    connector = next(wheel for wheel in wheels if "salesforce_connector" in wheel)
    others = [wheel for wheel in wheels if wheel != connector]
    for version in SUPPORTED:
        python = find_python(version)
        if python is None:
            yield f"Python {version}: not on this machine"
            continue
        with tempfile.TemporaryDirectory() as directory:
            _run(python, "-m", "venv", directory)
            binary = Path(directory) / "bin"
            pip = (str(binary / "python"), "-m", "pip", "install", "--quiet")
            _run(*pip, f"{connector}[cli]", *others)
            program = str(binary / "salesforce-connector")
            manifest = json.loads(_run(program, "manifest", "salesforce", folder=Path(directory)))
            demo = _run(program, "demo", folder=Path(directory))
            if "demo: ok" not in demo:
                raise ReleaseError(f"Python {version}: the demo failed\n{demo}")
            yield f"Python {version}: {len(manifest['actions'])} actions, demo: ok"


def write_sbom(folder: Path) -> None:
    """Write sbom.json: CycloneDX, of the connector with its command line and the local org."""
    wheels = [str(path) for path in folder.glob("*.whl")]
    with tempfile.TemporaryDirectory() as directory:
        _run(sys.executable, "-m", "venv", directory)
        python = str(Path(directory) / "bin" / "python")
        connector = next(wheel for wheel in wheels if "salesforce_connector" in wheel)
        others = [wheel for wheel in wheels if wheel != connector]
        _run(python, "-m", "pip", "install", "--quiet", f"{connector}[cli]", *others)
        sbom = folder / "sbom.json"
        _run(
            sys.executable, "-m", "cyclonedx_py", "environment", python, "--output-reproducible",
            "--output-format", "JSON", "--output-file", str(sbom),
        )  # fmt: skip


def _run(*words: str, folder: Path = ROOT, environment: dict[str, str] | None = None) -> str:
    ended = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise ReleaseError(f"{' '.join(words[:6])} failed\n{ended.stdout}\n{ended.stderr}")
    return ended.stdout


def main() -> int:
    """Run all steps; give the exit code."""
    try:
        _release()
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    print(f"release: ready in {DIST}")
    return 0


def _release() -> None:
    if schema_compatibility.main([]):
        raise ReleaseError("the schemas break hosts of the last release")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    digests = build(DIST)
    with tempfile.TemporaryDirectory() as second:
        if build(Path(second)) != digests:
            raise ReleaseError("a second build gave other files")
    for name in digests:
        print(f"{DIST.joinpath(name).stat().st_size:>10,} {name}, the same when built again")
    check_contents(DIST)
    print("metadata, licences, typing markers and contents: ok")
    for line in install_everywhere(DIST):
        print(line)
    write_sbom(DIST)
    manifest = json.loads(schema_compatibility.MANIFEST.read_text(encoding="utf-8"))
    listing.write(manifest, DIST)
    print("wrote sbom.json, listing.json and listing.md")


if __name__ == "__main__":
    sys.exit(main())
