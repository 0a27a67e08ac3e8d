"""A check result for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tools.findings import Finding, Severity
from tools.verify.registry import RULES
from tools.verify.render_frames import Frames, printable
from tools.verify.result import CheckResult, by_rule, plural

MANY = 40
"""With more findings than this the rules are counted first, and of each only some findings are shown."""
EXAMPLES = 3
_NAMED = 5
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_BOLD, _FAINT, _HELP = "1", "2", "1;36"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a result is shown."""

    root: Path | None = None
    """The repository, for code frames; None = without."""
    color: bool = False
    width: int = 120
    """Columns that lines of code may take."""
    every: bool = False
    """All findings, however many there are."""
    statistics: bool = False
    """The counts by rule instead of findings."""
    quiet: bool = False
    """The verdict alone."""
    prefix: str = ""
    """What leads from the checkout to the repository (``api/``), for annotations of GitHub."""
    strict: bool = False
    """Warnings make the check fail; for formats that tell the exit code."""


def render_text(result: CheckResult, view: View) -> str:
    """Findings with their code, hint and import chain; counts by rule when there are many; a verdict always."""
    blocks: list[list[str]] = []
    if not view.quiet:
        blocks += _findings(result, view)
        blocks.append([*_not_checked(result), *(f"note: {printable(note)}" for note in result.notes)])
        blocks.append(introduction(result) if _is_first(result) and not view.statistics else [])
        blocks.append(_advice(result, view))
    blocks.append([f"{printable(result.verdict)} ({result.seconds:.2f} s)"])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _findings(result: CheckResult, view: View) -> Iterator[list[str]]:
    many = _is_cut(result, view)
    if result.findings and (many or view.statistics):
        yield _table(result.findings, view)
    if view.statistics:
        return
    shown = _examples(result.findings) if many else list(result.findings)
    frames = Frames(view.root, view.width)
    for _, group in groupby(shown, key=lambda f: (f.path, f.line)):
        yield _block(list(group), frames, view)


def _is_cut(result: CheckResult, view: View) -> bool:
    return len(result.findings) > MANY and not view.every


def _examples(findings: Sequence[Finding]) -> list[Finding]:
    """Some of each rule, the gravest first; each from another file as long as there is one."""
    rank = {severity: place for place, severity in enumerate(Severity)}
    shown: list[Finding] = []
    for counted in by_rule(findings):
        found = sorted((f for f in findings if f.rule == counted.rule), key=lambda f: rank[f.severity])
        firsts = list({f.path: f for f in reversed(found)}.values())[::-1]
        others = [f for f in found if f not in firsts[:EXAMPLES]]
        shown += sorted([*firsts[:EXAMPLES], *others][:EXAMPLES], key=lambda f: (f.path, f.line))
    return shown


def _advice(result: CheckResult, view: View) -> list[str]:
    """How to see the others, and how to live with so many."""
    if view.statistics or not _is_cut(result, view):
        return []
    shown = len(_examples(result.findings))
    lines = [f"{shown} of {len(result.findings)} findings are shown. `--all` shows the others, `--format json` too."]
    if not result.in_baseline and not result.since:
        lines.append("`archwright baseline create` takes them as given: from then on only new ones are told.")
    return lines


def _table(findings: Sequence[Finding], view: View) -> list[str]:
    counts = by_rule(findings)
    width = max(len(one.rule) for one in counts)
    digits = len(str(max(one.findings for one in counts)))
    lines = []
    for one in counts:
        severity = _painted(f"{one.severity.value:<7}", _COLORS[one.severity], view)
        where = f"in {plural(one.files, 'file')}"
        lines.append(f"{one.findings:>{digits}}  {severity}  {one.rule:<{width}}  {where}")
    return lines


def _block(group: Sequence[Finding], frames: Frames, view: View) -> list[str]:
    """All that is found on one line of code."""
    lines = [_head(finding, view) for finding in group]
    code = frames.around(group[0])
    digits = len(str(code[-1][0])) if code else 0
    for number, text, own in code:
        gutter = _painted(f"{'>' if own else ' '} {number:>{digits}} |", _BOLD if own else _FAINT, view)
        lines.append(f"  {gutter} {text}".rstrip())
    hints = dict.fromkeys(f.hint for f in group if f.hint)
    lines += [f"  {_painted('help:', _HELP, view)} {printable(hint)}" for hint in hints]
    for chain in dict.fromkeys(f.chain for f in group if len(f.chain) > 2):
        lines += _chain(chain, view)
    return lines


def _head(finding: Finding, view: View) -> str:
    place = printable(finding.path) or "(the whole repository)"
    if finding.line:
        place += f":{finding.line}"
    severity = _painted(finding.severity.value, _COLORS[finding.severity], view)
    rule = _painted(finding.rule, _BOLD, view)
    return f"{_painted(place, _BOLD, view)}  {severity}  {rule}  {printable(finding.message)}"


def _chain(chain: Sequence[str], view: View) -> list[str]:
    label = _painted("chain:", _HELP, view)
    parts = [printable(part) for part in chain]
    line = " > ".join(parts)
    if len(line) <= view.width:
        return [f"  {label} {line}"]
    return [f"  {label} {parts[0]}", *(f"       > {part}" for part in parts[1:])]


def _not_checked(result: CheckResult) -> Iterator[str]:
    """One line for each reason, the files of it named as far as they fit."""
    reasons: dict[str, list[str]] = {}
    for one in result.not_checked:
        in_part = one.reason.startswith("read in part")
        key = "read in part: there is a syntax error" if in_part else one.reason
        reasons.setdefault(key, []).append(f"{one.path}:{_line(one.reason)}" if in_part else one.path)
    for reason, paths in sorted(reasons.items()):
        yield f"not checked: {_named(paths)}: {printable(reason)}"


def _line(reason: str) -> str:
    return reason.partition(": line ")[2].partition(":")[0]


def _named(names: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(printable(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _is_first(result: CheckResult) -> bool:
    """Nobody has adopted the check yet: no rule is stated, nothing is taken as given, no change is judged."""
    return not (result.constraints.stated or result.in_baseline or result.since)


def introduction(result: CheckResult) -> list[str]:
    """What the first check of a repository that states nothing should say of itself, and how to pin it down."""
    lines = ["No rules are stated here (archwright.toml), so this was checked by what holds everywhere and by habit:"]
    lines += [f"  found    {line}" for line in _detected(result)]
    habits = [c.words for c in result.constraints if c.binding == "inferred"]
    lines += _filled("checked", f"{plural(result.files, 'file')}; {_habits(habits)}")
    idle = [r for r in result.rules if _is_idle(r, result)]
    lines += _filled("left", "; ".join(_left(result, idle)))
    lines.append("`archwright constraints init` writes down what was found; these lines go away then.")
    return lines


def _filled(name: str, text: str) -> list[str]:
    from textwrap import wrap  # only the first check needs it

    return wrap(text, 116, initial_indent=f"  {name:<7}  ", subsequent_indent=" " * 11, break_on_hyphens=False)


def _detected(result: CheckResult) -> Iterator[str]:
    backends = [a for a in result.applications if a.stack.framework.name]
    for one in backends[:_NAMED]:
        stack = one.stack
        parts = dict.fromkeys((stack.framework.name, stack.orm.name, stack.database.name))
        style = f"{stack.architecture.name} architecture" if stack.architecture.name else "no architecture recognised"
        said = ", ".join([*(part for part in parts if part), style])
        yield f"{printable(one.name or one.root)} ({printable(one.root)}): {said}"
    if len(backends) > _NAMED:
        yield f"{len(backends) - _NAMED} more backends: `archwright detect`"
    others = len(result.applications) - len(backends)
    if others:
        yield f"{plural(others, 'package')} without a backend framework"
    if not result.applications:
        yield "no application: no manifest and no source file that a profile knows"


def _habits(habits: Sequence[str]) -> str:
    return f"habits of the code: {_named(habits)}" if habits else "the code shows no habit that could be a rule"


def _is_idle(rule: str, result: CheckResult) -> bool:
    kinds = RULES[rule].kinds if rule in RULES else ()
    return bool(kinds) and not any(result.constraints.of(kind) for kind in kinds)


def _left(result: CheckResult, idle: Sequence[str]) -> Iterable[str]:
    if idle:
        yield f"rules that nothing asks for ({', '.join(idle)})"
    if result.not_checked:
        yield f"{plural(len(result.not_checked), 'file')} named above"
    yield "installed packages and what git ignores"


def _painted(text: str, code: str, view: View) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if view.color else text
