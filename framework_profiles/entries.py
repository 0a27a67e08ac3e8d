"""Pitfalls (`<id>.md` with `<id>.wrong.py` and `<id>.right.py` beside it) and idioms (code with a header)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from framework_profiles.model import Entry, Expectation
from framework_profiles.parsing import ProfileError

_FENCE = "+++"
_COMMENTS = {".py": "# ", ".ini": "# ", ".toml": "# ", ".js": "// ", ".ts": "// "}
_KEYS = {
    "id",
    "title",
    "applies-to",
    "layers",
    "path",
    "caught-by",
    "versions",
    "frequency",
    "estimate",
    "needs",
    "wrong",
    "right",
}


@cache
def read_entries(home: Path) -> tuple[Entry, ...]:
    """Every pitfall and idiom under `home`, ids unique. Raises ProfileError naming the file."""
    entries = [
        *(_pitfall(home, path) for path in sorted(home.glob("*/*/pitfalls/*.md"))),
        *(_idiom(home, path) for path in sorted(home.glob("*/*/idioms/*")) if path.suffix in _COMMENTS),
    ]
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise ProfileError(f"{entry.owner}: id {entry.id!r} is used twice")
        seen.add(entry.id)
    return tuple(entries)


def _pitfall(home: Path, path: Path) -> Entry:
    head, body = _split(path, path.read_text(encoding="utf-8"))
    if head.get("id") != path.stem:
        raise ProfileError(f"{path}: id {head.get('id')!r} is not the file's name")
    code = {side: path.with_suffix(f".{side}.py") for side in ("wrong", "right")}
    missing = [str(file) for file in code.values() if not file.is_file()]
    if missing:
        raise ProfileError(f"{path}: code is missing: {', '.join(missing)}")
    return _entry(
        home,
        path,
        head,
        kind="pitfall",
        text=body.strip(),
        wrong=code["wrong"].read_text(encoding="utf-8"),
        right=code["right"].read_text(encoding="utf-8"),
        expect_wrong=_expectation(path, head.get("wrong")),
        expect_right=_expectation(path, head.get("right")),
    )


def _idiom(home: Path, path: Path) -> Entry:
    comment = _COMMENTS[path.suffix]
    lines = path.read_text(encoding="utf-8").splitlines()
    fences = [number for number, line in enumerate(lines) if line == comment + _FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise ProfileError(f"{path}: no header between two lines {comment + _FENCE!r}")
    header = "\n".join(line.removeprefix(comment) for line in lines[1 : fences[1]])
    body = "\n".join(lines[fences[1] + 1 :]).strip() + "\n"
    return _entry(home, path, _tables(path, header), kind="idiom", text=body)


def _split(path: Path, text: str) -> tuple[dict[str, Any], str]:
    parts = text.split(_FENCE + "\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ProfileError(f"{path}: no front matter between two lines {_FENCE!r}")
    return _tables(path, parts[1]), parts[2]


def _tables(path: Path, text: str) -> dict[str, Any]:
    try:
        head = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: front matter: {error}") from error
    unknown = sorted(set(head) - _KEYS)
    if unknown:
        raise ProfileError(f"{path}: unknown keys in the front matter: {', '.join(unknown)}")
    if not head.get("id") or not head.get("applies-to"):
        raise ProfileError(f"{path}: front matter needs id and applies-to")
    return head


def _entry(home: Path, path: Path, head: dict[str, Any], **rest: Any) -> Entry:
    return Entry(
        id=head["id"],
        owner=path.parent.parent.relative_to(home).as_posix(),
        applies_to=tuple(tuple(alternative.split("+")) for alternative in head["applies-to"]),
        layers=tuple(head.get("layers", ())),
        title=head.get("title", ""),
        path=head.get("path", ""),
        caught_by=head.get("caught-by", ""),
        versions=tuple(head.get("versions", ())),
        frequency=head.get("frequency", 0),
        estimate=head.get("estimate", 0),
        needs=head.get("needs", ""),
        **rest,
    )


def _expectation(path: Path, text: object) -> Expectation:
    """`raises Name`, `raises Name: part of the message`, or `returns <repr>`."""
    if isinstance(text, str):
        word, _, rest = text.partition(" ")
        if word == "raises":
            name, _, message = rest.partition(": ")
            return Expectation(outcome="raises", value=name.strip(), message=message.strip())
        if word == "returns":
            return Expectation(outcome="returns", value=rest.strip())
    raise ProfileError(f"{path}: expected 'raises Name: text' or 'returns repr', found {text!r}")
