"""One cell of the measurement "never worse than a shell": an agent whose model is answered by hand.

``python -m evals.floor.cell prepare greenfield|feature FOLDER --port P`` makes the repository, the prompt and what
the peer needs, and prints the commands that start each agent against the endpoint on port P. One folder an agent:
whoever answers must find it as a user's would be. ``python -m evals.floor.cell serve TASK`` holds the database that
the peer's shell reaches; archwright brings its own.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.floor.environments import build, must
from evals.floor.peer import peer_arguments, peer_environment, peer_program
from evals.floor.tasks import TASKS, Task, archwright_program
from tools.errors import EnvironmentFault
from tools.sandbox.forward import Forward, Forwarder
from tools.services import Postgres
from tools.shell import Shell, ShellSettings

_POSTGRES_PORT = 5432
_IDENTITY = "-c user.name=Workshop -c user.email=workshop@example.org -c commit.gpgsign=false"


def prepare(task: Task, folder: Path) -> None:
    """Make ``repo``, ``PROMPT.md`` and ``venv`` in a new folder.

    Raises:
        EnvironmentFault: the folder is in use, or something cannot be installed.
    """
    repo = folder / "repo"
    if repo.exists():
        raise EnvironmentFault(f"{repo} exists: every cell starts in a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    if task.base is None:
        repo.mkdir()
    else:
        shutil.copytree(task.base, repo, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache"))
    with Shell(ShellSettings(root=repo)) as shell:
        must(shell.run("git init -q -b main"))
        if task.base is not None:
            must(shell.run(f"git add -A && git {_IDENTITY} commit -q -m 'Toolshed as it is'"))
    (folder / "PROMPT.md").write_text(task.prompt, encoding="utf-8")
    build(folder / "venv", (), editable=repo if task.base is not None else None)


def commands(task: Task, folder: Path, port: int, database_port: int, cache: Path) -> str:
    """What to type: the database, each agent, the grade."""
    model = {"OPENAI_API_BASE": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "hand"}
    python, program = sys.executable, peer_program(cache)
    own = {**model, "ARCHWRIGHT_STATE_DIR": str(folder / "state")}
    archwright = [*archwright_program(), "run", "-f", str(folder / "PROMPT.md"), "-m", "openai/hand"]
    peer = peer_arguments(program, folder / "trajectory.json")
    theirs = {**model, **peer_environment(folder / "peer")}
    if task.base is not None:
        theirs["DATABASE_URL"] = (
            f"{task.driver}://{task.database}:{task.database}@localhost:{database_port}/{task.database}"
        )
    inside = (
        f"cd {shlex.quote(str(folder / 'repo'))} && VIRTUAL_ENV={folder / 'venv'} PATH={folder / 'venv' / 'bin'}:$PATH"
    )
    place = f"cd {shlex.quote(str(folder / 'repo'))} &&"
    serve = [python, "-m", "evals.floor.cell", "serve", task.name, "--database-port", str(database_port)]
    grade = [python, "-m", "evals.floor.grade", task.name, str(folder / "repo")]
    return "\n".join([
        f"# PROMPT.md: {len(task.prompt):,} characters",
        "# the peer; first, and as long as it runs, the database that its shell reaches (from archwright's checkout):",
        shlex.join(serve),
        f'{inside} {_assigned(theirs)} {shlex.join(peer)} "$(cat {shlex.quote(str(folder / "PROMPT.md"))})"',
        "# archwright, then with a shell alone:",
        f"{place} {_assigned(own)} {shlex.join(archwright)}",
        f"{place} {_assigned(own)} {shlex.join([*archwright, '--mode', 'plain'])}",
        "# archwright leaves a branch; then for any agent, from archwright's checkout:",
        f"{place} git switch -q \"$(git branch --list 'archwright/*' --format '%(refname:short)')\"",
        shlex.join(grade),
    ])  # fmt: skip


def serve(task: Task, database_port: int, stop: threading.Event) -> None:
    """Hold a fresh database of the task's name, role and password at localhost until ``stop`` is set.

    Raises:
        EnvironmentFault: the port is taken, or no server can be had.
    """
    with tempfile.TemporaryDirectory(prefix="archwright-cell-") as place, Postgres(Path(place)) as server:
        database = server.create(task.database, role=task.database, password=task.database)
        relay = _relay(database.forward, database_port)
        sys.stdout.write(f"{task.database} answers at 127.0.0.1:{database_port}; Ctrl-C ends it\n")
        sys.stdout.flush()
        try:
            stop.wait()
        except KeyboardInterrupt:
            pass
        finally:
            relay.close()


def _relay(forward: Forward | None, port: int) -> Forwarder:
    """The embedded server listens on a port of its own choice: this makes it answer on the port that is asked for."""
    if forward is None:
        raise EnvironmentFault("The database has no server.")
    here = Forward(host="127.0.0.1", port=port, socket=forward.socket)
    return Forwarder(socket.socket(), "127.0.0.1", here)


def _assigned(variables: Mapping[str, str]) -> str:
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())


def main(arguments: Sequence[str]) -> int:
    """Prepare or serve from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="A cell of the measurement, answered by hand.")
    parser.add_argument("verb", choices=("prepare", "serve"))
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("folder", type=Path, nargs="?", help="of the cell; must not exist yet")
    parser.add_argument("--port", type=int, default=8765, help="of the OpenAI-compatible endpoint")
    parser.add_argument("--database-port", type=int, default=_POSTGRES_PORT)
    parser.add_argument("--cache", type=Path, default=Path(".cache") / "bench", help="where the peer is installed")
    options = parser.parse_args(arguments)
    task = TASKS[options.task]
    try:
        if options.verb == "serve":
            serve(task, options.database_port, threading.Event())
            return 0
        if options.folder is None:
            parser.error("prepare needs a folder")
        folder = options.folder.resolve()
        prepare(task, folder)
        told = commands(task, folder, options.port, options.database_port, options.cache.resolve())
    except EnvironmentFault as error:
        sys.stderr.write(f"cell: {error}\n")
        return 3
    sys.stdout.write(told + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
