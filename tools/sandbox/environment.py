"""The environment of commands, built from an allow-list, and where their tool chains lie."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_TOOL_CHAIN_VARIABLES = frozenset({
    "ASDF_DATA_DIR", "ASDF_DIR", "FNM_DIR", "JAVA_HOME", "NVM_DIR", "N_PREFIX", "PYENV_ROOT", "RUSTUP_HOME",
    "VOLTA_HOME",
})  # fmt: skip
_INHERITED = _TOOL_CHAIN_VARIABLES | {"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LOGNAME", "TZ", "USER"}
_FIXED = {
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "PAGER": "cat",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PYTHONDONTWRITEBYTECODE": "1",  # a stale .pyc of the same size and second would hide an edit
    "PYTHONUNBUFFERED": "1",
    "SHELL": "/bin/bash",
    "TERM": "dumb",
    "TMPDIR": "/tmp",
    "npm_config_update_notifier": "false",
}
_INSTALLERS = frozenset({
    "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR",
    "SSL_CERT_FILE", "PIP_CERT", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_TRUSTED_HOST",
    "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_INDEX_URL", "NPM_CONFIG_REGISTRY",
    "npm_config_registry", "YARN_REGISTRY",
})  # fmt: skip
"""Where packages come from and whom to trust; only install commands see these."""
_HOMELESS = Path("/tmp/home")
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
_TOOL_CHAINS = (
    ".asdf", ".bun", ".cargo/bin", ".deno", ".fnm", ".local/bin", ".local/pipx", ".local/share/fnm",
    ".local/share/mise", ".local/share/pipx", ".local/share/pnpm", ".local/share/pypoetry", ".local/share/uv/python",
    ".local/share/uv/tools",
    ".nvm", ".pyenv", ".rustup", ".rye", ".sdkman", ".volta", "anaconda3", "miniconda3", "miniforge3",
    ".cache/ms-playwright", ".cache/node/corepack", ".cache/prisma",
)  # fmt: skip
"""Folders below a home that hold programs and no secrets."""


def home() -> Path:
    """The user's home folder; a made-up one for a user who has none or has the root."""
    with contextlib.suppress(RuntimeError):
        folder = Path(os.environ.get("HOME") or Path.home()).resolve()
        if folder != Path("/"):
            return folder
    return _HOMELESS


def base_environment(extra: Mapping[str, str], path_prepend: Iterable[Path] = ()) -> dict[str, str]:
    """What every command sees: the allow-listed part of our environment, fixed values, then ``extra``."""
    env = {name: value for name, value in os.environ.items() if name in _INHERITED}
    env |= {"LANG": env.get("LANG", "C.UTF-8")} | _FIXED
    env["HOME"] = str(home())
    env |= extra
    path = extra.get("PATH") or os.pathsep.join(_foreign_path())
    env["PATH"] = os.pathsep.join([*(str(folder) for folder in path_prepend), path])
    return env


def installer_environment() -> dict[str, str]:
    """What install commands see in addition: package indexes and certificates of the user's environment."""
    return {name: value for name, value in os.environ.items() if name in _INSTALLERS}


def tool_chains() -> list[Path]:
    """Folders outside the system's own that hold interpreters and package managers, as far as they exist."""
    folders = [home() / name for name in _TOOL_CHAINS]
    folders += [_installation(Path(folder)) for folder in _foreign_path()]
    folders += [Path(os.environ[name]) for name in sorted(_TOOL_CHAIN_VARIABLES & os.environ.keys())]
    folders.append(Path(sys.base_prefix))
    return [folder for folder in folders if folder.is_dir() and not home().is_relative_to(folder.resolve())]


def _installation(programs: Path) -> Path:
    """What a folder on PATH needs: also the libraries beside it, unless what is beside it is a person's."""
    beside = programs.parent
    private = home().is_relative_to(beside) or beside == home() / ".local"
    # A shim of a version manager is a script that finds the real program beside its folder.
    needed = programs.name == "shims" or (beside / "lib").is_dir()
    return beside if needed and not private else programs


def _foreign_path() -> list[str]:
    """PATH without our own virtual environment: what runs in the sandbox is the target's, not ours."""
    entries = os.environ.get("PATH", _DEFAULT_PATH).split(os.pathsep)
    own = {str(Path(sys.prefix) / "bin")} if sys.prefix != sys.base_prefix else set()
    return [entry for entry in entries if entry.startswith("/") and entry not in own]


def package_cache() -> Path:
    """Where package managers keep downloads between runs: ours, so that no install writes into the user's."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else home() / ".cache") / "archwright" / "packages"


def web_proxy() -> str | None:
    """The web proxy that this machine must use, as a URL."""
    names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy")
    proxies = [os.environ[name] for name in names if os.environ.get(name, "").startswith("http://")]
    return proxies[0] if proxies else None
