"""The result of a task: the output if it is small, or else the path and size of a file with it.

XCom goes through Airflow's database twice: 100,000 records took 4.5 s to write and 9 s to read.
"""

import json
from typing import Any, Final

from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject

MAX_XCOM_BYTES: Final = 1_000_000


def fit_for_xcom(output: Json, path: str | None, limit: int = MAX_XCOM_BYTES) -> Json:
    """Return the value for XCom.

    Args:
        path: Where to write the output as JSON: a local path or an object storage URL, such as
            `s3://conn@bucket/key`; None to return it in XCom.
        limit: The maximum size in XCom, in bytes of JSON.

    Raises:
        BadInput: The output is larger than the limit, and there is no path.
    """
    text = json.dumps(output, ensure_ascii=False)
    size = len(text.encode())
    if path is not None:
        _write(path, text)
        return {"path": path, "bytes": size, **_counts(output)}
    if size > limit:
        raise BadInput(
            f"The result has {size:,} bytes; XCom may have at most {limit:,}.",
            "Set output_path to write it to a file or object storage, or request less data.",
        )
    return output


def _write(path: str, text: str) -> None:
    from airflow.sdk import ObjectStoragePath

    target = ObjectStoragePath(path)
    with target.open("wb") as file:
        file.write(text.encode())


def _counts(output: Any) -> JsonObject:
    """Return the lengths of the output's lists, so that the next task need not read the file."""
    if not isinstance(output, dict):
        return {}
    return {name: len(value) for name, value in output.items() if isinstance(value, list)}
