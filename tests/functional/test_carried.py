"""An ignored .env comes along into the worktree, with its database address replaced."""

from __future__ import annotations

from tests.support.repositories import Repo


def test_an_ignored_env_file_is_carried_over_without_its_database(archwright, tmp_path):
    app = "import os\n\nURL = os.environ['DATABASE_URL']\n"
    repo = Repo(tmp_path / "app", files={".gitignore": ".env\n", "app.py": app, "requirements.txt": ""})
    repo.write({".env": "DATABASE_URL=postgresql://me:secret@db.example.org/production\nGREETING=hello\n"})

    out = archwright(repo.path, "Say hello.", [[("shell", {"command": "cat .env"})], "done"])

    shown = "\n".join(str(message["content"]) for message in out.model.requests[1]["messages"])
    assert "GREETING=hello" in shown
    assert "db.example.org" not in shown
    assert "secret" not in shown
    assert (repo.path / ".env").read_text().startswith("DATABASE_URL=postgresql://me:secret@")
