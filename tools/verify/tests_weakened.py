"""weakened-test: the change under judgement leaves the tests as strong as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tools.findings import Finding, Severity
from tools.verify.rule import Context, Rule


def weakened(context: Context) -> Iterator[Finding]:
    """What existing tests no longer demand after the change; nothing where no change is judged."""
    if not context.before:
        return
    from tools.weakened import is_about_tests, weakened_tests  # only a judged change needs them
    from tools.workspace_store import Change

    before = {path: text.encode() for path, text in context.before.items() if text is not None}
    changes: list[Change] = []
    for path in context.changed:
        if path not in context.before or not is_about_tests(path):
            continue
        there = _now(context, path) is not None
        # A renamed test file is one that went and one that came: tests are looked for by name and likeness.
        if path not in before and there:
            changes.append(Change(path=path, kind="added"))
        elif path in before:
            changes.append(Change(path=path, kind="modified" if there else "deleted"))
    for finding in weakened_tests(changes, before.get, lambda path: _now(context, path)):
        # People take tests out with the feature that they test: it is for them to say that nobody may.
        yield replace(finding, severity=Severity.WARNING)


def _now(context: Context, path: str) -> bytes | None:
    full = context.project.root / path
    try:
        return full.read_bytes() if full.is_file() and not full.is_symlink() else None
    except OSError:
        return None


RULES = (
    Rule(
        id="weakened-test",
        about_change=True,
        summary="A change leaves the existing tests as strong as they were.",
        gate=weakened,
    ),
)
