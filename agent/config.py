"""Settings of a run: flag > ``ARCHWRIGHT_*`` variable > archwright.toml > default. The environment is read here."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from agent.errors import UserError

Mode = Literal["full", "plain"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a run is told from outside. Paths are absolute."""

    repo: Path
    """Where the user stands: the repository or a folder inside it."""
    config: Path | None = None
    """Another file than the repository's own archwright.toml."""
    state_dir: Path
    """Runs, worktrees and checkpoints. Never inside a repository: what a repository ships is not our state."""
    cache_dir: Path
    """Facts index and environments; may be deleted at any time."""
    model: str | None = None
    """litellm's name of the model, for example ``anthropic/claude-sonnet-4-5``."""
    api_base: str | None = None
    api_key: str | None = None
    mode: Mode = "full"
    """``plain`` is the floor: a shell, ``done`` and the final gates."""
    in_place: bool = False
    """Work in the given folder, uncommitted (containers, benchmarks)."""
    include_dirty: bool = False
    """Start from the user's uncommitted changes too."""
    constraints: tuple[str, ...] = ()
    """``kind=value`` as given on the command line."""
    grant_database: tuple[str, ...] = ()
    """Database addresses that the operator lends to the run. Nothing in a repository can grant one."""
    postgres_url: str | None = None
    """A server for scratch databases instead of the embedded one."""
    sandbox: bool = True
    max_cost_usd: float | None = None
    max_tokens: int | None = None
    max_calls: int = 80
    timeout: float | None = None
    """Wall time of the whole run, seconds."""
    model_timeout: float = 900.0
    """Wall time of one model call, seconds."""
    command_timeout: float = 180.0
    """Wall time of one command of the model, seconds."""
    context_tokens: int = 160_000
    """How much of the model's window the conversation may take before it is cut."""
    repairs: int = 6
    """Red gates in a row before the run gives up."""
    scope: tuple[str, ...] = ()
    """Globs of the paths that may be written; empty means everywhere in the workspace."""
    profile: bool = True
    """Show the model what goes wrong in its stack."""
    yes: bool = False
    verbosity: int = 0


_FROM_FILE = frozenset({"model", "mode", "max_cost_usd", "max_tokens", "max_calls", "timeout", "command_timeout"})
"""What a repository's own file may set: nothing that decides where keys, data or results go."""

_LISTS = frozenset({"constraints", "grant_database", "scope"})
_LIMITS = ("max_cost_usd", "max_tokens", "max_calls", "timeout", "command_timeout", "context_tokens")


def _boolean(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("expected true or false")


_PARSERS: dict[str, Callable[[str], Any]] = {
    "bool": _boolean,
    "int": int,
    "int | None": int,
    "float": float,
    "float | None": float,
    "str | None": str,
    "Path": lambda text: Path(text).expanduser().resolve(),
    "Path | None": lambda text: Path(text).expanduser().resolve(),
    "Mode": str,
}


_EXPECTED = {"bool": "true or false", "int": "a whole number", "float": "a number"}


def settings(flags: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Resolve the settings of one command.

    Args:
        flags: what the command line gave; a value of None means "not given".
        environ: the environment, for tests; the process's own by default.

    Raises:
        UserError: a value cannot be read; all such problems are in the one message.
    """
    environ = os.environ if environ is None else environ
    repo = Path(flags.get("repo") or environ.get("ARCHWRIGHT_REPO") or ".").expanduser().resolve()
    problems: list[str] = []
    values: dict[str, Any] = {"repo": repo, **_directories(environ)}
    values.update(_from_file(repo, flags.get("config") or environ.get("ARCHWRIGHT_CONFIG"), problems))
    values.update(_from_environment(environ, problems))
    known = {field.name for field in fields(Settings)}
    values.update({name: value for name, value in flags.items() if value is not None and name in known})
    values["repo"] = repo
    _validate(values, problems)
    if problems:
        raise UserError("\n".join(problems))
    values.update(_credentials(values, environ))
    resolved: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return Settings(**resolved)


def _directories(environ: Mapping[str, str]) -> dict[str, Path]:
    home = Path(environ.get("HOME") or Path.home())
    state = Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "archwright"
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "archwright"
    return {"state_dir": state.absolute(), "cache_dir": cache.absolute()}


def _from_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields(Settings):
        variable = f"ARCHWRIGHT_{field.name.upper()}"
        text = environ.get(variable)
        if text is None or field.name == "repo":
            continue
        if field.name in _LISTS:
            values[field.name] = tuple(text.split())
            continue
        try:
            values[field.name] = _PARSERS[str(field.type)](text)
        except ValueError:
            problems.append(
                f"{variable}={text!r}: expected {_EXPECTED.get(str(field.type).split()[0], 'another value')}."
            )
    return values


def _from_file(repo: Path, config: str | Path | None, problems: list[str]) -> dict[str, Any]:
    """Read the ``[run]`` table; only settings that a repository may decide are taken from it."""
    path, table = _run_table(repo, config, problems)
    allowed = {name: value for name, value in table.items() if name in _FROM_FILE}
    known = {field.name for field in fields(Settings)}
    for name in sorted(set(table) - _FROM_FILE):
        what = f"cannot be set in a repository's file; set ARCHWRIGHT_{name.upper()}" if name in known else "is unknown"
        problems.append(f"{path}: [run] {name} {what}. Here you can set: {', '.join(sorted(_FROM_FILE))}.")
    return allowed


def _run_table(repo: Path, config: str | Path | None, problems: list[str]) -> tuple[Path, dict[str, Any]]:
    if config is not None and not Path(config).is_file():
        problems.append(f"--config {config}: there is no such file.")
        return Path(config), {}
    candidates = [Path(config)] if config is not None else [repo / "archwright.toml", repo / "pyproject.toml"]
    for path in candidates:
        if not path.is_file():
            continue
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            continue  # the constraints reader reports a broken file with its line
        if path.name == "pyproject.toml":
            document = _table(_table(document, "tool"), "archwright")
        table = _table(document, "run")
        if table or path.name == "archwright.toml":
            return path, table
    return repo, {}


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _validate(values: Mapping[str, Any], problems: list[str]) -> None:
    if not values["repo"].is_dir():
        problems.append(f"--repo {values['repo']}: there is no such folder.")
    if values.get("mode", "full") not in ("full", "plain"):
        problems.append(f"--mode {values['mode']}: choose full or plain.")
    if not isinstance(values.get("model"), str | None):
        problems.append(f"model must be a name such as anthropic/claude-sonnet-4-5, not {values['model']!r}.")
    for name in _LIMITS:
        limit = values.get(name)
        # "not above" and not "below or equal": NaN is neither.
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float) or not limit > 0):
            problems.append(f"{name} must be a number above zero, not {limit!r}.")


def _credentials(values: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str | None]:
    """Find key and address under the provider's usual names, in the real environment only (never a .env file)."""
    model = values.get("model")
    key, base = values.get("api_key"), values.get("api_base")
    if model:
        prefix = provider(model).upper().replace("-", "_")
        key = key or environ.get(f"{prefix}_API_KEY")
        base = base or environ.get(f"{prefix}_API_BASE") or environ.get(f"{prefix}_BASE_URL")
    return {"api_key": key, "api_base": base}


def provider(model: str) -> str:
    """Return the provider part of a litellm model name; bare names of the two large providers are known."""
    if "/" in model:
        return model.split("/", 1)[0]
    return "anthropic" if model.startswith("claude") else "openai"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the environment says of where output goes."""

    plain: bool
    """No colours (https://no-color.org, or a terminal that knows none)."""
    step_summary: Path | None
    """Where GitHub Actions collects the Markdown summary of a step."""
    workspace: Path | None
    """The checkout that GitHub Actions takes the paths of annotations from."""


def surroundings(environ: Mapping[str, str] | None = None) -> Surroundings:
    """Read them; `environ` for tests, the process's own environment by default."""
    environ = os.environ if environ is None else environ
    summary, workspace = environ.get("GITHUB_STEP_SUMMARY"), environ.get("GITHUB_WORKSPACE")
    return Surroundings(
        plain=bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb",
        step_summary=Path(summary) if summary else None,
        workspace=Path(workspace).resolve() if workspace else None,
    )


def require_model(chosen: Settings) -> str:
    """Return the model's name.

    Raises:
        UserError: no model or no key is set; the message says what works without.
    """
    without = "Without a model `archwright check`, `detect`, `constraints`, `profiles`, `doctor` and `demo` work."
    if not chosen.model:
        raise UserError(
            "No model is set. Pass -m PROVIDER/NAME (for example -m anthropic/claude-sonnet-4-5) or set "
            f"ARCHWRIGHT_MODEL, and put the provider's key in its usual variable. {without}"
        )
    local = provider(chosen.model) in {"ollama", "ollama_chat", "lm_studio", "hosted_vllm"}
    if not chosen.api_key and not chosen.api_base and not local:
        variable = f"{provider(chosen.model).upper().replace('-', '_')}_API_KEY"
        raise UserError(
            f"No key for the model {chosen.model} was found. Set {variable} (or ARCHWRIGHT_API_KEY; for an endpoint of "
            f"your own also ARCHWRIGHT_API_BASE). {without}"
        )
    return chosen.model
