"""What commands start, as people write them."""

from __future__ import annotations

import pytest

from tools.verify.entry_commands import Entry, of_command, of_dockerfile, of_procfile


@pytest.mark.parametrize(
    ("command", "started"),
    [
        ("node src/server.js", "src/server.js"),
        (
            "NODE_ENV=production exec node --enable-source-maps -r dotenv/config ./dist/main.mjs --port 1",
            "./dist/main.mjs",
        ),
        ("cross-env A=1 nodemon --watch src src/index.ts", "src/index.ts"),
        ("npm run build && node dist/index.js", "dist/index.js"),
        ("python3.12 manage.py runserver", "manage.py"),
        ("poetry run python -m app", None),
        ("node -e 'require(1)' x.js", None),
        ("next start", None),
        ("cd web && node server.js", None),
        ("node ${ENTRY:-x.js}", None),
        ("node 'unfinished", None),
    ],
)
def test_the_script_of_a_command(command: str, started: str | None) -> None:
    found = [entry.file for entry in of_command(command, 1, "x")]

    assert found == ([started] if started else [])


@pytest.mark.parametrize(
    ("command", "module", "name"),
    [
        ("uvicorn app.main:app --reload", "app.main", "app"),
        ("gunicorn -k uvicorn.workers.UvicornWorker -b 0.0.0.0:8000 'app:create()'", "app", "create"),
        ("uv run -- hypercorn app.main:app", "app.main", "app"),
    ],
)
def test_the_module_of_a_server(command: str, module: str, name: str) -> None:
    assert list(of_command(command, 3, "web")) == [Entry(3, "web", module=module, name=name)]


def test_the_last_instruction_of_a_container_counts() -> None:
    text = 'FROM x\nCMD ["node", "a.js"]\nENTRYPOINT python b.py\n'

    assert list(of_dockerfile(text)) == [Entry(3, "ENTRYPOINT", file="b.py")]


@pytest.mark.parametrize("text", ["FROM x\n", "CMD [\n", "CMD node \\\n  a.js\n", 'CMD {"a": 1}\n'])
def test_an_odd_container_file_starts_nothing(text: str) -> None:
    assert list(of_dockerfile(text)) == []


def test_the_processes_of_a_procfile() -> None:
    text = "# note\nweb: node a.js\nrelease: ./migrate.sh\n"

    assert list(of_procfile(text)) == [Entry(2, "process web", file="a.js")]
