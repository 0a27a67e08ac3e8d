"""Command lines for bubblewrap: what a sandbox sees, and which kind of sandbox works on this machine.

The sandbox sees the system's own folders and tool chains read-only, its workspace, and what it was given.
Everything else is absent, not merely read-only: other homes, /var, /run, /srv and the like hold databases,
their sockets and people's secrets.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.sandbox import environment, session

HOST_NAME = "sandbox"
SUPERVISOR_HOME = Path("/run/archwright")
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix", "gnu")
_PRIVATE = ("/tmp", "/run", "/var", "/var/tmp")
_SECRETS = (
    "docker", "gshadow", "gshadow-", "krb5.keytab", "kubernetes", "mysql", "postgresql", "postgresql-common",
    "rancher", "shadow", "shadow-", "ssh", "ssl/private", "sudoers", "sudoers.d", "wireguard",
)  # fmt: skip
"""Below /etc: what root may read and no command needs."""
_NAMESPACES = (
    "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
    "--hostname", HOST_NAME, "--new-session", "--as-pid-1", "--cap-drop", "ALL",
)  # fmt: skip
_FOREIGN_OWNER = ("--cap-add", "CAP_DAC_OVERRIDE", "--cap-add", "CAP_FOWNER", "--cap-add", "CAP_CHOWN")
_STRENGTHS: tuple[tuple[str, ...], ...] = (("--unshare-user", "--disable-userns"), ("--unshare-user",), ())
_PROBE_SECONDS = 10.0
_PRIVATE_BYTES = 2 << 30

Mount = tuple[str, Path | None, Path]
"""Option, what is mounted (None for an empty folder in memory), and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one sandbox sees beside the system and the tool chains."""

    root: Path
    """The workspace: writable."""
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    files: Mapping[Path, Path] = field(default_factory=dict)
    """Single files put in place read-only: where they appear -> where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """Whether bubblewrap works here."""

    program: str | None
    """Path of bubblewrap; None when there is no sandbox on this machine."""
    flags: tuple[str, ...] = ()
    """How user namespaces are set up."""
    reason: str = ""
    """Why there is no sandbox, or how strong it is."""


@functools.cache
def isolation() -> Isolation:
    """Find the strongest sandbox that really starts here; tried once per process."""
    program = shutil.which("bwrap")
    if program is None:
        return Isolation(program=None, reason="bubblewrap (bwrap) is not installed")
    said = ""
    for flags in _STRENGTHS:
        argv = [program, *flags, *_NAMESPACES, *_system(), "true"]
        try:
            tried = subprocess.run(argv, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False, env={})
        except (OSError, subprocess.TimeoutExpired) as error:
            return Isolation(program=None, reason=f"bubblewrap does not run: {error}")
        if tried.returncode == 0:
            strength = " ".join(flag.removeprefix("--") for flag in flags) or "no user namespace"
            return Isolation(program=program, flags=flags, reason=f"bubblewrap ({strength})")
        said = said or tried.stderr.strip()
    return Isolation(program=None, reason=f"bubblewrap does not work here: {said}")


def command_line(kind: Isolation, view: View) -> list[str]:
    """The command line of a sandbox with a supervisor in it.

    Args:
        kind: an isolation with a program.
        view: what the sandbox sees.
    """
    assert kind.program is not None
    own = Path(session.__file__).parent
    mounts: list[Mount] = [("--tmpfs", None, environment.home())]
    mounts += [("--ro-bind", folder, place) for folder in _readable(view) for place in _places(folder)]
    mounts += [("--bind", folder, place) for folder in _writable(view) for place in _places(folder)]
    mounts.append(("--ro-bind", own, SUPERVISOR_HOME / "tools" / own.name))
    return [
        kind.program,
        *(kind.flags if not _foreign(view.root) else ()),
        *_NAMESPACES,
        *(_FOREIGN_OWNER if _foreign(view.root) else ()),
        *_system(),
        *_flat(mounts),
        *_flat([("--ro-bind", source, place) for place, source in view.files.items()]),
        *("--remount-ro", "/", "--chdir", str(view.root.resolve()), "--"),
        *session.command(SUPERVISOR_HOME),
    ]


@functools.cache
def _size() -> tuple[str, ...]:
    """The limit of an empty folder in memory, for a bubblewrap that knows the option."""
    program = shutil.which("bwrap") or "bwrap"
    usage = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)
    return ("--size", str(_PRIVATE_BYTES)) if "--size" in usage.stdout + usage.stderr else ()


def _system() -> list[str]:
    """The system's folders, private ones in place of those that hold sockets and data, no secrets."""
    arguments: list[str] = []
    for name in _SYSTEM:
        folder = Path("/", name)
        if folder.is_symlink():
            arguments += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            arguments += ["--ro-bind", str(folder), str(folder)]
    for private in _PRIVATE:
        arguments += [*_size(), "--tmpfs", private]
    arguments += ["--symlink", "../run", "/var/run", "--proc", "/proc", "--dev", "/dev"]
    for name in _SECRETS:
        secret = Path("/etc", name)
        if secret.is_dir() and not secret.is_symlink():
            arguments += [*_size(), "--tmpfs", str(secret)]
        elif secret.is_file() and not secret.is_symlink():
            arguments += ["--ro-bind", os.devnull, str(secret)]
    return arguments


def _flat(mounts: Iterable[Mount]) -> list[str]:
    """Mounts as arguments, outer places first: an inner one must not be covered by an outer one."""
    arguments: list[str] = []
    for kind, source, place in sorted(mounts, key=lambda mount: len(mount[2].parts)):
        arguments += [*_size(), kind] if source is None else [kind, str(source)]
        arguments.append(str(place))
    return arguments


def _readable(view: View) -> list[Path]:
    system = [Path("/", name) for name in _SYSTEM]
    wanted = [*environment.tool_chains(), *view.readable]
    return [
        folder
        for folder in wanted
        if folder.exists()
        and not any(folder.resolve().is_relative_to(known) for known in system)
        and _stays_inside(view.root, folder)
    ]


def _writable(view: View) -> list[Path]:
    # What lies in the workspace is writable already. It is not bound again: by then a command may have made
    # it a symbolic link to somewhere else.
    return [view.root, *(folder for folder in view.writable if not folder.is_relative_to(view.root))]


def _stays_inside(root: Path, folder: Path) -> bool:
    return not folder.is_relative_to(root) or folder.resolve().is_relative_to(root.resolve())


def _places(folder: Path) -> Sequence[Path]:
    """Where a folder appears: at its real path, and at the path it is known by."""
    real, known = folder.resolve(), folder.absolute()
    return (real,) if real == known else (real, known)


def _foreign(root: Path) -> bool:
    """Whether we are root in another user's folder: writing there takes capabilities."""
    return os.geteuid() == 0 and root.exists() and root.stat().st_uid != 0
