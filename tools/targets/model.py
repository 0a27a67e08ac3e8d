"""What is known about an application of a repository and how to run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from tools.shell import ExecResult

Runtime = Literal["python", "node"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The line that made us believe something."""

    path: str
    """POSIX path relative to the repository root."""
    line: int
    """1-based; 0 when the whole file (or its existence) is the evidence."""
    text: str
    """What stands there, shortened; for Target evidence it begins with the fact: ``start: uvicorn ...``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One application of the repository and how to run it; commands are run in ``root`` (None = has none).

    Commands may hold ``{port}``, environment values also the placeholders that ``fill`` knows.
    """

    name: str
    """Unique within the repository; also the key of environments: the manifest's name, else the folder's."""
    root: str
    """POSIX path relative to the workspace root, ``.`` for the top."""
    runtime: Runtime | None
    """None when the repository does not say (greenfield)."""
    package_manager: str | None = None
    """pip, uv, poetry, pdm / npm, pnpm, yarn."""
    setup: str | None = None
    """What a person would type to install; archwright installs through Environments, not with this."""
    generate: str | None = None
    """Code generation that must run before boot and tests (a generated database client)."""
    build: str | None = None
    start: str | None = None
    health: str | None = None
    """Path that answers when the server is up; None = any HTTP answer on ``/`` counts."""
    migrate: str | None = None
    """Brings an empty database to the newest schema; None when the application creates its own tables."""
    test: str | None = None
    lint: str | None = None
    typecheck: str | None = None
    format: str | None = None
    """Checks only (``ruff format --check``). Files may be appended to lint, typecheck and format."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables for every command, with placeholders."""
    port: int | None = None
    """Port fixed in the code; None = the start command or the variable PORT takes ``{port}``."""
    database: str | None = None
    """Kind of database the application expects, as named by the database profiles; None = none or unknown."""
    fixed_databases: tuple[str, ...] = ()
    """Database addresses written into code or configuration that no variable overrides."""
    carry: Mapping[str, str] = field(default_factory=dict)
    """Ignored files the application needs (``.env``), path relative to the workspace root -> text with
    placeholders; foreign addresses and secrets are already replaced."""
    packages: tuple[str, ...] = ()
    """First-party packages that must resolve inside the worktree: import names, or npm package names."""
    manifests: tuple[str, ...] = ()
    """Files that say what to install, relative to the workspace root; the environment is keyed by them."""
    extras: tuple[str, ...] = ()
    """Optional dependency groups that development and tests need."""
    helpers: tuple[str, ...] = ()
    """Distributions that our own gates need (test runner, server) and the repository forgot to declare."""
    requires_runtime: str | None = None
    """Version range of the interpreter (``>=3.11``)."""
    evidence: tuple[Evidence, ...] = ()

    def path(self, workspace_root: Path) -> Path:
        """The application's folder inside the given workspace."""
        return workspace_root / self.root


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An installed, private copy of what a target needs, in the run's folder, never in the user's tree."""

    target: str
    """Name of the target."""
    runtime: Runtime | None
    path_prepend: tuple[Path, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables that make the environment active (no placeholders)."""
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    interpreter: Path | None = None
    """The environment's own python, or node."""
    installed: bool = False
    """False = the dependencies are not there; the first note says why; gates that need them cannot check."""
    notes: tuple[str, ...] = ()
    evidence: tuple[ExecResult, ...] = ()
    key: str = ""
    """Digest of the manifests this was installed from."""
    broken: bool = False
    """What the run itself changed in a manifest does not install: red, not merely "cannot run here"."""
    created: tuple[str, ...] = ()
    """Paths inside the workspace that were put there (``node_modules``) and must never be committed."""
    seconds: float = 0.0


def placeholder_values(
    *, postgres_url: str | None = None, sqlite_path: Path | None = None, port: int | None = None
) -> dict[str, str]:
    """All values ``fill`` may need, derived from what there is.

    ``{postgres_url}`` ``{postgres_address}`` (user:password@host:port/name, for URLs with their own scheme)
    ``{postgres_user}`` ``{postgres_password}`` ``{postgres_host}`` ``{postgres_port}`` ``{postgres_name}``
    ``{sqlite_path}`` (absolute) ``{port}``.
    """
    values: dict[str, str] = {}
    if postgres_url is not None:
        parts = urlsplit(postgres_url)
        values = {
            "postgres_url": postgres_url,
            "postgres_address": f"{parts.netloc}{parts.path}",
            "postgres_user": unquote(parts.username or ""),
            "postgres_password": unquote(parts.password or ""),
            "postgres_host": parts.hostname or "127.0.0.1",
            "postgres_port": str(parts.port or 5432),
            "postgres_name": unquote(parts.path.lstrip("/")),
        }
    if sqlite_path is not None:
        values["sqlite_path"] = str(sqlite_path)
    if port is not None:
        values["port"] = str(port)
    return values


def nowhere_values() -> dict[str, str]:
    """Values at which nothing answers, for what needs an address but must not reach anything."""
    url = "postgresql://archwright:archwright@127.0.0.1:5432/archwright"
    return placeholder_values(postgres_url=url, sqlite_path=Path("/nonexistent/archwright.sqlite3"), port=8000)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; unknown ones and other braces stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def fill_env(target: Target, values: Mapping[str, str]) -> dict[str, str]:
    """The target's variables with placeholders replaced; those still holding one are left out."""
    filled = {name: fill(text, values) for name, text in target.env.items()}
    complete = {name: text for name, text in filled.items() if not unfilled(text)}
    # What tests by convention use instead, so that they never empty the tables of a person's own database.
    if _ADDRESS in complete:
        complete.setdefault(_TEST_ADDRESS, complete[_ADDRESS])
    return complete


_ADDRESS, _TEST_ADDRESS = "DATABASE_URL", "TEST_DATABASE_URL"


def unfilled(text: str) -> tuple[str, ...]:
    """Names of placeholders that stand in the text, in fixed order."""
    return tuple(name for name in _PLACEHOLDERS if "{" + name + "}" in text)


_PLACEHOLDERS = (
    "postgres_url",
    "postgres_address",
    "postgres_user",
    "postgres_password",
    "postgres_host",
    "postgres_port",
    "postgres_name",
    "sqlite_path",
    "port",
)
