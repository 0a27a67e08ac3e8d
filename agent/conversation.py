"""The conversation with the model: append-only, every message once in the journal, cut only when the window fills."""

from __future__ import annotations

import json
from collections.abc import Iterable

from agent.journal import Journal
from agent.model import Answer, Message, encodable

_KEEP_LAST = 6
"""Messages at the end that are never cut: what the model is working on."""


def estimate_tokens(value: object) -> int:
    """Return a rough token count of a JSON-able value (characters / 4)."""
    return len(json.dumps(value, ensure_ascii=False)) // 4


class Conversation:
    """What the model has been shown and has said."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.messages: list[Message] = []
        self._mended: dict[int, Message] = {}
        """Answers as they are sent back, by index, where they could not be sent as they came."""

    def __len__(self) -> int:
        return len(self.messages)

    def say(self, role: str, content: str) -> None:
        """Append a system or user message."""
        self._append({"role": role, "content": content})

    def hear(self, answer: Answer) -> None:
        """Append the model's answer; the journal already has it, durably, from the gateway."""
        if any(call.error or not call.arguments for call in answer.calls):
            self._mended[len(self.messages)] = _mended(answer)
        self.messages.append(answer.message)

    def result(self, call_id: str, content: str) -> None:
        """Append the result of one tool call."""
        self._append({"role": "tool", "tool_call_id": call_id, "content": content})

    def request(self, status: str = "") -> list[Message]:
        """Return the messages to send; ``status`` is shown at the end and not kept, so it never piles up."""
        messages = [self._mended.get(index, message) for index, message in enumerate(self.messages)]
        if status and messages:
            last = messages[-1]
            messages[-1] = {**last, "content": f"{last['content']}\n\n{status}"}
        return messages

    def cut(self, limit_tokens: int) -> int:
        """Shorten the oldest tool results until the conversation fits; returns how many were cut.

        Args:
            limit_tokens: what the conversation may take. Nothing happens below it; above it, it is cut to
                two thirds, so that the unchanged prefix stays unchanged for many turns.
        """
        size = estimate_tokens(self.messages)
        if size <= limit_tokens:
            return 0
        goal, number = limit_tokens * 2 // 3, 0
        for index in range(len(self.messages) - _KEEP_LAST):
            message = self.messages[index]
            content = message.get("content") or ""
            if message["role"] != "tool" or len(content) < 600:
                continue
            short = f"{content[:200]}\n[... cut; run it again if you need it ...]\n{content[-200:]}"
            size -= (len(content) - len(short)) // 4
            self.messages[index] = {**message, "content": short}
            number += 1
            if size <= goal:
                break
        self._journal.append("cut", results=number, tokens=size)
        return number

    def replace(self, messages: Iterable[Message]) -> None:
        """Begin anew with these messages (fresh steps)."""
        self.messages = []
        self._mended = {}
        self._journal.append("fresh")
        for message in messages:
            self._append(message)

    def _append(self, message: Message) -> None:
        message = encodable(message)
        self.messages.append(message)
        self._journal.append("message", message=message)


def _mended(answer: Answer) -> Message:
    """The message with empty arguments where they cannot be read: providers refuse a history with broken JSON."""
    broken = {call.id for call in answer.calls if call.error or not call.arguments}
    calls = [
        {**raw, "function": {**(raw.get("function") or {}), "arguments": "{}"}} if str(raw.get("id")) in broken else raw
        for raw in answer.message["tool_calls"]
    ]
    return {**answer.message, "tool_calls": calls}
