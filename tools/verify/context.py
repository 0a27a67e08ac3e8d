"""What rules are given: facts, constraints, the layers they are judged by, configuration files."""

from __future__ import annotations

from collections.abc import Sequence

from framework_profiles.loader import Profiles, load_all
from framework_profiles.model import ArchitectureProfile
from tools.constraints.folders import with_folders
from tools.constraints.layering import Contract, Place, Scope, architecture_contract, own_contract
from tools.constraints.model import Constraint, ConstraintSet, Source
from tools.detect import Application, Stack
from tools.facts.model import Project
from tools.verify.rule import Context

_CONFIGURATION = (
    ".env", ".env.local", ".env.development", ".env.production", ".env.example", ".env.sample", ".env.template",
    "alembic.ini", "setup.cfg", "config.ini", "settings.ini", "settings.toml", "config.toml", "config.yaml",
    "config.yml", "config.json", "ormconfig.json", "docker-compose.yml", "docker-compose.yaml", "compose.yml",
    "compose.yaml",  "config/config.json", "config/default.json",
    "config/default.yaml", "config/default.yml", "config/database.yml", "config/settings.toml",
)  # fmt: skip
_MAX_CONFIGURATION = 200_000


def is_configuration(path: str) -> bool:
    """Whether rules read the file at `path` as configuration; schema files of ORMs count too."""
    return path.endswith(_CONFIGURATION) or path.rpartition(".")[2] in load_all().orms


def build_context(
    project: Project,
    constraints: ConstraintSet,
    stack: Stack | Sequence[Application] | None = None,
    *,
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
        configuration=_configuration(project, known, scope)
        if constraints.one("database") or constraints.one("orm")
        else {},
    )


def scope_of(stack: Stack | Sequence[Application] | None, project: Project) -> Scope:
    """Where layers are looked for: in backend applications, when any is known."""
    return with_folders(_applications(stack, project), project)


def _applications(stack: Stack | Sequence[Application] | None, project: Project) -> Scope:
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


def configuration_paths(project: Project, profiles: Profiles, scope: Scope) -> list[str]:
    """Where configuration may lie, whether git lists it or not; schema files' ending is the name of their ORM."""
    folders = dict.fromkeys((".", *(place.folder for place in scope.roots)))
    names = [name if folder == "." else f"{folder}/{name}" for folder in folders for name in _CONFIGURATION]
    names += sorted(p for p in project.listed if p.rpartition(".")[2] in profiles.orms)
    return list(dict.fromkeys(names))


def _configuration(project: Project, profiles: Profiles, scope: Scope) -> dict[str, str]:
    """The text of the configuration files of the applications."""
    found: dict[str, str] = {}
    for name in configuration_paths(project, profiles, scope):
        path = project.root / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _MAX_CONFIGURATION:
            found[name] = path.read_text(encoding="utf-8", errors="replace")
    return found
