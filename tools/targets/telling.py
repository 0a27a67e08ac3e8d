"""What was detected, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.detect import Application, Detected
from tools.targets.describe import Details
from tools.targets.model import Evidence
from tools.targets.named import named_data_access

_PARTS = ("framework", "orm", "database", "runtime")
_SHOWN = 3
_WAYS = {"directory": "directory", "role": "role within feature folders", "both": "directory and role"}


def tell(applications: Sequence[Application], details: Sequence[Details]) -> str:
    """One paragraph for each application, evidence below each fact; packages in one list at the end."""
    blocks = [
        "\n".join(_application(one, more))
        for one, more in zip(applications, details, strict=True)
        if one.kind == "application"
    ]
    packages = [one for one in applications if one.kind == "package"]
    if packages:
        width = max(len(one.root) for one in packages)
        lines = [f"  {one.root:<{width}}  {_brief(one)}" for one in packages]
        blocks.append("\n".join(["Beside them, code without a server of its own:", *lines]))
    return "\n\n".join(blocks)


def _application(one: Application, details: Details) -> Iterator[str]:
    where = "the whole repository" if one.root == "." else one.root
    yield f"{one.name or one.root}  ({where})"
    for part in _PARTS:
        yield from _part(part, getattr(one.stack, part))
    yield from _architecture(one.stack.architecture, details)
    if details.roots:
        yield f"  {'built in':<13} {_place(details.roots[0])}"
        yield from (f"  {'':<13} {_place(other)}" for other in details.roots[1:])
    elif one.stack.framework.name:
        yield f"  {'built in':<13} cannot tell: no file calls what builds an application of {one.stack.framework.name}"
    for index, command in enumerate(details.commands):
        head = "commands" if index == 0 else ""
        yield f"  {head:<13} {command.what:<10} {command.command}"
        yield f"  {'':<24} {_place(command.evidence)}"


def _part(part: str, found: Detected) -> Iterator[str]:
    head = "data access" if part == "orm" and not found.known else part
    if found.name is None:
        note = f": {found.note}" if found.note else ""
        yield f"  {part:<13} cannot tell{note}"
        return
    also = f", also {', '.join(found.also)}" if found.also else ""
    yield f"  {head:<13} {_title(found)} ({found.confidence:.0%}){also}"
    if part != "runtime":
        yield from (f"  {'':<15} {_place(evidence)}" for evidence in found.evidence[:_SHOWN])


def _title(found: Detected) -> str:
    named = named_data_access().get(found.name or "") if not found.known else None
    return f"{named.title}, by name only: no rule judges its use" if named else str(found.name)


def _architecture(found: Detected, details: Details) -> Iterator[str]:
    by = f", by {_WAYS[details.by]}" if details.by else ""
    if found.name is not None:
        yield f"  {'architecture':<13} {found.name} ({found.confidence:.0%}){by}"
    else:
        yield f"  {'architecture':<13} cannot tell{': ' + found.note if found.note else ''}"
    for layer in details.layers:
        places = ", ".join(f"{place} {count}" for place, count in layer.places)
        doubt = "  (a name that may mean something else)" if layer.weak else ""
        yield f"  {'':<15} {layer.name:<13} {layer.files:>5}  {places}{doubt}"
    if details.layers:
        yield f"  {'':<15} {details.placed} of {details.files} source files have a layer by their names"


def _place(evidence: Evidence) -> str:
    line = f":{evidence.line}" if evidence.line else ""
    return f"{evidence.path}{line} {evidence.text}".rstrip()


def _brief(one: Application) -> str:
    stack = one.stack
    found = [part.name for part in (stack.framework, stack.orm, stack.database) if part.name]
    uses = f" using {', '.join(dict.fromkeys(found))}" if found else ": no framework, ORM or database was found"
    return f"{stack.runtime.name}{uses}"
