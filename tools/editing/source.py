"""A file as text that can be edited: encoding, newlines, size limits, paths, and the atomic write back."""

from __future__ import annotations

import codecs
import contextlib
import re
import secrets
import tokenize
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from tools.editing.languages import Language, language_of
from tools.errors import ToolError, ToolRefused

MAX_BYTES = 1_000_000
"""Larger files are data or generated: a symbol edit in them is refused."""


@dataclass(slots=True, kw_only=True)
class Document:
    """The text of one file as UTF-8 with its newlines as they are, and how to turn it back into bytes."""

    path: str
    """POSIX path relative to the root."""
    data: bytes
    """UTF-8 without byte order mark."""
    encoding: str = "utf-8"
    bom: bytes = b""
    exists: bool = True

    @property
    def language(self) -> Language | None:
        """The language by the path's suffix."""
        return language_of(self.path)

    @property
    def newline(self) -> bytes:
        """The newline that most lines of the text end with."""
        crlf = self.data.count(b"\r\n")
        lone = self.data.count(b"\r") - crlf
        feeds = self.data.count(b"\n") - crlf
        return b"\r\n" if crlf > max(lone, feeds) else b"\r" if lone > feeds else b"\n"

    def encoded(self) -> bytes:
        """Return the bytes for the disk; ToolError when the text has characters the file's encoding lacks."""
        if self.encoding == "utf-8":
            return self.bom + self.data
        try:
            return self.bom + self.data.decode("utf-8").encode(self.encoding)
        except UnicodeEncodeError as error:
            bad = error.object[error.start : error.end]
            raise ToolError(f"{self.path} is written in {self.encoding}, which has no {bad!r}") from error


def locate(root: Path, path: str) -> tuple[Path, str]:
    """Return the real place of ``path`` (relative, or absolute inside ``root``) and its relative POSIX path.

    Symbolic links that stay inside are followed, so that the link itself survives a write.

    Raises:
        ToolRefused: the path, or what a link on it points to, lies outside ``root``, or inside ``.git``.
        ToolError: the path is empty or names a folder.
    """
    if not path.strip() or "\0" in path:
        raise ToolError("no path given")
    top = root.resolve()
    plain = Path(path) if Path(path).is_absolute() else top / path
    try:
        real = plain.resolve()
    except (OSError, RuntimeError) as error:
        raise ToolRefused(f"{path} cannot be resolved: {error}") from error
    if not real.is_relative_to(top):
        raise ToolRefused(f"{path} lies outside the workspace")
    relative = PurePosixPath(real.relative_to(top).as_posix())
    if ".git" in relative.parts:
        raise ToolRefused(f"{path} belongs to git")
    if real.is_dir():
        raise ToolError(f"{path} is a folder")
    return real, str(relative)


def read_document(real: Path, path: str) -> Document:
    """Read a file for editing; one that does not exist gives an empty document with ``exists`` false.

    Raises:
        ToolError: the file is binary, holds NUL bytes, is over 1 MB, or its encoding cannot be kept.
    """
    if not real.exists():
        return Document(path=path, data=b"", exists=False)
    if not real.is_file():
        raise ToolError(f"{path} is not a regular file")
    size = real.stat().st_size
    if size > MAX_BYTES:
        raise ToolError(f"{path} has {size / 1e6:.1f} MB; files over 1 MB are not edited here")
    return decode(real.read_bytes(), path)


def decode(raw: bytes, path: str) -> Document:
    """Turn the bytes of a file into a document; ToolError when it is binary or would not survive the trip."""
    if b"\0" in raw:
        raise ToolError(f"{path} is binary (it holds NUL bytes)")
    bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    body = raw[len(bom) :]
    encoding = _encoding(raw, path)
    if encoding == "utf-8":
        return Document(path=path, data=body, bom=bom)
    text = body.decode(encoding, "replace")
    if text.encode(encoding, "replace") != body:
        raise ToolError(f"{path} does not read as {encoding}; it is not edited here")
    return Document(path=path, data=text.encode("utf-8"), encoding=encoding, bom=bom)


def _encoding(raw: bytes, path: str) -> str:
    """The declared encoding of a Python file, UTF-8 where the bytes are that, else latin-1 (keeps all bytes)."""
    declared = "utf-8"
    if language_of(path) is Language.PYTHON:
        try:
            declared = tokenize.detect_encoding(BytesIO(raw).readline)[0]
        except SyntaxError:
            declared = "utf-8"  # an unknown cookie or bytes that are not UTF-8: the judge says so
    declared = "utf-8" if declared in ("utf-8-sig", "ascii") else declared
    if declared != "utf-8":
        return declared
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        control = sum(1 for b in raw if b < 9 or 13 < b < 32 and b != 27)
        if control > len(raw) // 100:
            raise ToolError(f"{path} is binary") from None
        return "latin-1"
    return "utf-8"


def replace_content(document: Document, text: str) -> Document:
    """Return the document with a whole new text, in the newline style, encoding and final newline it had.

    A new file gets a final newline. A Python file is written as UTF-8 unless the new text declares otherwise.
    """
    if "\0" in text:
        raise ToolError(f"{document.path}: the text holds NUL characters")
    body = text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    _check_unicode(body, document.path)
    if len(body) > MAX_BYTES:
        raise ToolError(f"{document.path}: a text of {len(body) / 1e6:.1f} MB is too large (1 MB)")
    ended = not document.exists or not document.data or document.data.endswith((b"\n", b"\r"))
    if document.exists and b"\r" not in body:
        body = to_newline(body, document.newline)
    if body and ended and not body.endswith((b"\n", b"\r")):
        body += document.newline if document.exists else b"\n"
    encoding = document.encoding
    if document.language is Language.PYTHON:
        encoding = _encoding(body, document.path)
    elif encoding != "utf-8":
        encoding = encoding if _encodable(body, encoding) else "utf-8"
    return Document(path=document.path, data=body, encoding=encoding, bom=document.bom, exists=document.exists)


def _check_unicode(body: bytes, path: str) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise ToolError(f"{path}: the text holds half a surrogate pair") from None


def _encodable(body: bytes, encoding: str) -> bool:
    try:
        body.decode("utf-8").encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def to_newline(text: bytes, newline: bytes) -> bytes:
    """Return text with every kind of newline turned into ``newline``."""
    plain = re.sub(rb"\r\n|\r|\n", b"\n", text)
    return plain if newline == b"\n" else plain.replace(b"\n", newline)


def write_atomically(real: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old or the new bytes, never a part; mode bits are kept.

    Raises:
        ToolError: the file system refuses (a folder of that name, no permission, no room).
    """
    temporary = real.parent / f".archwright-{secrets.token_hex(8)}"
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as handle:  # a new file gets the mode that the umask gives
            handle.write(content)
        if real.exists():
            temporary.chmod(real.stat().st_mode & 0o7777)
        temporary.replace(real)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise ToolError(f"{real.name} cannot be written: {error.strerror or error}") from error
