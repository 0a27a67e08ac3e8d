"""Decides which framework, ORM and database an application has, its own packages of a monorepo included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from framework_profiles.loader import load_all
from tools.facts.model import FileFacts
from tools.targets.files import Tree, inside, is_aside, join
from tools.targets.marks import Score, best, database_names, read_signs, score
from tools.targets.model import Evidence, Runtime
from tools.targets.named import named_data_access
from tools.targets.pyproject import PythonProject
from tools.targets.roots import Root, Survey
from tools.targets.signs import MAX_SCANNED, Signs

MAX_ASKED = 4
"""Packages that are looked at for the data access of an application that has none of its own."""
_AS_SURE = 0.15
"""How far behind the first in confidence another may be and still count as well."""
_SERVES = re.compile(r"(^|[\s;&])(node|nodemon|tsx|ts-node|ts-node-dev|bun|deno|pm2-runtime)\s")
_LEAST_FILES = 24
_FILES_OF_ALL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found for one part of a stack."""

    score: Score | None = None
    also: tuple[str, ...] = ()
    known: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """Framework, ORM and database of one application."""

    framework: Judged
    orm: Judged
    database: Judged


@dataclass(slots=True)
class Judging:
    """Asks the profiles about each application; knows the packages that applications are made of."""

    tree: Tree
    found: Survey
    facts: Mapping[str, FileFacts] | None = None
    _by_name: dict[str, Root] = field(default_factory=dict)
    _by_folder: dict[str, Root] = field(default_factory=dict)
    _used: dict[str, set[str]] | None = None
    _shared: Signs | None = None

    def __post_init__(self) -> None:
        """Index the packages."""
        for package in self.found.packages:
            self._by_folder[package.path] = package
            if package.node is not None and package.node.name:
                self._by_name.setdefault(package.node.name, package)

    def judge(self, root: Root, runtime: Runtime) -> Stacked:
        """Framework, ORM and database of an application."""
        signs = self._signs(root)
        framework = self._framework(root, runtime, signs)
        orm = self._orm(runtime, signs)
        database = self._database(runtime, signs)
        if framework.score is None and (orm.score is None or database.score is None):
            return Stacked(framework=framework, orm=orm, database=database)  # a library of its own says enough
        for package in self._asked(root, runtime) if orm.score is None or database.score is None else ():
            lent = self._signs(package, most=_LEAST_FILES)
            if orm.score is None:
                orm = self._orm(runtime, lent)
            if database.score is None:
                database = self._database(runtime, lent)
        database = _by_orm(orm, database)
        self._confirm(root, database)
        return Stacked(framework=framework, orm=orm, database=database)

    def stands_alone(self, root: Root) -> bool:
        """Whether a package serves by itself: it has a script that starts a server, or nothing else here uses it."""
        scripts = root.node.scripts if root.node else {}
        if any(_SERVES.search(text) for name, text in scripts.items() if name in ("start", "serve", "start:prod")):
            return True
        return not self._users().get(root.path)

    def _confirm(self, root: Root, database: Judged) -> None:
        """What stands at the top of a repository confirms the database of an application below, and decides none."""
        profile = load_all().databases.get(database.score.name) if database.score is not None else None
        if root.path == "." or database.score is None or profile is None:
            return
        if self._shared is None:
            top = tuple(file for file in self.tree.files if "/" not in file)
            self._shared = read_signs(self.tree, Root(path=".", files=top))
        shared = score(self.tree, self._shared, profile, (), ())
        for evidence in shared.evidence[:1]:
            database.score.add("configured", shared.configured, evidence)

    def _signs(self, root: Root, most: int | None = None) -> Signs:
        share = max(_LEAST_FILES, _FILES_OF_ALL // max(1, len(self.found.roots)))
        above = None
        if root.python is not None and not any(inside(file, root.path) for file in root.python.manifests):
            above = self._above(root)
        return read_signs(self.tree, root, self.facts, above=above, most=most or min(MAX_SCANNED, share))

    def _above(self, root: Root) -> PythonProject | None:
        """The project around a folder that declares nothing itself."""
        outer = [one for one in self.found.packages if one.path != root.path and inside(root.path, one.path)]
        asking = [one.python for one in outer if one.python is not None and one.python.requirements]
        return max(asking, key=lambda one: len(one.root), default=None)

    def _framework(self, root: Root, runtime: Runtime, signs: Signs) -> Judged:
        profiles = [p for p in load_all().frameworks.values() if p.runtime == runtime]
        scores = [score(self.tree, signs, p, p.marks.dependencies, p.marks.imports) for p in profiles]
        for one in scores:
            if signs.scanned and signs.whole and not one.used and one.declared > 0.25:
                one.declared = 0.25  # asked for by the manifest, and no line of code imports it
        found = best(scores)
        return Judged(score=found, also=_also(found, scores), note=_looked_for(p.name for p in profiles))

    def _orm(self, runtime: Runtime, signs: Signs) -> Judged:
        candidates = [p for p in load_all().orms.values() if p.runtime == runtime]
        scores = {p.name: score(self.tree, signs, p, p.marks.dependencies, p.marks.imports) for p in candidates}
        found = best(scores.values())
        for profile in candidates:
            # One that builds on the winner and is itself in use is what the developer means.
            if found and found.name in profile.builds_on and scores[profile.name].used >= 0.5:
                found = scores[profile.name]
        if found is not None and (found.used >= 0.5 or found.configured):
            builds = load_all().orms[found.name].builds_on
            also = _also(found, [one for one in scores.values() if one.name not in builds])
            return Judged(score=found, also=also)
        named = self._named(runtime, signs)
        if named is not None and (found is None or named[0].used > found.used):
            return Judged(score=named[0], also=tuple(one.name for one in named[1:]), known=False)
        return Judged(score=found, note=_looked_for([*scores, *named_data_access()], runtime))

    def _named(self, runtime: Runtime, signs: Signs) -> list[Score] | None:
        """Data access without a profile that is declared; mappers go before query builders and these before drivers."""
        ranked: list[tuple[int, Score]] = []
        for named in named_data_access().values():
            if named.runtime == runtime:
                own = _with_forks(named.marks.dependencies, signs)
                found = score(self.tree, signs, named, own, (*named.marks.imports, *own))
                ranked += [(named.rank, found)] if found.declared >= 0.5 else []
        used = [pair for pair in ranked if pair[1].used >= 0.5] or ranked[:1]
        top = max((rank for rank, _ in used), default=0)
        leading = [found for rank, found in used if rank == top]
        return sorted(leading, key=lambda one: (-one.uses, one.name)) or None

    def _database(self, runtime: Runtime, signs: Signs) -> Judged:
        primary = [p for p in load_all().databases.values() if p.store == "primary"]
        scores = [score(self.tree, signs, p, *database_names(p, runtime)) for p in primary]
        found = best(scores)
        return Judged(score=found, also=_also(found, scores), note=_looked_for(p.name for p in primary))

    def _asked(self, root: Root, runtime: Runtime) -> list[Root]:
        """The nearest packages that an application uses, directly or not, and that declare data access."""
        wanted = _data_packages(runtime)
        seen, queue, asked = {root.path}, [root], list[Root]()
        while queue and len(asked) < MAX_ASKED:
            package = queue.pop(0)
            for used in self._uses(package):
                if used.path not in seen and not is_aside(join(used.path, "x")):
                    seen.add(used.path)
                    queue.append(used)
                    if not wanted.isdisjoint(_runtime_needs(used)):
                        asked.append(used)
        return asked[:MAX_ASKED]

    def _uses(self, root: Root) -> Iterator[Root]:
        """The packages of the repository that a package asks for."""
        for name in root.node.dependencies if root.node else ():
            if name in self._by_name:
                yield self._by_name[name]
        for folder in root.python.local if root.python else ():
            if folder in self._by_folder:
                yield self._by_folder[folder]

    def _users(self) -> Mapping[str, set[str]]:
        """Folder of a package -> folders of the packages that ask for it; tests and examples do not count."""
        if self._used is None:
            self._used = {}
            for package in self.found.packages:
                if is_aside(join(package.path, "x")):
                    continue
                for used in self._uses(package):
                    if used.path != package.path:
                        self._used.setdefault(used.path, set()).add(package.path)
        return self._used


def _also(found: Score | None, scores: Iterable[Score]) -> tuple[str, ...]:
    """The others for which about as much speaks, unless only the one found is configured."""
    if found is None:
        return ()
    others = [one for one in scores if one.name != found.name]
    near = found.confidence - _AS_SURE
    others = [
        o for o in others if (o.declared >= 0.5 and o.used >= 0.5) or (o.declared >= 0.4 and o.confidence >= near)
    ]
    if found.configured >= 0.5:
        others = [one for one in others if one.configured >= 0.3]
    same = {name for profile in load_all().databases.values() if profile.name == found.name for name in profile.same_as}
    return tuple(one.name for one in others if one.name not in same)


def _by_orm(orm: Judged, database: Judged) -> Judged:
    """The database that an ORM speaks to, when it speaks to one only and nothing else names any."""
    if database.score is not None or orm.score is None:
        return database
    named = named_data_access().get(orm.score.name)
    only = named.databases if named is not None else ()
    if len(only) != 1:
        return database
    evidence: Sequence[Evidence] = orm.score.evidence
    return Judged(score=Score(name=only[0], declared=0.5, evidence=list(evidence[:1])))


def _with_forks(names: Sequence[str], signs: Signs) -> tuple[str, ...]:
    """The names, and declared packages of the same name in somebody's scope: forks."""
    tails = {name for name in names if "/" not in name}
    forks = (one for one in signs.declared if one.startswith("@") and one.partition("/")[2] in tails)
    return (*names, *forks)


def _runtime_needs(root: Root) -> set[str]:
    needs = {one.name for one in root.python.requirements if not one.dev} if root.python else set()
    return needs | (set(root.node.dependencies) if root.node else set())


def _data_packages(runtime: Runtime) -> frozenset[str]:
    profiles = load_all()
    names = [p.marks.dependencies for p in profiles.orms.values() if p.runtime == runtime]
    names += [p.marks.dependencies for p in named_data_access().values() if p.runtime == runtime]
    names += [p.marks.drivers.get(runtime, ()) for p in profiles.databases.values() if p.store == "primary"]
    return frozenset(name for some in names for name in some)


def _looked_for(names: Iterable[str], runtime: str = "") -> str:
    known = named_data_access()
    fitting = [name for name in names if name not in known or not runtime or known[name].runtime == runtime]
    return f"looked for {', '.join(fitting)}: no manifest declares one, no code imports one"
