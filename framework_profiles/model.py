"""What a profile is: typed, frozen facts about frameworks, ORMs, databases and architectures.

Everything here is data that `loader.py` reads from the TOML, Markdown and code files beside it.
Logic elsewhere asks these objects and never compares a framework's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["framework", "orm", "database", "architecture"]
Runtime = Literal["python", "node"]
AdviceKind = Literal["pitfall", "idiom"]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """By what a repository shows that it uses this thing."""

    dependencies: tuple[str, ...] = ()
    """Distribution or package names in a manifest, normalised: lower case, `-` for `_` and `.`."""
    imports: tuple[str, ...] = ()
    """Top-level import names or module specifiers (`fastapi`, `@prisma/client`)."""
    url_schemes: tuple[str, ...] = ()
    """Schemes of database URLs, driver part cut off (`postgresql`, not `postgresql+asyncpg`)."""
    drivers: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    """Databases only: runtime -> distribution names of its drivers."""
    driver_imports: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    """Databases only: runtime -> import names of its drivers, the standard library's included."""
    text: tuple[str, ...] = ()
    """Regular expressions (Python `re`, case-insensitive, multi-line) over configuration and source text."""

    @property
    def driver_names(self) -> tuple[str, ...]:
        """Distribution names of the drivers of every runtime."""
        return tuple(name for names in self.drivers.values() for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Default commands, run in the application's root; None where the stack has none.

    Placeholders: `{app}` (`package.module:object`, or the entry file on Node), `{host}`, `{port}`.
    """

    install: str | None = None
    generate: str | None = None
    build: str | None = None
    start: str | None = None
    migrate: str | None = None
    test: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incompatible:
    """Two distributions that do not work together; data of rules, each with its source as a comment."""

    one: str
    """Distribution and range (`flask-sqlalchemy <3`); the one that should be changed, when only one can be."""
    other: str
    """Distribution and range (`sqlalchemy >=2`)."""
    why: str
    """What happens, as a clause: `it fails when it is imported`."""
    instead: str
    """What to do, as a sentence."""
    breaks: bool = True
    """False when it only warns or may go well."""
    same: bool = False
    """Both must have the same version; the ranges say for which versions this holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Parts of a distribution's API that are gone; data of rules, each with its source as a comment."""

    since: str
    """Distribution and range in which they are gone (`flask >=2.3`)."""
    instead: str
    """What to do, as a sentence."""
    names: tuple[str, ...] = ()
    """Dotted names: importing one, or reading it from its module, fails."""
    calls: tuple[str, ...] = ()
    """Dotted names as calls see them: `flask.Flask.before_first_request`, `express().del`."""
    written: tuple[str, ...] = ()
    """Calls on parameters that have no type, as written: `res.sendfile`; only where the package is imported."""
    keyword: str = ""
    """Of `calls`, only those that give this keyword argument."""
    text: str = ""
    """Of `calls`, only those whose first argument is a string that this regular expression finds something in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkProfile:
    """A web framework."""

    name: str
    title: str
    marks: Marks
    kind: Kind = "framework"
    runtime: Runtime = "python"
    full: bool = False
    """True where the profile carries pitfalls and idioms; False where it only serves detection and rules."""
    request_types: tuple[str, ...] = ()
    """Dotted names of transport types for the request; must not appear in services or below."""
    response_types: tuple[str, ...] = ()
    """Dotted names of transport types for the response and of HTTP exceptions; same rule."""
    transport_parameters: tuple[str, ...] = ()
    """Parameter names that handlers of this framework use for request and response (`req`, `res`, `ctx`)."""
    app_constructors: tuple[str, ...] = ()
    """Dotted names of the calls that build the application (`fastapi.FastAPI`)."""
    router_constructors: tuple[str, ...] = ()
    """Dotted names of the calls that build a router."""
    route_decorators: tuple[str, ...] = ()
    """Last names of decorators that register a handler (`get` in `@router.get`)."""
    route_calls: tuple[str, ...] = ()
    """Last names of calls that register a handler (`add_api_route`, `get` in `app.get(path, handler)`)."""
    handler_keywords: tuple[str, ...] = ()
    """Keyword arguments of `route_calls` that take the handler (`view_func`)."""
    fluent_calls: tuple[str, ...] = ()
    """Last names of calls on an application or router that give it back, or its part for one path, so that
    routes can be registered on the result (`route` in `router.route(path).get(handler)`)."""
    mount_calls: tuple[str, ...] = ()
    """Last names of calls that attach a router to an application."""
    commands: Commands = field(default_factory=Commands)
    default_port: int = 8000
    health_paths: tuple[str, ...] = ("/health",)
    """Paths worth asking first to see that the server answers."""
    orm_mode: str | None = None
    """The mode (`async`, `sync`) in which an ORM that has both is used under this framework by default."""
    builtin_orm: str | None = None
    """Name of the ORM that comes with the framework."""
    versions: Mapping[str, str] = field(default_factory=_nothing)
    """Distribution -> specifier of versions known to work together."""
    incompatible: tuple[Incompatible, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to use an ORM, for example asynchronously."""

    name: str
    imports: tuple[str, ...] = ()
    """Dotted module or name whose import shows that this mode is in use."""
    drivers: Mapping[str, str] = field(default_factory=_nothing)
    """Database -> driver distribution that fits this mode (empty text: the standard library's)."""
    urls: Mapping[str, str] = field(default_factory=_nothing)
    """Database -> URL template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrmProfile:
    """An object-relational mapper or query builder."""

    name: str
    title: str
    marks: Marks
    kind: Kind = "orm"
    runtime: Runtime = "python"
    full: bool = False
    databases: tuple[str, ...] = ()
    """Names of database profiles that it can talk to."""
    modes: Mapping[str, Mode] = field(default_factory=_nothing)
    builds_on: tuple[str, ...] = ()
    """ORMs whose facts hold too (SQLModel builds on SQLAlchemy): using this is no use of a foreign ORM."""
    session_types: tuple[str, ...] = ()
    """Dotted names of sessions, engines, connections and clients: none of them above repositories."""
    engine_factories: tuple[str, ...] = ()
    """Dotted names of calls that make an engine, client or session factory: infrastructure only."""
    query_functions: tuple[str, ...] = ()
    """Dotted names of functions that build a query (`sqlalchemy.select`)."""
    query_methods: tuple[str, ...] = ()
    """Method names that run a query on a session, manager, model or client (`scalars`, `findMany`)."""
    raw_sql_functions: tuple[str, ...] = ()
    """Dotted names of functions that take SQL text."""
    raw_sql_methods: tuple[str, ...] = ()
    """Method names that take SQL text."""
    awaited_methods: tuple[str, ...] = ()
    """Method names of the session that return a coroutine in the async mode."""
    model_bases: tuple[str, ...] = ()
    """Dotted names of classes that models derive from, or of calls that define a model."""
    receivers: tuple[str, ...] = ()
    """Usual variable names of a session or client (`session`, `prisma`), to read calls without types."""
    commands: Commands = field(default_factory=Commands)
    versions: Mapping[str, str] = field(default_factory=_nothing)
    incompatible: tuple[Incompatible, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asynchronous:
    """Connections, pools and cursors of a driver whose methods are coroutines."""

    types: tuple[str, ...]
    """Dotted names as facts have them: classes, and what a call gives (`asyncpg.Pool.acquire()`)."""
    methods: tuple[str, ...]
    """Methods that return coroutines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseProfile:
    """A database system."""

    name: str
    title: str
    marks: Marks
    kind: Kind = "database"
    full: bool = False
    relational: bool = True
    store: Literal["primary", "auxiliary"] = "primary"
    """`auxiliary` for caches and queues: their use does not contradict a stated primary database."""
    server: bool = True
    """False when the database is a file inside the process."""
    connection_types: tuple[str, ...] = ()
    """Dotted names of driver connection, cursor and pool types."""
    connect_calls: tuple[str, ...] = ()
    """Dotted names of driver calls that open a connection or pool."""
    query_methods: tuple[str, ...] = ()
    """Method names of driver connections that take SQL."""
    asynchronous: tuple[Asynchronous, ...] = ()
    default_port: int | None = None
    same_as: tuple[str, ...] = ()
    """Databases whose drivers and URL schemes it shares (MariaDB and MySQL)."""


Role = Literal["root", "infrastructure", "tests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One ordered role of an architecture."""

    name: str
    purpose: str
    directories: tuple[str, ...] = ()
    """Directory names (no path) whose files belong to this layer."""
    weak_directories: tuple[str, ...] = ()
    """Directory names that mean this layer only when nothing surer names another one."""
    stems: tuple[str, ...] = ()
    """Globs over a file name without its last extension: `router`, `*_router`, `*.controller`, `*Service`.
    One with a literal extension (`urls.py`) is for the files of that language only."""
    weak_stems: tuple[str, ...] = ()
    """Like `stems`, but they mean this layer only when nothing else, no directory either, names another role."""
    may_import: tuple[str, ...] = ()
    """Names of layers that it may import beside itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchitectureProfile:
    """An ordered set of layers and who may import whom. `layers.py` places a path in it."""

    name: str
    title: str
    layers: tuple[Layer, ...]
    marks: Marks = field(default_factory=Marks)
    kind: Kind = "architecture"
    full: bool = False
    closed: bool = True
    """True when a layer may import only the one below it (and what `shared` names): no skipping."""
    shared: tuple[str, ...] = ()
    """Layers that every other layer may import."""
    root_stems: tuple[str, ...] = ()
    """Globs over stems of composition roots, wherever they lie."""
    weak_root_stems: tuple[str, ...] = ()
    """Globs over stems that are composition roots only outside the directories of layers (`index`, `app`)."""
    root_directories: tuple[str, ...] = ()
    """Directories of what wires the application together; a file named after a layer wires that layer."""
    package_stems: tuple[str, ...] = ()
    """Stems that stand for their folder (`__init__`, `index`): they take the folder's role where it has one."""
    infrastructure_stems: tuple[str, ...] = ()
    weak_infrastructure_stems: tuple[str, ...] = ()
    """Stems that may as well be a resource (`api/events`): infrastructure where no directory names a layer."""
    infrastructure_directories: tuple[str, ...] = ()
    kind_directories: tuple[str, ...] = ()
    """Directories that hold one kind of thing, whatever a file in them is called (`serializers/services.py`
    serializes services). They stand for the layer that has them among its weak directories, else for
    infrastructure."""
    resource_directories: tuple[str, ...] = ()
    """Names of layer directories that, inside the directory of another layer, are a resource (`models/endpoint/`)."""
    helper_directories: tuple[str, ...] = ()
    """Directories of helpers, where a file named after a layer (`utils/views.py`) helps that layer; files with
    a topic of their own (`utils/user_service.py`) are what they are called."""
    test_directories: tuple[str, ...] = ()
    test_stems: tuple[str, ...] = ()
    query_layers: tuple[str, ...] = ()
    """Layers that may hold queries and sessions."""
    query_stems: tuple[str, ...] = ()
    """Stems of files that may hold queries whatever their layer: the part of a model that queries
    (`managers`, `querysets`)."""
    transport_layers: tuple[str, ...] = ()
    """Layers that may name request and response types of the framework."""
    required: tuple[str, ...] = ()
    """Layers that must exist and hold something."""
    notes: tuple[str, ...] = ()
    """Sentences that state the rules in words, for the model and the report."""

    def layer(self, name: str) -> Layer | None:
        """The layer of that name, or None."""
        return next((layer for layer in self.layers if layer.name == name), None)

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the layers, top first."""
        return tuple(layer.name for layer in self.layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a pitfall's code does when it is run."""

    outcome: Literal["raises", "returns"]
    value: str
    """Name of the exception class, or `repr` of the result."""
    message: str = ""
    """Text that the exception's message contains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A pitfall or an idiom as it lies on disk."""

    id: str
    kind: AdviceKind
    owner: str
    """`frameworks/fastapi` and the like: the folder it lies in."""
    applies_to: tuple[tuple[str, ...], ...]
    """Alternatives; each is a set of words (names of framework, ORM, mode, database) that must all hold."""
    layers: tuple[str, ...]
    """Layers it concerns; empty means all."""
    text: str
    """Advice, or the code of the idiom."""
    title: str = ""
    path: str = ""
    """Idioms: where such code lies in a project, relative to the application's package."""
    caught_by: str = ""
    """Rule id or gate that catches it, empty when nothing does yet."""
    versions: tuple[str, ...] = ()
    """Specifiers for which it holds (`sqlalchemy>=2.0`)."""
    frequency: int = 0
    """How often it was the cause in 642 failed agent runs on backends; 0 = not counted, known otherwise."""
    estimate: int = 0
    """For ranking what was not counted: how often we expect it, on the same scale."""
    needs: str = ""
    """Database that its code needs to run, with the driver of its URL: empty, `sqlite`, `postgres+asyncpg`."""
    wrong: str = ""
    right: str = ""
    expect_wrong: Expectation | None = None
    expect_right: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One piece of advice as the model sees it."""

    id: str
    kind: AdviceKind
    text: str
    why: str
    """Why it was chosen for this step: stack, layer, frequency, what catches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that composing found: an unknown name or parts that do not fit together."""

    severity: Literal["conflict", "unknown", "assumed"]
    message: str
