"""The append-only record of a run: every event, every answer of the model, before anything is done with it."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def digest(value: object) -> str:
    """Return the sha256 of a JSON-able value, independent of key order."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


class Journal:
    """One JSON object a line; a line is whole or absent, and never rewritten.

    Answers of the model are written durably (fsync) under the hash of the request that asked for them,
    so that a paid answer is never lost and a known request is never paid twice.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path`` for appending; reads what an earlier process wrote."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._answers: dict[str, Any] = {}
        self._sequence = 0
        for event in read(path):
            self._sequence = int(event["n"])
            if event["kind"] == "answer":
                self._answers[event["key"]] = event["answer"]
        # A lone surrogate (a file name that is not UTF-8) becomes its JSON escape, so the line stays whole.
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")

    def append(self, kind: str, *, durable: bool = False, **data: Any) -> int:
        """Write one event; returns its number.

        Args:
            kind: what happened, one word.
            durable: wait until the line is on disk.
            data: JSON-able details.
        """
        self._sequence += 1
        line = json.dumps({"n": self._sequence, "at": round(time.time(), 3), "kind": kind, **data}, ensure_ascii=False)
        self._file.write(line + "\n")
        self._file.flush()
        if durable:
            os.fsync(self._file.fileno())
        return self._sequence

    def answer_to(self, key: str) -> Mapping[str, Any] | None:
        """Return the stored answer to the request with this hash, if there is one."""
        answer: Mapping[str, Any] | None = self._answers.get(key)
        return answer

    def store_answer(self, key: str, answer: Mapping[str, Any]) -> None:
        """Write an answer durably before it is used."""
        self._answers[key] = dict(answer)
        self.append("answer", durable=True, key=key, answer=dict(answer))

    def close(self) -> None:
        """Close the file; the journal can be opened again."""
        self._file.close()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a journal; a torn last line (the process was killed) is passed over."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and "kind" in event and "n" in event:
                yield event
