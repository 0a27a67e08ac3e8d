"""An OpenAI-compatible endpoint whose answers follow a script.

The answer is chosen by the request's content (how many answers its conversation already holds), never by a
counter: a request that is sent again gets the same answer again.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ScriptedModel:
    """A context manager; ``base`` is the address, ``requests`` what was asked."""

    turns: Sequence[Any]
    """One item an answer: a list of (tool, arguments), a text, a (status, body) failure, or a function of it."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    """The User-Agent of each request."""

    def __enter__(self) -> ScriptedModel:
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one write
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                model.requests.append(body)
                model.clients.append(self.headers["user-agent"])
                status, payload = model.answer(body)
                data = json.dumps(payload).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find this model as ``openai/scripted``."""
        return {"OPENAI_API_BASE": self.base, "OPENAI_API_KEY": "test", "ARCHWRIGHT_MODEL": "openai/scripted"}

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        said = sum(1 for message in body["messages"] if message["role"] == "assistant")
        turn = self.turns[min(said, len(self.turns) - 1)]
        if callable(turn):
            turn = turn(body)
        if isinstance(turn, tuple):
            return turn
        return 200, completion(turn, said, body)


def completion(turn: Any, number: int, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn if isinstance(turn, str) else ""}
    if not isinstance(turn, str):
        message["tool_calls"] = [
            {
                "id": f"call_{number}_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for index, (name, arguments) in enumerate(turn)
        ]
    prompt = len(json.dumps(body.get("messages"))) // 4
    answer = max(1, len(json.dumps(message)) // 4)
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", "scripted"),
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "stop" if isinstance(turn, str) else "tool_calls",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer},
    }


def tool_results(body: dict[str, Any]) -> list[str]:
    """The tool results of a request since the last answer, oldest first."""
    results: list[str] = []
    for message in reversed(body["messages"]):
        if message["role"] == "assistant":
            break
        results.append(str(message["content"]))
    return results[::-1]
