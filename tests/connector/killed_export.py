"""A process that exports a bulk query and kills itself by SIGKILL once some pages were reported.

It prints each state on a line of its own, as a host would save it.
"""

import json
import os
import signal
import sys
from typing import Any

from connector.results_org import Engine, ResultsOrg

SIZES = [4_000, 3_000, 2_500, 1_500, 10, 2_000]


def export(inputs: dict[str, Any], kill_after: int, encoding: str) -> None:
    """Run `bulk_query`, and die after the progress of a page, whatever is under way then."""
    reports = 0

    def on_progress(progress: Any) -> None:
        nonlocal reports
        sys.stdout.write(json.dumps(progress["state"]) + "\n")
        sys.stdout.flush()
        reports += "locator" in progress["state"]
        if reports == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = Engine(ResultsOrg(SIZES, encoding=encoding), "threads")
    engine.run({"progress": on_progress}, **inputs)


if __name__ == "__main__":
    export(json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
