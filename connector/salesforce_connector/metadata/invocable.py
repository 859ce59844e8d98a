"""Actions of the org's that run for one or many inputs: flows, Apex, email, Chatter.

A run answers with a result for each input, by 200 when all went well and by 400 when one did not:
the status says nothing about the others.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro_invoking.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.errors.results import from_result
from salesforce_connector.errors.table import from_response
from salesforce_connector.flow import Call, Flow
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: outputs, or the error."""

    outputs: Mapping[str, Any]
    error: ConnectorError | None = None


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")

    success: bool = Field(alias="isSuccess")
    outputs: dict[str, Any] | None = Field(default=None, alias="outputValues")
    errors: list[dict[str, Any]] | None = None


def kind_path(kind: str) -> str:
    """Return the path that actions of a kind are under: standard, or one of the custom kinds."""
    return "/actions/standard" if kind == "standard" else f"/actions/custom/{records.segment(kind)}"


def run(path: str, inputs: Sequence[Mapping[str, Any]]) -> Flow[list[Outcome]]:
    """Run an action, such as `/actions/custom/flow/Ship`, for each input, in one call.

    Raises:
        ConnectorError: The call itself was refused; nothing has run.
    """
    answer = yield Call("POST", path, json={"inputs": list(inputs)}, expect=(400,))
    body = records.decode(answer)
    if not isinstance(body, list) or not all(isinstance(item, dict) for item in body):
        raise _bad_reply(answer)
    if not all("isSuccess" in item for item in body):
        raise from_response(answer, safe=False) if not answer.is_success else _bad_reply(answer)
    if len(body) != len(inputs):
        raise _bad_reply(answer)
    return [_outcome(read_reply(_Result, item, "the action")) for item in body]


def run_one(path: str, inputs: Mapping[str, Any]) -> Flow[Mapping[str, Any]]:
    """Run an action for one input and return its outputs.

    Raises:
        ConnectorError: It failed.
    """
    (ran,) = yield from run(path, [inputs])
    if ran.error is not None:
        raise ran.error
    return ran.outputs


def _outcome(result: _Result) -> Outcome:
    if result.success:
        return Outcome(result.outputs or {})
    return Outcome(result.outputs or {}, from_result(result.errors))


def _bad_reply(answer: Response) -> BadReply:
    return BadReply(
        "The answer is not a result for each input.",
        code="BAD_REPLY",
        status=answer.status_code,
        remedy="Report this, with the action and the API version.",
        sent=True,
    )
