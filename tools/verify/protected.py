"""protected-path: files that a change must leave alone."""

from __future__ import annotations

from collections.abc import Iterator

from tools.constraints.layering import matches
from tools.findings import Finding
from tools.verify.rule import Context, Rule, severity_of


def touched(context: Context) -> Iterator[Finding]:
    """Changed paths that a protected glob covers."""
    for constraint in context.constraints.of("protected"):
        for path in context.changed:
            if matches(constraint.value, path):
                yield Finding(
                    rule="protected-path",
                    severity=severity_of(constraint),
                    path=path,
                    line=0,
                    message=f"{path} is protected ({constraint.value}, {constraint.source}) and must not change.",
                    hint="Undo the change of this file and solve the task elsewhere.",
                )


RULES = (
    Rule(
        id="protected-path",
        about_change=True,
        summary="Protected paths are not changed.",
        check=touched,
        kinds=("protected",),
    ),
)
