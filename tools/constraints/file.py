"""Reads and writes ``archwright.toml`` (or ``[tool.archwright]`` in pyproject.toml).

[constraints]
architecture = "clean"            # database, orm, framework; "none" for database and orm
protected = ["migrations/**"]     # exclude, forbid = ["routes -> repositories"], queries, advisory

[layers]                          # where the layers of the architecture lie, when names do not tell
services = ["src/domain/**"]      # any layer of it, and: roots, infrastructure

[[contracts]]                     # layers of one's own, top first; "a | b" must not import each other
name = "house"
order = ["web", "agent | jobs", "core"]
closed = false                    # shared, roots, within; [contracts.paths] web = ["src/web/**"]

[rules]
layer-skip = "warning"            # off, info, warning, error
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from framework_profiles.loader import Profiles, load_all
from tools.constraints.model import Constraint, Kind, Source
from tools.constraints.names import choices, resolve
from tools.constraints.toml_lines import key_lines
from tools.errors import InvalidConstraints, Problem

FILE = "archwright.toml"
NAMED: tuple[Kind, ...] = ("architecture", "database", "orm", "framework")
LISTS: Mapping[str, Kind] = {"protected": "protected", "exclude": "exclude", "advisory": "advisory"}
SEVERITIES = ("off", "info", "warning", "error")
_TABLES = ("constraints", "layers", "contracts", "rules", "run", "target", "targets")
"""``run`` and the targets belong to others, who judge them."""
_CONTRACT_KEYS = ("name", "order", "closed", "shared", "roots", "within", "paths")


def find_constraints(
    root: Path, config: Path | None = None, profiles: Profiles | None = None, rule_ids: Sequence[str] = ()
) -> list[Constraint]:
    """The constraints that the repository states about itself; empty when it has no such file.

    Args:
        root: The repository.
        config: Another file to read instead of the repository's own.
        profiles: What the names in the file are checked against; default all.
        rule_ids: The rules that ``[rules]`` may name; empty = not checked.

    Raises:
        InvalidConstraints: with every problem of the file at once, line and remedy included.
    """
    known = profiles if profiles is not None else load_all()
    own = config if config is not None else root / FILE
    if config is not None or own.is_file():
        return parse(_text(own), FILE if config is None else str(config), known, rule_ids)
    pyproject = root / "pyproject.toml"
    if pyproject.is_file():
        text = _text(pyproject)
        if "tool.archwright" in text:
            return parse(text, "pyproject.toml", known, rule_ids)
    return []


def parse(text: str, path: str, profiles: Profiles, rule_ids: Sequence[str] = ()) -> list[Constraint]:
    """The constraints in the text of a file named `path`; raises InvalidConstraints like `find_constraints`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(where=path, message=f"This is not TOML: {error}.", remedy="Mend the syntax.")
        raise InvalidConstraints([problem]) from error
    inner = path.endswith("pyproject.toml")
    reader = _Reader(path, text, "tool.archwright." if inner else "", profiles, tuple(rule_ids))
    reader.read(document.get("tool", {}).get("archwright", {}) if inner else document)
    if reader.problems:
        raise InvalidConstraints(reader.problems)
    return reader.found


def write(constraints: Sequence[Constraint], comments: Mapping[str, str] | None = None) -> str:
    """The text of an ``archwright.toml`` that states `constraints`; `comments` by constraint id.

    Reading it gives the same constraints (their source and binding apart).
    """
    notes = comments or {}
    lines = ["# Rules of this repository: `archwright check` keeps them, `archwright explain RULE` tells why."]
    lines += _write_constraints(constraints, notes)
    for constraint in constraints:
        if constraint.kind == "layers":
            lines += ["", "[layers]", *(f"{k} = {_toml(v)}" for k, v in constraint.params.items())]
    for constraint in constraints:
        if constraint.kind == "contract":
            lines += ["", *_write_contract(constraint)]
    rules = [c for c in constraints if c.kind == "rule"]
    if rules:
        lines += ["", "[rules]", *(f"{c.value} = {_toml(c.params['severity'])}" for c in rules)]
    return "\n".join(lines) + "\n"


def _write_constraints(constraints: Sequence[Constraint], notes: Mapping[str, str]) -> list[str]:
    lines = ["", "[constraints]"]
    for constraint in constraints:
        if constraint.kind in NAMED:
            note = notes.get(constraint.id)
            lines.append(f"{constraint.kind} = {_toml(constraint.value)}" + (f"  # {note}" if note else ""))
    keys = {"protected": "protected", "exclude": "exclude", "layer-imports": "forbid", "queries": "queries"}
    for kind, key in {**keys, "advisory": "advisory"}.items():
        listed = [c for c in constraints if c.kind == kind]
        if not listed:
            continue
        lines += [f"# {notes[c.id]}" for c in listed if c.id in notes]
        values = [_list_value(c) for c in listed]
        lines.append(f"{key} = {_toml(values[0].split(', ') if kind == 'queries' else values)}")
    return lines if len(lines) > 2 else []


def _list_value(constraint: Constraint) -> str:
    if constraint.kind == "layer-imports":
        return f"{constraint.params['source']} -> {constraint.params['target']}"
    return constraint.value


def _write_contract(constraint: Constraint) -> list[str]:
    lines = ["[[contracts]]", f"name = {_toml(constraint.value)}"]
    params = dict(constraint.params)
    paths = params.pop("paths", {})
    lines += [f"{key} = {_toml(params[key])}" for key in _CONTRACT_KEYS if params.get(key)]
    if paths:
        lines += ["[contracts.paths]", *(f"{_key(k)} = {_toml(v)}" for k, v in paths.items())]
    return lines


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    bare = all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
    return name if bare and name else json.dumps(name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        problem = Problem(where=path.name, message=f"This cannot be read: {error}.", remedy="Save it as UTF-8.")
        raise InvalidConstraints([problem]) from error


class _Reader:
    """Collects constraints and problems; never stops at the first problem."""

    def __init__(self, path: str, text: str, prefix: str, profiles: Profiles, rule_ids: tuple[str, ...]) -> None:
        self.found: list[Constraint] = []
        self.problems: list[Problem] = []
        self._path = path
        self._lines = key_lines(text)
        self._text = text.splitlines()
        self._prefix = prefix
        self._profiles = profiles
        self._rule_ids = rule_ids

    def read(self, document: Any) -> None:
        if not isinstance(document, dict):
            self._problem("", "This must be a table.", "Write [tool.archwright.constraints].")
            return
        for name in document:
            if name not in _TABLES:
                self._problem(name, f"There is no table or key {name!r}.", f"Choose from: {', '.join(_TABLES)}.")
        self._constraints(self._table(document, "constraints"))
        self._layers(self._table(document, "layers"))
        self._contracts(document.get("contracts", []))
        self._rules(self._table(document, "rules"))

    def _table(self, document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = document.get(name, {})
        if isinstance(table, dict):
            return table
        self._problem(name, f"{name} must be a table.", f"Write [{name}] and its keys below.")
        return {}

    def _constraints(self, table: Mapping[str, Any]) -> None:
        known = (*NAMED, *LISTS, "forbid", "queries")
        for key, value in table.items():
            where = f"constraints.{key}"
            if key in NAMED:
                self._named(key, value)
            elif key in LISTS:
                for item in self._strings(where, value):
                    self._add(LISTS[key], item, where)
            elif key == "forbid":
                self._forbidden(where, self._strings(where, value))
            elif key == "queries":
                layers = self._strings(where, value)
                if layers:
                    self._add("queries", ", ".join(layers), where)
            else:
                self._problem(where, f"There is no constraint {key!r}.", f"Choose from: {', '.join(known)}.")

    def _named(self, kind: str, value: Any) -> None:
        where = f"constraints.{kind}"
        name = resolve(self._profiles, kind, value) if isinstance(value, str) else None
        if name is None:
            allowed = ", ".join(choices(self._profiles, kind))
            self._problem(where, f"There is no {kind} {value!r}.", f"Choose from: {allowed}.")
        else:
            self._add(_kind(kind), name, where)

    def _forbidden(self, where: str, items: Sequence[str]) -> None:
        for item in items:
            source, arrow, target = (part.strip() for part in item.partition("->"))
            if not (source and arrow and target):
                self._problem(where, f"{item!r} names no two layers.", 'Write "routes -> repositories".')
            else:
                params = {"source": source, "target": target}
                self._add("layer-imports", f"{source} !> {target}", where, params)

    def _layers(self, table: Mapping[str, Any]) -> None:
        stated = next((c.value for c in self.found if c.kind == "architecture"), None)
        names = self._layer_names(stated)
        paths: dict[str, list[str]] = {}
        for key, value in table.items():
            where = f"layers.{key}"
            if key not in names:
                self._problem(where, f"There is no layer {key!r}.", f"Choose from: {', '.join(names)}.")
            else:
                paths[key] = self._strings(where, value)
        if paths:
            self._add("layers", stated or "any", "layers", paths)

    def _layer_names(self, architecture: str | None) -> tuple[str, ...]:
        known = self._profiles.architectures
        stated = known.get(architecture or "")
        chosen = [stated] if stated is not None else list(known.values())
        names = dict.fromkeys(name for profile in chosen for name in profile.order)
        return (*names, "roots", "infrastructure")

    def _contracts(self, contracts: Any) -> None:
        if not isinstance(contracts, list) or not all(isinstance(c, dict) for c in contracts):
            self._problem("contracts", "contracts must be an array of tables.", "Write [[contracts]].")
            return
        for index, contract in enumerate(contracts):
            self._contract(f"contracts[{index}]", contract)

    def _contract(self, where: str, table: Mapping[str, Any]) -> None:
        before = len(self.problems)
        for key in table:
            if key not in _CONTRACT_KEYS:
                allowed = ", ".join(_CONTRACT_KEYS)
                self._problem(f"{where}.{key}", f"A contract has no {key!r}.", f"Choose from: {allowed}.")
        order = self._strings(f"{where}.order", table.get("order", []))
        if not order:
            self._problem(where, "A contract needs an order.", 'Write order = ["top", "bottom"].')
        names = {name.strip() for level in order for name in level.replace(":", "|").split("|")}
        paths = self._contract_paths(where, table.get("paths", {}), names)
        params: dict[str, Any] = {"order": order, "paths": paths}
        for key in ("shared", "roots"):
            params[key] = self._strings(f"{where}.{key}", table.get(key, []))
        params["closed"] = table.get("closed", False)
        if not isinstance(params["closed"], bool):
            self._problem(f"{where}.closed", "closed must be true or false.", "Write closed = true.")
        params["within"] = str(table.get("within", ""))
        if len(self.problems) == before:
            self._add("contract", str(table.get("name", "layers")), where, params)

    def _contract_paths(self, where: str, paths: Any, names: set[str]) -> dict[str, list[str]]:
        if not isinstance(paths, dict):
            self._problem(f"{where}.paths", "paths must be a table.", 'Write [contracts.paths] and web = ["src/**"].')
            return {}
        read: dict[str, list[str]] = {}
        for name, value in paths.items():
            if name not in names:
                listed = ", ".join(sorted(names))
                self._problem(f"{where}.paths.{name}", f"{name!r} is not in the order.", f"Choose from: {listed}.")
            read[name] = self._strings(f"{where}.paths.{name}", value)
        return read

    def _rules(self, table: Mapping[str, Any]) -> None:
        for rule, severity in table.items():
            where = f"rules.{rule}"
            if self._rule_ids and rule not in self._rule_ids:
                allowed = ", ".join(self._rule_ids)
                self._problem(where, f"There is no rule {rule!r}.", f"Choose from: {allowed}.")
            elif severity not in SEVERITIES:
                allowed = ", ".join(SEVERITIES)
                self._problem(where, f"{severity!r} is no severity.", f"Choose from: {allowed}.")
            else:
                self._add("rule", rule, where, {"severity": severity})

    def _strings(self, where: str, value: Any) -> list[str]:
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(isinstance(i, str) and i.strip() for i in items):
            return [i.strip() for i in items]
        self._problem(where, "This must be a list of texts.", 'Write ["..."].')
        return []

    def _line(self, where: str) -> int:
        return self._lines.get(self._prefix + where, self._lines.get(self._prefix + where.partition(".")[0], 0))

    def _problem(self, where: str, message: str, remedy: str) -> None:
        line = self._line(where)
        place = f"{self._path}:{line}" if line else self._path
        self.problems.append(Problem(where=place, message=message, remedy=remedy))

    def _add(self, kind: Kind, value: str, where: str, params: Mapping[str, Any] | None = None) -> None:
        line = self._line(where)
        said = self._text[line - 1].strip() if 0 < line <= len(self._text) else ""
        self.found.append(
            Constraint(
                kind=kind,
                value=value,
                params=params or {},
                source=Source(origin="file", path=self._path, line=line, text=said),
                binding="advisory" if kind == "advisory" else "stated",
            )
        )


def _kind(name: str) -> Kind:
    return next(kind for kind in NAMED if kind == name)
