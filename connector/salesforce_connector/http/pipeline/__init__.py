"""Decides the fate of each call: policy, API version, cache, retries, token. It sends nothing.

`Pipeline.run` is a generator that yields what its driver has to do: `Send`, `Sleep` or `Refresh`;
for a flow that streams or runs others beside it, also `Deliver`, `Spawn`, `AwaitFirst` and `Work`.
The drivers (`http.client` for threads, `http.async_client` for event loops) do those and nothing
else, so that all decisions are here once, and are tested without HTTP.

One module for each stage, in the order in which a call passes them. Each has a method `send`, which
returns the steps of this stage and all that follow:

| module | stage |
|---|---|
| `pipeline` | sends the steps of a flow through the stages, and responses or errors back |
| `policy_check` | what the connection may do, and whether the fields exist |
| `version_choice` | another API version, where the org does not serve the one in use |
| `cached_responses` | responses that need not be sent for |
| `retries` | again, what certainly had no effect |
| `authorization` | with a token, and with a new one once the old has expired; what is an error |

`steps` defines what they yield; `lookup` runs the flows by which a stage finds something out.
"""

from salesforce_connector.http.pipeline.pipeline import Pipeline
from salesforce_connector.http.pipeline.steps import (
    START,
    Attempt,
    PipelineStep,
    Refresh,
    Send,
    Sleep,
    Spawn,
    Steps,
)

__all__ = [
    "START",
    "Attempt",
    "Pipeline",
    "PipelineStep",
    "Refresh",
    "Send",
    "Sleep",
    "Spawn",
    "Steps",
]
