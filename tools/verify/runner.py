"""Runs the rules: facts and constraints in, findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.data_access import DataAccess
from tools.constraints.layering import Contract, Place, Scope, architecture_contract, matches, own_contract
from tools.constraints.model import Constraint, ConstraintSet, Source
from tools.detect import Application, Stack
from tools.facts.model import Project
from tools.findings import Finding, Severity
from tools.verify.ignores import read_ignores, silence, unused
from tools.verify.registry import RULES, rule_ids
from tools.verify.rule import Context

_CONFIGURATION = (
    ".env", ".env.local", ".env.development", ".env.production", ".env.example", ".env.sample", ".env.template",
    "alembic.ini", "setup.cfg", "config.ini", "settings.ini", "settings.toml", "config.toml", "config.yaml",
    "config.yml", "config.json", "ormconfig.json", "docker-compose.yml", "docker-compose.yaml", "compose.yml",
    "compose.yaml",  "config/config.json", "config/default.json",
    "config/default.yaml", "config/default.yml", "config/database.yml", "config/settings.toml",
)  # fmt: skip
_MAX_CONFIGURATION = 200_000


def check(
    project: Project,
    constraints: ConstraintSet,
    stack: Stack | Sequence[Application] | None = None,
    *,
    gate: bool = True,
    changed: Sequence[str] = (),
    access: DataAccess | None = None,
) -> list[Finding]:
    """All findings of all rules, by path and line; inline ignores are obeyed.

    Args:
        project: The facts of the repository.
        constraints: What is asked for.
        stack: The applications of the repository (`tools.detect.detect`); they bound where layers are looked for.
        gate: All rules; False = only what must hold of half-written code too.
        changed: Paths that the change under judgement touched, for protected paths.
        access: The reader of `project`'s data layer, when there is one already.
    """
    context = build_context(project, constraints, stack, changed=changed)
    if access is not None:
        context.access = access
    findings = [finding for rule in RULES.values() for finding in rule.run(context, gate=gate)]
    findings = _configured(_included(findings, constraints), constraints)
    ignores = read_ignores(project.root, project.files)
    kept = silence(findings, ignores)
    ran = [r.id for r in RULES.values() if gate or r.gate is None]
    kept += _configured(list(unused(ignores, ran, rule_ids())), constraints)
    return sorted(set(kept), key=_order)


def new_findings(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Those of `after` that `before` has not: by rule, path and message, counted, so that lines may move."""
    known = Counter(f.identity for f in before)
    fresh: list[Finding] = []
    for finding in after:
        if known[finding.identity] > 0:
            known[finding.identity] -= 1
        else:
            fresh.append(finding)
    return fresh


def build_context(
    project: Project,
    constraints: ConstraintSet,
    stack: Stack | Sequence[Application] | None = None,
    *,
    changed: Sequence[str] = (),
    profiles: Profiles | None = None,
) -> Context:
    """What the rules are given."""
    known = profiles if profiles is not None else load_all()
    scope = scope_of(stack, project)
    return Context(
        project=project,
        constraints=constraints,
        profiles=known,
        contracts=_contracts(constraints, known, scope),
        scope=scope,
        changed=tuple(changed),
        configuration=_configuration(project, known, scope)
        if constraints.one("database") or constraints.one("orm")
        else {},
    )


def scope_of(stack: Stack | Sequence[Application] | None, project: Project) -> Scope:
    """Where layers are looked for: in backend applications, when any is known."""
    if stack is None or isinstance(stack, Stack):
        return Scope()
    roots = tuple(Place(a.root, a.stack.runtime.name or "") for a in stack if a.stack.framework.name is not None)
    if not roots:
        return Scope()
    packages = [Place(m.path.rpartition("/")[0] or ".", m.ecosystem) for m in project.manifests if not m.is_lock]
    others = [Place(a.root, a.stack.runtime.name or "") for a in stack] + packages
    return Scope(roots=roots, others=tuple(dict.fromkeys(place for place in others if place not in roots)))


def _contracts(constraints: ConstraintSet, profiles: Profiles, scope: Scope) -> tuple[Contract, ...]:
    paths = constraints.one("layers")
    asked = constraints.one("architecture")
    profile = profiles.architectures.get(asked.value) if asked is not None else None
    contracts: list[Contract] = []
    if asked is not None and profile is not None:
        contracts.append(architecture_contract(profile, asked, paths.params if paths else None, scope))
    elif constraints.of("layer-imports") or constraints.one("queries"):
        fallback = _closed(profiles)
        if fallback is not None:
            practice = Constraint(
                kind="architecture", value=fallback.name, source=Source(origin="practice"), binding="inferred"
            )
            contracts.append(architecture_contract(fallback, practice, paths.params if paths else None, scope))
    return (*contracts, *(own_contract(c) for c in constraints.of("contract")))


def _closed(profiles: Profiles) -> ArchitectureProfile | None:
    """The architecture whose layer names habits are told in."""
    return next((a for a in profiles.architectures.values() if a.closed and a.required), None)


def _configuration(project: Project, profiles: Profiles, scope: Scope) -> dict[str, str]:
    """Configuration files of the applications, and schema files, whose ending is the name of their ORM."""
    folders = dict.fromkeys((".", *(place.folder for place in scope.roots)))
    names = [name if folder == "." else f"{folder}/{name}" for folder in folders for name in _CONFIGURATION]
    names += sorted(p for p in project.listed if p.rpartition(".")[2] in profiles.orms)
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        path = project.root / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _MAX_CONFIGURATION:
            found[name] = path.read_text(encoding="utf-8", errors="replace")
    return found


def _included(findings: Sequence[Finding], constraints: ConstraintSet) -> list[Finding]:
    excluded = [c.value for c in constraints.of("exclude")]
    return [f for f in findings if not any(matches(glob, f.path) for glob in excluded if f.path)]


def _configured(findings: Sequence[Finding], constraints: ConstraintSet) -> list[Finding]:
    """Severities as ``[rules]`` sets them."""
    levels = {c.value: str(c.params["severity"]) for c in constraints.of("rule")}
    kept = [f for f in findings if levels.get(f.rule) != "off"]
    return [replace(f, severity=Severity(levels[f.rule])) if f.rule in levels else f for f in kept]


def _order(finding: Finding) -> tuple[str, int, str, str]:
    return (finding.path, finding.line, finding.rule, finding.message)
