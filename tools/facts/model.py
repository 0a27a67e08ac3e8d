"""The facts: what a file says, in the same words for every language. Rules are functions over these.

Dotted names, as used in `Call.resolved`, `Call.receiver_type`, `Reference.name`, `Definition.type`:

- external: package and name, ``sqlalchemy.ext.asyncio.AsyncSession``, ``express.Router``,
  ``@prisma/client.PrismaClient``, ``drizzle-orm/pg-core.pgTable``. A JavaScript default import is the package
  itself; a ``node:`` prefix is dropped.
- first-party: ``path/to/file.py:Name.attribute`` (repository-relative POSIX path, colon, name in that file;
  nothing after the colon is the module itself). `Project.canonical` follows re-exports and aliases from there.
- ``X()`` is what calling X gives (``sqlalchemy.create_engine()``, ``sqlalchemy.create_engine().connect()``);
  an instance of a class, i.e. of a name whose last part is capitalised, is written without the parentheses.

Facts are slotted and not frozen, because a frozen one takes three times as long to build; nobody may change
one after `Index` handed it out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from tools.facts.follow import follow
from tools.facts.layout import look
from tools.facts.resolve_declared import declared_for

ImportKind = Literal["import", "from", "require", "dynamic", "export", "star"]
DefinitionKind = Literal["class", "function", "method", "variable", "attribute"]
Bind = Callable[["FileFacts", list[str] | None], list[str | None]]
"""Resolves the imports of a file (without refs), then turns its refs into names; see `tools.facts.bind`."""
Language = Literal["python", "javascript", "typescript"]
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Import:
    """One import statement or call; several names of one statement are one fact."""

    module: str
    """As written: ``app.db``, ``..models``, ``./db``, ``@scope/pkg/sub``; the expression when `unknown`."""
    line: int
    kind: ImportKind
    """import: whole module · from: named · require: CommonJS or ``import x = require()`` · dynamic:
    ``importlib.import_module``, ``import()`` · export: ``export {x} from`` · star: ``from m import *``,
    ``export * from m``."""
    names: tuple[tuple[str, str], ...] = ()
    """(name in the module, name here); empty when the whole module is meant. JavaScript: ``default`` and
    ``*`` (namespace) are names; for kind ``export`` the second is the name exported."""
    type_only: bool = False
    """Under ``TYPE_CHECKING``, ``import type``, or every name marked ``type``."""
    local: bool = False
    """Inside a function."""
    conditional: bool = False
    """Under ``if``/``try``/``match`` (``TYPE_CHECKING`` not counted)."""
    unknown: bool = False
    """Computed name: nobody can tell what is imported."""
    scope: str = ""
    """Dotted definition it stands in; empty at module level."""
    alias: str = ""
    """Name that a whole-module import binds (``import numpy as np``, ``const db = require("./db")``)."""
    target: str | None = None
    """First of `targets`."""
    targets: tuple[str, ...] = ()
    """Every first-party file that the statement reaches: a name that is a submodule counts as that file, any
    other as the module's own file. Re-exports are not followed; see `Project.origin`."""
    name_targets: tuple[str | None, ...] = ()
    """Parallel to `names`: the first-party file of each."""
    submodules: tuple[int, ...] = ()
    """Python: the indices in `names` of those that are modules themselves."""
    external: str | None = None
    """Top-level import name (``sqlalchemy``, ``@prisma/client``, ``fs``) when it is not first-party."""
    stdlib: bool = False
    """`external` belongs to the language's own library."""
    missing: bool = False
    """First-party by its shape (relative, or below a first-party package), but no such file exists."""

    @property
    def bound(self) -> tuple[str, ...]:
        """The names this statement binds in its scope."""
        if self.names:
            return tuple(here for _, here in self.names if here) if self.kind != "export" else ()
        return (self.alias,) if self.alias else ()


@dataclass(slots=True)
class Definition:
    """A class, function, method, or a name bound at module, class or ``self`` level."""

    name: str
    """Dotted within the file: ``ArticleRepository.list``; nested functions ``outer.inner``."""
    kind: DefinitionKind
    line: int
    end_line: int
    decorators: tuple[str, ...] = ()
    """Dotted names as written (``router.get``); their arguments are the `Call` with `decorates` set."""
    bases: tuple[str, ...] = ()
    """As written, dotted; subscripts dropped."""
    params: tuple[tuple[str, str], ...] = ()
    """(name, annotation text)."""
    returns: str = ""
    """Annotation text of the result; for variables and attributes the annotation."""
    is_async: bool = False
    body_size: int = 0
    """Statements directly in the body (a ``with`` and all in it is one); 0 when there is nothing but docstring,
    comments, ``pass`` and ``...``."""
    exported: bool = False
    """JavaScript: exported; Python: at module level and named in ``__all__`` or without leading underscore."""
    type: str | None = None
    """Variables and attributes: the dotted name of their type, of what was called, or aliased, if knowable."""
    is_alias: bool = False
    """`type` is what the name stands for (``SessionDep = Annotated[AsyncSession, ...]``), not its type."""


@dataclass(slots=True)
class Call:
    """One call, ``new X()`` and tagged template included."""

    name: str
    """Dotted as written: ``session.execute``; through calls: ``session.query().filter``; parts that are
    neither name nor call are ``?``."""
    line: int
    scope: str = ""
    resolved: str | None = None
    """The callee through the file's imports and definitions, when known."""
    args: int = 0
    """Positional arguments."""
    awaited: bool = False
    returned: bool = False
    """The call (or the await of it) is what a ``return``, ``yield`` or arrow body gives back."""
    first_string: str | None = None
    """The first positional argument when it is a string (placeholders ``{}``), at most 2,000 characters."""
    first_formatted: bool = False
    """Something is put into `first_string`: interpolation, ``%``, ``.format`` or ``+``."""
    arg_names: tuple[str, ...] = ()
    """Dotted names given as the first eight positional arguments; ``""`` for other expressions."""
    keywords: tuple[str, ...] = ()
    """Keyword arguments; JavaScript: keys of an object literal given as an argument."""
    decorates: str = ""
    """The definition, when this call is its decorator."""
    is_new: bool = False
    """``new X()`` in JavaScript."""
    keyword_names: tuple[str, ...] = ()
    """Python: what each of `keywords` is given, dotted (``view``, ``View.as_view()``, ``lambda``), else ``""``."""
    below: int = 0
    """How many lines below `line` the last name of a chain through calls stands; see `name_line`."""

    @property
    def name_line(self) -> int:
        """The line of the last name of what is called: a chain of calls begins on one line and goes on below it."""
        return self.line + self.below

    @property
    def receiver_type(self) -> str | None:
        """Type of what stands before the last dot, when known; see `Project.receiver` to follow it further."""
        return receiver_of(self.name, self.resolved)


@dataclass(slots=True)
class StringFact:
    """A string that looks like SQL, a database address, or a file of interest."""

    text: str
    """At most 2,000 characters; placeholders of f-strings and templates are ``{}``."""
    line: int
    scope: str = ""
    kind: Literal["sql", "url", "file"] = "sql"
    formatted: bool = False
    """Built by interpolation, ``%``, ``.format`` or ``+``."""


@dataclass(slots=True)
class Reference:
    """A name imported from elsewhere, where it is used (annotations, decorators and bases included)."""

    name: str
    line: int
    scope: str = ""
    kind: Literal["use", "annotation", "decorator", "base"] = "use"


@dataclass(slots=True)
class FileFacts:
    """Everything known of one file."""

    path: str
    language: Language
    imports: list[Import] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    strings: list[StringFact] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    exports: dict[str, str] = field(default_factory=dict)
    """Exported name -> local dotted name (JavaScript; ``default`` and ``=`` for ``module.exports``).
    Python: the literal members of ``__all__``."""
    parse_errors: tuple[tuple[int, str], ...] = ()
    """(line, message); facts around the error are still given."""
    not_checked: str | None = None
    """Why nothing was read: too large, binary, too slow to parse."""
    lines: int = 0
    digest: str = ""
    """SHA-256 of the content, hexadecimal."""
    ignores: tuple[tuple[int, str, str, int], ...] = ()
    """Inline ignores: (line, text between the brackets, reason, line that it covers)."""


def receiver_of(name: str, resolved: str | None) -> str | None:
    """The part of `resolved` that stands for everything before the last dot of the chain `name`."""
    if resolved is None or "." not in name:
        return None
    path, colon, rest = resolved.rpartition(":")
    head, dot, _ = rest.rpartition(".")
    return path + colon + head if dot or colon else None


class Dependency(NamedTuple):
    """What a manifest says of one distribution."""

    spec: str
    """Version range as written (exact version in lock files); empty when none."""
    line: int
    dev: bool
    """Only for development or tests (dev groups, ``devDependencies``, requirements-dev)."""


@dataclass(slots=True)
class Manifest:
    """One file that declares dependencies."""

    path: str
    kind: Literal["requirements", "pyproject", "setup", "pipfile", "package.json", "lock"]
    dependencies: dict[str, Dependency] = field(default_factory=dict)
    """Normalised distribution name (PEP 503; npm names as they are) -> what is said of it."""
    name: str = ""
    """Name of the project itself, when the manifest gives one."""
    ecosystem: Literal["python", "node"] = "python"
    problems: tuple[tuple[int, str], ...] = ()
    """(line, message) for what could not be read."""

    @property
    def is_lock(self) -> bool:
        """Lock files list what is installed, also what only others depend on: they declare nothing."""
        return self.kind == "lock"

    @property
    def folder(self) -> str:
        """Where it counts: its folder, or the one above a folder that holds nothing but requirements files."""
        folder = self.path.rpartition("/")[0]
        above, _, name = folder.rpartition("/")
        return above if self.kind == "requirements" and name in ("requirements", "reqs", "deps") else folder


class Edge(NamedTuple):
    """One first-party import edge."""

    source: str
    target: str
    fact: Import


@dataclass(slots=True)
class Project:
    """All facts of a repository at one moment. Built and updated by `tools.facts.index.Index`."""

    root: Path
    files: dict[str, FileFacts] = field(default_factory=dict)
    manifests: list[Manifest] = field(default_factory=list)
    listed: frozenset[str] = frozenset()
    """All files of the repository, not only source."""
    packed: dict[str, tuple[str, bytes]] = field(default_factory=dict, repr=False)
    """For `tools.facts.index` only: path -> digest and packed facts."""
    bind: Bind | None = field(default=None, repr=False)
    """For `tools.facts.index` only."""
    probes: dict[str, bool] = field(default_factory=dict, repr=False)
    """What the disk said of places beyond the listed files, see `tools.facts.layout.look` -> something is there."""
    _importers: dict[str, dict[str, None]] | None = None
    _by_name: dict[str, dict[str, Definition]] = field(default_factory=dict)
    _canonical: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    _imported: dict[str, dict[str, list[tuple[Import, int]]]] = field(default_factory=dict)
    touched: set[str] | None = field(default=None, repr=False)
    """While something is `recording`: what its answers depended on so far."""
    stars: dict[tuple[str, str], str | None] = field(default_factory=dict, repr=False)
    """For `tools.facts.follow` only: what it found out of star imports."""

    @contextlib.contextmanager
    def recording(self) -> Iterator[set[str]]:
        """Collect what the answers given meanwhile depend on: see `note` for what stands in the set."""
        outer, inner = self.touched, set[str]()
        self.touched = inner
        try:
            yield inner
        finally:
            self.touched = outer
            if outer is not None:
                outer |= inner

    def note(self, needs: Iterable[str]) -> None:
        """Remember that what is being judged depends on `needs`.

        A path means what other files can see of the file (definitions, imports, exports), ``!path`` everything.
        """
        if self.touched is not None:
            self.touched.update(needs)

    def exists(self, path: str) -> bool:
        """Is there a file or folder at `path`, listed or not? Looks at the disk once, see `probes`."""
        self.note((path,))
        if path in self.listed:
            return True
        found = self.probes.get(path)
        if found is None:
            found = self.probes[path] = look(self.root, path)
        return found

    def edges(self) -> Iterator[Edge]:
        """Every first-party import edge, in the order of files and lines."""
        for path, facts in self.files.items():
            for fact in facts.imports:
                for target in fact.targets:
                    yield Edge(path, target, fact)

    def importers(self, path: str) -> list[str]:
        """The first-party files that import `path` directly."""
        if self._importers is None:
            table: dict[str, dict[str, None]] = {}
            for edge in self.edges():
                table.setdefault(edge.target, {})[edge.source] = None
            self._importers = table
        return list(self._importers.get(path, ()))

    def definition(self, path: str, name: str) -> Definition | None:
        """The definition `name` (dotted) in file `path`."""
        if self.touched is not None:
            self.touched.add(path)
        table = self._by_name.get(path)
        if table is None:
            facts = self.files.get(path)
            if facts is None:
                return None
            table = self._by_name[path] = {d.name: d for d in reversed(facts.definitions)}
        return table.get(name)

    def imported(self, path: str) -> Mapping[str, Sequence[tuple[Import, int]]]:
        """Every name that the imports of file `path` bind or export -> the import and the name's index in it.

        The index is -1 for the whole module.
        """
        if self.touched is not None:
            self.touched.add(path)
        table = self._imported.get(path)
        if table is None:
            table = self._imported[path] = {}
            for fact in self.files[path].imports:
                for index, (_, here) in enumerate(fact.names):
                    table.setdefault(here, []).append((fact, index))
                if fact.alias and not fact.names:
                    table.setdefault(fact.alias, []).append((fact, -1))
        return table

    def canonical(self, name: str) -> str:
        """Follow re-exports, aliases, attributes of ``self`` and base classes as far as they are known.

        ``app/db/__init__.py:text`` -> ``sqlalchemy.text``; what cannot be followed comes back as far as it
        got. External names come back unchanged.
        """
        known = self._canonical.get(name)
        outer = self.touched
        if known is None:
            # As `recording`, written out: this runs a hundred thousand times.
            visited: set[str] = set()
            self.touched = visited
            try:
                found = follow(self, name)
            finally:
                self.touched = outer
            known = self._canonical[name] = (found, frozenset(visited) if visited else _NOTHING)
        if outer is not None and known[1]:
            outer |= known[1]
        return known[0]

    def callee(self, call: Call) -> str:
        """The canonical name of what is called; empty when unknown."""
        return self.canonical(call.resolved) if call.resolved is not None else ""

    def receiver(self, call: Call) -> str:
        """The canonical type of what stands before the last dot of a call; empty when unknown."""
        receiver = call.receiver_type
        return self.canonical(receiver) if receiver is not None else ""

    def origin(self, fact: Import, index: int = 0) -> str | None:
        """Where the `index`-th name of an import is really defined, as a canonical dotted name."""
        target = fact.name_targets[index] if index < len(fact.name_targets) else fact.target
        if target is None:
            return None
        return self.canonical(f"{target}:{fact.names[index][0] if fact.names else ''}")

    def manifests_for(self, path: str, ecosystem: str) -> Mapping[str, Dependency]:
        """What the manifests of the folders above `path` declare together, the nearest winning; no locks."""
        return declared_for(self.manifests, path, ecosystem)
