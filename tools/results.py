"""The last result of a check, kept in the user's cache: as long as nothing changed, it is the answer again.

"Nothing" is taken at its word: the result is asked for by a fingerprint over archwright itself, the question, the
content of every file that rules may read, and what the disk said when something beyond the listed files was asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import ormsgpack

import framework_profiles
import tools
from tools.facts.layout import look as probe
from tools.facts.store import Store
from tools.plain import from_plain, to_plain
from tools.verify.result import CheckResult

_ASSET_TEXT = (
    ".png .jpg .jpeg .gif .svg .ico .webp .avif .bmp .pdf .woff .woff2 .ttf .otf .eot .mp3 .mp4 .webm .mov .wav .zip "
    ".gz .bz2 .xz .tar .7z .whl .jar .so .dylib .dll .exe .pyc .pyo .o .a .class .css .scss .less .sass .map .snap "
    ".po .mo .pot .csv .tsv .parquet .html .htm .hbs .ejs .pug .vue .svelte .mdx .rst .graphql .gql .sqlite .db "
    ".patch .diff .log .webmanifest .xml .xlsx .docx .pptx .pem .crt .key .gpg .asc .go .rs .java .rb .php .c .h .cpp"
)
_ASSETS = frozenset(_ASSET_TEXT.split())
"""No rule reads these: that they are there is enough."""
_MAX_BYTES = 1_000_000
"""Of larger files, which are not read, size and time of change count."""


class Question(NamedTuple):
    """What was asked."""

    root: Path
    files: Sequence[str]
    """Every file of the repository, relative."""
    asked: Sequence[str]
    """Flags and everything else that changes the answer."""
    config: Path | None = None
    """A configuration file of elsewhere."""


class Beyond(NamedTuple):
    """What a result is made of beside the listed files: git leaves `.env` out of the list, and rules read it."""

    probes: Mapping[str, bool]
    """What the disk said: pattern -> something is there."""
    files: Iterable[str]
    """Relative paths that were read, or would have been."""


class Seen(NamedTuple):
    """What the files were when the question was asked."""

    fingerprint: str
    """SHA-256 over everything that the answer is made of."""
    times: tuple[int, ...]
    """When each of the files that were read had last changed."""


class Results:
    """Remembers one result for each repository and set of flags."""

    def __init__(self, cache_dir: Path | None) -> None:
        """Keep them in `cache_dir`; ``None`` remembers nothing."""
        self._cache_dir = cache_dir

    def find(self, question: Question) -> tuple[Seen | None, CheckResult | None]:
        """What the files are now, and the result that was remembered of them, if it still holds."""
        if self._cache_dir is None:
            return None, None
        seen = look(question)
        with contextlib.closing(Store(self._cache_dir, "result")) as store:
            data = store.get([_place(question)]).get(_place(question))
        if data is None:
            return seen, None
        try:
            kept = ormsgpack.unpackb(data)
            if kept["fingerprint"] != seen.fingerprint or not _holds(question.root, kept["probes"], kept["beyond"]):
                return seen, None
            return seen, from_plain(CheckResult, kept["result"])
        except (ValueError, TypeError, KeyError, AttributeError, StopIteration):
            return seen, None  # another version's, or damaged: made anew

    def keep(self, question: Question, seen: Seen | None, result: CheckResult, beyond: Beyond) -> None:
        """Remember `result`."""
        if self._cache_dir is None or seen is None or _times(question) != seen.times:
            return  # somebody edited while we read: nobody knows of what this is the result
        listed = set(question.files)
        files = {path: _content(f"{question.root}/{path}") for path in beyond.files if path not in listed}
        kept = {
            "fingerprint": seen.fingerprint,
            "probes": dict(beyond.probes),
            "beyond": files,
            "result": to_plain(result),
        }
        try:
            data = ormsgpack.packb(kept)
        except TypeError:
            return  # a path that is no UTF-8
        with contextlib.closing(Store(self._cache_dir, "result")) as store:
            store.put([(_place(question), data)])


def look(question: Question) -> Seen:
    """Read every file that the answer to `question` may be made of."""
    digest = hashlib.sha256()
    digest.update(ourselves().encode())
    for word in question.asked:
        digest.update(word.encode("utf-8", "surrogateescape") + b"\0")
    times = _times(question)
    for path in question.files:
        digest.update(path.encode("utf-8", "surrogateescape") + b"\0")
    for path in _read(question):
        digest.update(_content(path))
    return Seen(digest.hexdigest(), times)


def _read(question: Question) -> Iterator[str]:
    """The full paths of the files whose content counts."""
    root = f"{question.root}/"
    if question.config is not None:
        yield str(question.config)
    for path in question.files:
        if path[path.rfind(".") :].lower() not in _ASSETS:
            yield root + path


def _times(question: Question) -> tuple[int, ...]:
    return tuple([_time(path) for path in _read(question)])


def _time(path: str) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return 0


def _content(path: str) -> bytes:
    try:
        with io.FileIO(path) as file:  # a third of the time of Path.read_bytes, fifteen thousand times
            found = os.fstat(file.fileno())
            if found.st_size > _MAX_BYTES:
                return f"{found.st_size} {found.st_mtime_ns}".encode()
            return hashlib.sha256(file.read()).digest()
    except OSError as error:
        return str(error.errno).encode()


def ourselves() -> str:
    """Names, sizes and times of our own files: any change of archwright or its profiles asks everything anew."""
    parts = [sys.version]
    for package in (tools, framework_profiles):
        parts += sorted(_files_below(str(Path(str(package.__file__)).parent)))
    return "|".join(parts)


def _files_below(folder: str) -> Iterable[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _files_below(entry.path)
        else:
            found = entry.stat()
            yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def _holds(root: Path, probes: Mapping[str, bool], files: Mapping[str, bytes]) -> bool:
    same = all(_content(f"{root}/{path}") == content for path, content in files.items())
    return same and all(probe(root, pattern) is there for pattern, there in probes.items())


def _place(question: Question) -> str:
    words = [str(question.root), *question.asked, str(question.config or "")]
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()
