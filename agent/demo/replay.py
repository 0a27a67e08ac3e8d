"""Recorded answers in the place of a model.

The answer is chosen by how many answers the conversation already holds, and each recorded answer names words
that the model had been shown when it gave it. When they are not there, the recording does not fit the run,
and the run says so instead of going on with answers to other questions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.model import Message, TransportError

RECORDING = Path(__file__).parent / "recording.json"


class ReplayTransport:
    """Answers from a recording; no network, no key."""

    def __init__(self, recording: Path = RECORDING) -> None:
        self._turns: list[dict[str, Any]] = json.loads(recording.read_text(encoding="utf-8"))["turns"]

    def send(self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the recorded answer to this point of the conversation.

        Raises:
            TransportError: the recording is at its end, or was made for another course of events.
        """
        number = sum(1 for message in messages if message["role"] == "assistant")
        if number >= len(self._turns):
            raise _misfit(f"it ends after {len(self._turns)} answers")
        turn = self._turns[number]
        shown = "\n".join(_since_last_answer(messages))
        missing = [words for words in turn["expects"] if words not in shown]
        if missing:
            raise _misfit(f"answer {number + 1} was given to {missing[0]!r}, which this run did not show")
        return {"message": turn["message"], "finish": "stop", "usage": turn["usage"], "cost_usd": None}


def _since_last_answer(messages: Sequence[Message]) -> list[str]:
    shown: list[str] = []
    for message in reversed(messages):
        if message["role"] == "assistant":
            break
        shown.append(str(message["content"]))
    return shown


def _misfit(why: str) -> TransportError:
    return TransportError(
        f"The recorded session does not fit this run: {why}. Run it live with `archwright demo --model ...`, or record "
        "it again as agent/demo/README.md says.",
        status=None,
        retryable=False,
    )


def convert(folder: Path, expects: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Turn a folder of numbered ``*.request.json`` / ``*.response.json`` exchanges into a recording.

    Args:
        folder: what the hand-answered endpoint left.
        expects: for each answer the words that must have been shown before it.
    """
    turns = []
    for number, path in enumerate(sorted(folder.glob("*.response.json"))):
        request = json.loads(path.with_name(path.name.replace(".response.", ".request.")).read_text(encoding="utf-8"))
        message = json.loads(path.read_text(encoding="utf-8"))
        prompt = len(json.dumps([request.get("messages"), request.get("tools")])) // 4
        turns.append(
            {
                "expects": list(expects[number]) if number < len(expects) else [],
                "message": message,
                "usage": {
                    "prompt_tokens": prompt,
                    "completion_tokens": max(1, len(json.dumps(message)) // 4),
                },
            }
        )
    return {"schema_version": 1, "turns": turns}
