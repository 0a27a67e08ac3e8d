"""Holds what a command prints within bounds. Imported inside the sandbox: standard library only."""

from __future__ import annotations

import hashlib


class Capture:
    """Keeps the head and the tail of a stream, and the hash of all of it."""

    def __init__(self, cap: int) -> None:
        """Take ``cap``, the number of bytes to keep; the middle of a longer stream is dropped."""
        self._half = max(cap // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self._hash = hashlib.sha256()
        self._seen = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self._hash.update(data)
        self._seen += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, 0) :]
        if len(self._tail) > 8 * self._half + 65_536:  # trimmed rarely: each trim copies
            del self._tail[: -self._half]

    def text(self) -> str:
        """What was kept, decoded with replacement characters; says how much was left out."""
        tail = self._tail[-self._half :]
        left_out = self._seen - len(self._head) - len(tail)
        if not left_out:
            return (self._head + tail).decode("utf-8", "replace")
        head, end = self._head.decode("utf-8", "replace"), tail.decode("utf-8", "replace")
        return f"{head}\n[... {left_out} bytes left out ...]\n{end}"

    def digest(self) -> str:
        """SHA-256 of the whole stream so far, hexadecimal."""
        return self._hash.hexdigest()
