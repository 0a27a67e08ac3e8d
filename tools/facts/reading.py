"""One file's bytes to packed facts: the unit of work of the index and of its worker processes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tools.facts import source as sources
from tools.facts.model import FileFacts
from tools.facts.packing import Reading, pack, unpack


class Job(NamedTuple):
    """One file to read."""

    key: str
    """Grammar and digest of the content expected."""
    path: Path
    size: int


class Read(NamedTuple):
    """What came of one job."""

    key: str
    data: bytes
    """Packed facts."""
    lasting: bool
    """They belong to this content for ever: false when the file changed meanwhile or the parser crashed."""


def read_here(jobs: Sequence[Job]) -> list[Read]:
    """Read `jobs` in this process."""
    return read_portion([(job.key, str(job.path), job.size) for job in jobs])


def read_portion(portion: Sequence[tuple[str, str, int]]) -> list[Read]:
    """Read (key, path, size) each; a file that is gone has the facts of an empty one."""
    answer = []
    for key, path, size in portion:
        if size > sources.MAX_BYTES:
            answer.append(Read(key, pack(Reading(too_large(path))), True))
            continue
        try:
            content = Path(path).read_bytes()
        except OSError:
            content = b""
        lasting = hashlib.sha256(content).hexdigest() == key.partition(":")[2]
        answer.append(Read(key, read_packed(path, content), lasting))
    return answer


def read_packed(path: str, content: bytes) -> bytes:
    """The packed facts of a file; what cannot be read gives facts that say why (`FileFacts.not_checked`).

    `path` need only have the right suffix: facts do not depend on the place of a file until they are resolved.
    """
    return pack(_read(path, content))


def read(path: str, content: bytes) -> FileFacts:
    """The facts of a file, names as refs. Never raises for any content."""
    return unpack(read_packed(path, content), path, "", lambda _facts, refs: list(refs or ()))


def too_large(path: str) -> FileFacts:
    """The facts of a file that is not even opened."""
    return FileFacts(path, sources.language_of(path) or "python", not_checked=sources.TOO_LARGE)


def _read(path: str, content: bytes) -> Reading:
    language = sources.language_of(path) or "python"
    try:
        source = sources.readable(content, language)
        if language == "python":
            from tools.facts.python import reader as python

            return python.read(path, source)
        from tools.facts.javascript import reader as javascript

        return javascript.read(path, source)
    except sources.Unreadable as reason:
        return Reading(FileFacts(path, language, not_checked=str(reason)))
    except RecursionError:
        return Reading(FileFacts(path, language, not_checked="nested too deeply"))
    except Exception as error:  # noqa: BLE001 - boundary: one odd file must not end the check of all others
        failed = f"the reader failed: {type(error).__name__}: {error}"
        return Reading(FileFacts(path, language, not_checked=failed))
