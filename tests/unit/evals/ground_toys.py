"""A contract of three operations, and two applications that keep it: in Python on SQLite, and in Node on a file."""

from __future__ import annotations

import textwrap
from pathlib import Path

from evals.behaviour.checks import check
from evals.behaviour.contract import Contract
from evals.behaviour.world import Session, World

PYTHON_BASE = """
import json, os, sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from storage import PATH

def run(statement, *values):
    with sqlite3.connect(PATH) as connection:
        return connection.execute(statement, values).fetchall()

def escaped(text):
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/health":
            return self.answer(200, {"status": "ok"})
        query = parse_qs(parts.query).get("q", [""])[0]
        like = "%" + escaped(query) + "%"
        found = run("SELECT id, text FROM notes WHERE text LIKE ? ESCAPE '!' ORDER BY id", like)
        self.answer(200, {"items": [{"id": id_, "text": text} for id_, text in found]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = run("INSERT INTO notes (text) VALUES (?) RETURNING id", body["text"])
        self.answer(201, {"id": found[0][0], "text": body["text"]})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        fields = ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        head = "\\r\\n".join([f"HTTP/1.1 {status} X", *fields, "", ""])
        self.wfile.write(head.encode() + content)

run("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
print("ready", flush=True)
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
PYTHON_STORAGE = """
import os

PATH = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
"""
NODE_BASE = """
const http = require('node:http');
const fs = require('node:fs');
const file = new URL(process.env.DATABASE_URL.replace('sqlite:', 'file:'));
const notes = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file)) : [];
const answer = (response, status, body) => {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
};
http.createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  if (url.pathname === '/health') return answer(response, 200, { status: 'ok' });
  if (request.method === 'GET') {
    const items = notes.filter((note) => note.text.includes(url.searchParams.get('q') ?? ''));
    return answer(response, 200, { items });
  }
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    const note = { id: notes.length + 1, text: JSON.parse(body).text };
    notes.push(note);
    fs.writeFileSync(file, JSON.stringify(notes));
    answer(response, 201, note);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
"""
PROBE = """
def prepare(world, rows):
    for number in range(rows):
        world.api.post("/notes", {"text": f"row {number}"}).needed(201)
    return [
        ("GET /notes", lambda: world.api.get("/notes").needed(200)),
        ("GET /health", lambda: world.api.get("/health").needed(200)),
    ]
"""
N_PLUS_1 = (
    "for id_, text in found]",
    "for id_, text in found for id_, text in run('SELECT id, text FROM notes WHERE id = ?', id_)]",
)


class ToyWorld(World[Session]):
    """The toy contract's."""

    def prepare(self, seeded: tuple[str, str] | None) -> Session:
        return Session()

    def note(self, text: str) -> int:
        made = self.api.post("/notes", {"text": text}).needed(201)["id"]
        assert isinstance(made, int)
        return made


@check("ADD-01")
def a_note_is_made(world: ToyWorld) -> None:
    word = world.word()
    world.api.post("/notes", {"text": word}).expect(201).has(text=word)


@check("FIND-01")
def a_search_finds_the_text(world: ToyWorld) -> None:
    word = world.word()
    made = world.note(word)
    world.equal([item["id"] for item in world.api.get("/notes", q=word)["items"]], [made], "what is found")


@check("FIND-02")
def wildcards_are_literal(world: ToyWorld) -> None:
    word = world.word()
    world.note(f"{word}x{word}")
    world.equal(world.api.get("/notes", q=f"{word}_{word}")["items"], [], "what is found")


@check("DUR-01", restart=True)
def notes_survive_a_restart(world: ToyWorld) -> None:
    word = world.word()
    made = world.note(word)
    world.restart()
    world.api.get("/notes", q=word).expect(200).has({"items.0.id": made})


def contract(folder: Path) -> Contract:
    """The toy contract, with a probe of statements beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.yaml").write_text("toy\n", encoding="utf-8")
    (folder / "sql_probe.py").write_text(PROBE, encoding="utf-8")
    checks = (a_note_is_made, a_search_finds_the_text, wildcards_are_literal, notes_survive_a_restart)
    return Contract(name="toy", folder=folder, checks=checks, world=ToyWorld)


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder; returns it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def python_toy(home: Path, *changes: tuple[str, str], name: str = "notes") -> Path:
    """The Python application as a reference; ``changes`` are texts to replace in it."""
    app = PYTHON_BASE
    for before, after in changes:
        assert app.count(before) == 1, before
        app = app.replace(before, after)
    manifest = """
        language = "python"
        framework = "none"
        contract = "toy"
        databases = ["sqlite"]
        start = ["python", "app.py"]
    """
    files = {"reference.toml": manifest, "base/app.py": app, "base/requirements.txt": ""}
    return write(home / name, files | {"overlays/sqlite/storage.py": PYTHON_STORAGE})


def node_toy(home: Path, name: str = "nodenotes") -> Path:
    """The Node application as a reference."""
    manifest = """
        language = "node"
        framework = "none"
        contract = "toy"
        databases = ["sqlite"]
        start = ["node", "server.js"]
    """
    package = '{"name": "notes", "version": "1.0.0", "private": true}'
    lock = '{"name": "notes", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "notes"}}}'
    files = {"reference.toml": manifest, "base/package.json": package, "base/package-lock.json": lock}
    return write(home / name, files | {"overlays/sqlite/server.js": NODE_BASE})
