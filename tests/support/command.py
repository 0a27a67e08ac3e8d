"""The real command against a scripted model, and a tiny application that needs nothing installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.scripted_model import ScriptedModel

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-I", str(ROOT / "archwright.py"))

SERVER = '''"""Notes over HTTP, standard library only."""
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from notes import all_notes


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(all_notes()).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
'''
TEST = """import unittest

from notes import all_notes


class NotesTest(unittest.TestCase):
    def test_first(self):
        self.assertEqual(all_notes()[0], "first")
"""
NOTES = {
    "server.py": SERVER,
    "notes.py": 'NOTES = ["first"]\n\n\ndef all_notes():\n    return NOTES\n',
    "Procfile": "web: python server.py\n",
    "tests/test_notes.py": TEST,
}
"""An application that boots, answers and has a test, in a quarter of a second."""

REQUEST = "Add a second note"
SECOND = (
    "edit",
    {
        "changes": '*** Text: notes.py\n<<<<<<< SEARCH\nNOTES = ["first"]\n=======\n'
        'NOTES = ["first", "second"]\n>>>>>>> REPLACE\n'
    },
)
DONE = ("done", {"summary": "There is a second note."})


def shell(command: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A call of the shell tool."""
    return "shell", {"command": command, **more}


def raw(calls: Sequence[tuple[str, str]], finish: str = "tool_calls") -> tuple[int, dict[str, Any]]:
    """An answer whose arguments are the given texts, JSON or not."""
    made = [
        {"id": f"raw_{number}", "type": "function", "function": {"name": name, "arguments": text}}
        for number, (name, text) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": "", **({"tool_calls": made} if made else {})}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    return 200, {
        "id": "r",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": usage,
    }


@dataclass
class Result:
    """What one command left."""

    code: int
    out: str
    err: str
    model: ScriptedModel

    @property
    def report(self) -> dict[str, Any]:
        """The one document on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def rungs(self, gate: int = -1) -> dict[str, str]:
        return {rung["name"]: rung["status"] for rung in self.report["gates"][gate]["rungs"]}

    def findings(self, gate: int = -1) -> list[dict[str, Any]]:
        return [finding for rung in self.report["gates"][gate]["rungs"] for finding in rung["findings"]]


class Command:
    """Runs archwright in a folder; every call has the same state folder."""

    def __init__(self, state: Path, cache: Path) -> None:
        self.state, self.cache = state, cache

    def environment(self, more: Mapping[str, str | None]) -> dict[str, str]:
        """As a user's would be; a value of None takes a variable away."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "SSL_CERT_FILE") if name in os.environ}
        base: dict[str, str | None] = {
            **kept,
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
            "ARCHWRIGHT_STATE_DIR": str(self.state),
            "ARCHWRIGHT_CACHE_DIR": str(self.cache),
            **more,
        }
        return {name: value for name, value in base.items() if value is not None}

    def __call__(
        self,
        *arguments: str | bytes,
        at: Path,
        turns: Sequence[Any] = ("I have nothing to say.",),
        env: Mapping[str, str | None] | None = None,
        stdin: bytes = b"",
    ) -> Result:
        with ScriptedModel(turns) as model:
            done = subprocess.run(
                [*PROGRAM, *arguments],
                cwd=at,
                env=self.environment({**model.environment, **(env or {})}),
                capture_output=True,
                input=stdin,
                timeout=240,
                check=False,
            )
        result = Result(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"), model)
        assert "Traceback" not in result.err, result.err
        return result
