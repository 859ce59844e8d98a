"""A file with the state of one run of the command line, from which a later one resumes.

It is written whenever the run reports progress, in one step, and removed at the run's end: a
process that is killed leaves the last state behind.
"""

import hashlib
import json
from pathlib import Path

from connector_host.errors import BadInput
from connector_host.file_replacement import replacing
from connector_host.hookspecs import JsonObject


class StateFile:
    """The state of a run, and which run that is."""

    def __init__(self, path: Path, connection: str, action: str, inputs: JsonObject) -> None:
        """Take the file of a run; nothing is read or written yet."""
        self._path = path
        content = json.dumps(inputs, sort_keys=True).encode()
        # The inputs' digest: records and names of an org are not to lie about in plain.
        self._run = {
            "connection": connection,
            "action": action,
            "inputs": hashlib.sha256(content).hexdigest(),
        }

    def load(self) -> JsonObject | None:
        """Return the state that an interrupted run left; None when there is none.

        Raises:
            BadInput: The file cannot be read, or is of a run of something else.
        """
        try:
            saved = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise BadInput(f"{self._path} cannot be read as the state of a run: {exc}.") from exc
        match saved:
            case {"run": run, "state": dict(state)} if run == self._run:
                return state
        raise BadInput(
            f"{self._path} is the state of another run.",
            "Name another file, or repeat that run's connection, action and inputs.",
        )

    def save(self, state: JsonObject) -> None:
        """Write the state in place of the one before.

        Raises:
            BadInput: The file cannot be written.
        """
        with replacing(self._path) as file:
            file.write(json.dumps({"run": self._run, "state": state}).encode())

    def remove(self) -> None:
        """Remove the file: the run has ended."""
        self._path.unlink(missing_ok=True)
