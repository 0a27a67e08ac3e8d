"""Version ranges of interpreters, and which interpreters this machine has."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, ...]

OLDEST, NEWEST = (3, 8), (3, 13)
"""Minor versions that environments are made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python on this machine."""

    path: Path
    version: Version
    """Two or three numbers, as far as known without running it."""

    @property
    def minor(self) -> str:
        """``3.11``."""
        return ".".join(str(part) for part in self.version[:2])


def satisfies(version: Version, specifier: str | None) -> bool:
    """Whether a version lies in a range (``>=3.9,<4``, ``^3.11``, ``~=3.11``, ``3.11.*``, ``>=18 || 20``).

    Parts that cannot be read restrict nothing.
    """
    alternatives = (specifier or "").split("||")
    return any(all(_holds(version, part) for part in re.split(r"[,\s]+(?=[<>=!~^\d])", a)) for a in alternatives)


def choose_interpreter(specifier: str | None, wanted: str | None = None) -> Interpreter | None:
    """The Python to use: the wanted minor version when it fits, else our own, else the newest that fits."""
    fitting = [one for one in interpreters() if satisfies(one.version, specifier)]
    named = [one for one in fitting if wanted and one.minor == ".".join(wanted.split(".")[:2])]
    ours = [one for one in fitting if one.version[:2] == sys.version_info[:2]]
    ordered = sorted(fitting, key=lambda one: one.version, reverse=True)
    return next(iter(named or ours or ordered), None)


def interpreters() -> Iterator[Interpreter]:
    """Every usable Python: our own base, pyenv's and uv's versions, and pythonX.Y on the path."""
    home = Path.home()
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = [Interpreter(path=base, version=tuple(sys.version_info[:3]))]
    managed = [
        *(home / ".pyenv/versions").glob("3.*"),
        *(home / ".local/share/uv/python").glob("cpython-3.*"),
    ]
    for folder in sorted(managed):
        match = re.search(r"(3)\.(\d+)\.(\d+)", folder.name)
        if match:
            version = tuple(int(part) for part in match.groups())
            found.append(Interpreter(path=folder / "bin" / f"python3.{version[1]}", version=version))
    for minor in range(OLDEST[1], NEWEST[1] + 1):
        where = shutil.which(f"python3.{minor}")
        if where and "shims" not in Path(where).parts:
            found.append(Interpreter(path=Path(where).resolve(), version=(3, minor)))
    return (one for one in found if OLDEST <= one.version[:2] <= NEWEST and _has_venv(one))


def _has_venv(interpreter: Interpreter) -> bool:
    # A system Python may come without ensurepip: a venv made with it would have no pip.
    prefix = interpreter.path.parent.parent
    library = f"python{interpreter.minor}/ensurepip/_bundled"
    return interpreter.path.is_file() and any((prefix / lib / library).is_dir() for lib in ("lib", "lib64"))


def _holds(version: Version, part: str) -> bool:
    match = re.match(r"\s*(>=|<=|==|!=|~=|\^|~|>|<|=)?\s*v?(\d+(?:\.\d+)*)(\.[*x])?", part)
    if not match:
        return True
    operator, numbers, wildcard = match.group(1) or "==", match.group(2), match.group(3)
    bound = tuple(int(number) for number in numbers.split("."))
    size = min(len(bound), len(version))
    left, right = version[:size], bound[:size]
    prefix = wildcard is not None or len(bound) < 3
    if operator in ("==", "="):
        return left == right
    if operator == "!=":
        return not (prefix and left == right) and version != bound
    if operator in ("^", "~", "~="):
        loose = operator == "^" or (operator == "~=" and len(bound) == 2)
        keep = 1 if loose else min(2, len(bound))
        return left >= right and version[:keep] == bound[:keep]
    if operator == "<" and len(bound) <= 2:
        return left < right
    compared = {">=": left >= right, "<=": left <= right, ">": left > right, "<": left < right}
    return compared[operator]
