"""Shows that first-party packages come from the worktree and from nowhere else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.shell import ExecResult, Shell
from tools.targets.model import Environment, Target

_PYTHON = r"""
import importlib.util, json, os, sys
def places(names, path):
    sys.path[:] = path
    found = {}
    for name in names:
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError):
            spec = None
        inner = spec and next(iter(spec.submodule_search_locations or ()), None)
        where = spec and (spec.origin if spec.has_location else inner)
        found[name] = where and os.path.realpath(where)
    return found
names = json.loads(sys.argv[1])
plain = [entry for entry in sys.path if entry]
print("\n" + json.dumps([places(names, [os.getcwd(), *plain]), places(names, plain)]))
"""

_NODE = r"""
const fs = require('fs'), path = require('path'), found = {};
for (const name of JSON.parse(process.argv[1])) {
  found[name] = null;
  for (const folder of require('module')._nodeModulePaths(process.cwd())) {
    const at = path.join(folder, name);
    if (fs.existsSync(at)) { found[name] = fs.realpathSync(at); break; }
  }
}
console.log('\n' + JSON.stringify([found]));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where first-party packages resolve to."""

    ok: bool
    problems: tuple[str, ...]
    """One sentence for each package that comes from outside of the worktree, or why this cannot be told."""
    resolved: tuple[tuple[str, str], ...]
    """Package -> where it was found."""
    evidence: ExecResult | None = None


def prove(target: Target, environment: Environment, workspace_root: Path, shell: Shell) -> Proof:
    """Asks the target's own interpreter where each first-party package comes from.

    Python is asked twice: with the application's folder on the path, as its commands run, and without.
    A package that resolves nowhere is no problem here (nothing foreign is used); one outside is.
    """
    if not target.packages or target.runtime is None or not environment.installed:
        return Proof(ok=True, problems=(), resolved=())
    words = json.dumps(list(target.packages))
    program = str(environment.interpreter) if target.runtime == "python" and environment.interpreter else "node"
    script = ["-c", _PYTHON] if target.runtime == "python" else ["-e", _NODE]
    result = shell.run([program, *script, words], cwd=target.path(workspace_root), env=environment.env, timeout=60.0)
    answers = _answers(result)
    if not answers:
        problem = f"the interpreter does not say where packages come from: {result.output.strip()[-200:]}"
        return Proof(ok=False, problems=(problem,), resolved=(), evidence=result)
    real = workspace_root.resolve()
    found = sorted({(name, place) for answer in answers for name, place in answer.items() if place})
    problems = tuple(
        f"{name} comes from {place}, not from the worktree" for name, place in found if not _within(place, real)
    )
    return Proof(ok=not problems, problems=problems, resolved=tuple(found), evidence=result)


def _answers(result: ExecResult) -> Sequence[dict[str, str | None]]:
    lines = [line for line in result.output.splitlines() if line.startswith("[{")]
    try:
        loaded = json.loads(lines[-1]) if lines else []
    except ValueError:
        return []
    return [one for one in loaded if isinstance(one, dict)]


def _within(place: str, root: Path) -> bool:
    return Path(place).is_relative_to(root)
