"""Reads and writes ``archwright.toml`` (or ``[tool.archwright]`` in pyproject.toml).

[constraints]
architecture = "clean"            # database, orm, framework; "none" for database and orm
protected = ["migrations/**"]     # exclude, queries, advisory
forbid = ["routes -> repositories", { from = "services", to = "routes", within = "server", except = ["server/old"] }]

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

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from framework_profiles.loader import Profiles, load_all
from tools.constraints.model import Constraint, Kind, Source
from tools.constraints.names import choices, resolve
from tools.constraints.toml_lines import key_lines
from tools.constraints.writing import CONTRACT_KEYS, NAMED
from tools.constraints.writing import write as write
from tools.errors import InvalidConstraints, Problem

FILE = "archwright.toml"
FILES = (FILE, "pyproject.toml")
"""Where a repository states its rules."""
LISTS: Mapping[str, Kind] = {"protected": "protected", "exclude": "exclude", "advisory": "advisory"}
SEVERITIES = ("off", "info", "warning", "error")
TABLES = ("constraints", "layers", "contracts", "rules", "run", "target", "targets")
"""``run`` and the targets belong to others, who judge them."""
ROLES = ("roots", "infrastructure")
"""What ``[layers]`` may place beside layers."""
FORBID_KEYS = ("from", "to", "within", "except")
_AT = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


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
        match = _AT.search(str(error))
        line = match[1] if match and match[1] else str(text.count("\n") + 1)
        problem = Problem(where=f"{path}:{line}", message=f"This is not TOML: {error}.", remedy="Mend the syntax.")
        raise InvalidConstraints([problem]) from error
    inner = path.endswith("pyproject.toml")
    reader = _Reader(path, text, "tool.archwright." if inner else "", profiles, tuple(rule_ids))
    reader.read(document.get("tool", {}).get("archwright", {}) if inner else document)
    if reader.problems:
        raise InvalidConstraints(reader.problems)
    return reader.found


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
        self._own: set[str] = set()
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
            if name not in TABLES:
                self._problem(name, f"There is no table or key {name!r}.", choose(name, TABLES))
        for name in ("run", "target"):
            self._table(document, name)
        contracts = self._tables_of(document.get("contracts", []))
        self._own = {name for contract in contracts for name in _names_in(contract)}
        self._constraints(self._table(document, "constraints"))
        self._layers(self._table(document, "layers"))
        self._contracts(contracts)
        self._rules(self._table(document, "rules"))

    def _table(self, document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = document.get(name, {})
        if isinstance(table, dict):
            return table
        self._problem(name, f"{name} must be a table.", f"Write [{name}] and its keys below.")
        return {}

    def _tables_of(self, contracts: Any) -> list[Mapping[str, Any]]:
        if isinstance(contracts, list) and all(isinstance(c, dict) for c in contracts):
            return list(contracts)
        self._problem("contracts", "contracts must be an array of tables.", "Write [[contracts]].")
        return []

    def _constraints(self, table: Mapping[str, Any]) -> None:
        known = (*NAMED, *LISTS, "forbid", "queries")
        for key, value in table.items():
            where = f"constraints.{key}"
            if key in NAMED:
                self._named(key, value)
            elif key in LISTS:
                for one in self._strings(where, value):
                    self._add(LISTS[key], one, where)
            elif key == "forbid":
                self._forbidden(where, value)
            elif key == "queries":
                self._queries(where, self._strings(where, value))
            else:
                self._problem(where, f"There is no constraint {key!r}.", choose(key, known))

    def _named(self, kind: str, value: Any) -> None:
        where = f"constraints.{kind}"
        allowed = choices(self._profiles, kind)
        if not isinstance(value, str):
            self._problem(where, f"{kind} must be a text.", f'Write {kind} = "...": one of {", ".join(allowed)}.')
            return
        name = resolve(self._profiles, kind, value)
        if name is None:
            self._problem(where, f"There is no {kind} {value!r}.", choose(value, allowed))
        else:
            self._add(_kind(kind), name, where)

    def _queries(self, where: str, layers: Sequence[str]) -> None:
        if layers and self._are_layers(where, layers):
            self._add("queries", ", ".join(layers), where)

    def _forbidden(self, where: str, value: Any) -> None:
        items = value if isinstance(value, list) else [value]
        for one in items:
            if isinstance(one, dict):
                pair = self._forbidden_table(where, one)
            elif isinstance(one, str):
                pair = self._forbidden_text(where, one)
            else:
                self._problem(where, f"{one!r} names no two layers.", 'Write "routes -> repositories".')
                continue
            said = one if isinstance(one, str) else str(one.get("from", ""))
            if pair is not None and self._are_layers(where, (pair["source"], pair["target"]), said):
                self._add("layer-imports", f"{pair['source']} !> {pair['target']}", where, pair, said)

    def _forbidden_text(self, where: str, text: str) -> dict[str, Any] | None:
        source, arrow, target = (part.strip() for part in text.partition("->"))
        if source and arrow and target:
            return {"source": source, "target": target}
        self._problem(where, f"{text!r} names no two layers.", 'Write "routes -> repositories".', text)
        return None

    def _forbidden_table(self, where: str, table: Mapping[str, Any]) -> dict[str, Any] | None:
        before = len(self.problems)
        for key in table:
            if key not in FORBID_KEYS:
                self._problem(where, f"A forbidden pair has no {key!r}.", choose(key, FORBID_KEYS))
        source, target, within = (table.get(key, "") for key in ("from", "to", "within"))
        if not (isinstance(source, str) and isinstance(target, str) and source.strip() and target.strip()):
            self._problem(
                where, "A forbidden pair needs two layers.", 'Write { from = "routes", to = "repositories" }.'
            )
        if not isinstance(within, str):
            self._problem(where, "within must be a folder.", 'Write within = "server".')
        other = self._strings(where, table.get("except", []))
        if len(self.problems) > before:
            return None
        params: dict[str, Any] = {"source": source.strip(), "target": target.strip()}
        params.update({"within": within.strip("/")} if within.strip("/") else {})
        params.update({"except": [folder.strip("/") for folder in other]} if other else {})
        return params

    def _are_layers(self, where: str, names: Sequence[str], said: str = "") -> bool:
        """Whether layers are known to the stated architecture, to any where none is stated, or to a contract."""
        known = {name for name in self._layer_names(self._stated()) if name not in ROLES} | self._own
        unknown = [name for name in names if name not in known]
        for name in unknown:
            self._problem(where, f"There is no layer {name!r}.", choose(name, sorted(known)), said or name)
        return not unknown

    def _layers(self, table: Mapping[str, Any]) -> None:
        names = self._layer_names(self._stated())
        paths: dict[str, list[str]] = {}
        for key, value in table.items():
            where = f"layers.{key}"
            if key not in names:
                self._problem(where, f"There is no layer {key!r}.", choose(key, names))
            else:
                paths[key] = self._strings(where, value)
        if paths:
            self._add("layers", self._stated() or "any", "layers", paths)

    def _stated(self) -> str | None:
        return next((c.value for c in self.found if c.kind == "architecture"), None)

    def _layer_names(self, architecture: str | None) -> tuple[str, ...]:
        known = self._profiles.architectures
        stated = known.get(architecture or "")
        chosen = [stated] if stated is not None else list(known.values())
        names = dict.fromkeys(name for profile in chosen for name in profile.order)
        return (*names, *ROLES)

    def _contracts(self, contracts: Sequence[Mapping[str, Any]]) -> None:
        counts = Counter(str(contract.get("name", "layers")) for contract in contracts)
        for index, contract in enumerate(contracts):
            where = f"contracts[{index}]"
            name = str(contract.get("name", "layers"))
            if counts[name] > 1 and name in [str(other.get("name", "layers")) for other in contracts[:index]]:
                self._problem(where, f"There is another contract named {name!r}.", 'Write name = "..." of its own.')
            self._contract(where, contract)

    def _contract(self, where: str, table: Mapping[str, Any]) -> None:
        before = len(self.problems)
        for key in table:
            if key not in CONTRACT_KEYS:
                self._problem(f"{where}.{key}", f"A contract has no {key!r}.", choose(key, CONTRACT_KEYS))
        order = self._strings(f"{where}.order", table.get("order", []))
        if not order and len(self.problems) == before:
            self._problem(where, "A contract needs an order.", 'Write order = ["top", "bottom"].')
        names = _names_in(table)
        paths = self._contract_paths(where, table.get("paths", {}), names)
        params: dict[str, Any] = {"order": order, "paths": paths}
        for key in ("shared", "roots"):
            params[key] = self._strings(f"{where}.{key}", table.get(key, []))
        for name in params["shared"]:
            if name not in names:
                self._problem(f"{where}.shared", f"{name!r} is not in the order.", choose(name, sorted(names)))
        params["closed"] = table.get("closed", False)
        self._contract_types(where, table)
        params["within"] = str(table.get("within", ""))
        if len(self.problems) == before:
            self._add("contract", str(table.get("name", "layers")), where, params)

    def _contract_types(self, where: str, table: Mapping[str, Any]) -> None:
        if not isinstance(table.get("closed", False), bool):
            self._problem(f"{where}.closed", "closed must be true or false.", "Write closed = true.")
        for key in ("name", "within"):
            if not isinstance(table.get(key, ""), str):
                self._problem(f"{where}.{key}", f"{key} must be a text.", f'Write {key} = "...".')

    def _contract_paths(self, where: str, paths: Any, names: set[str]) -> dict[str, list[str]]:
        if not isinstance(paths, dict):
            self._problem(f"{where}.paths", "paths must be a table.", 'Write [contracts.paths] and web = ["src/**"].')
            return {}
        read: dict[str, list[str]] = {}
        for name, value in paths.items():
            if name not in names:
                self._problem(f"{where}.paths.{name}", f"{name!r} is not in the order.", choose(name, sorted(names)))
            read[name] = self._strings(f"{where}.paths.{name}", value)
        return read

    def _rules(self, table: Mapping[str, Any]) -> None:
        for rule, severity in table.items():
            where = f"rules.{rule}"
            if self._rule_ids and rule not in self._rule_ids:
                self._problem(where, f"There is no rule {rule!r}.", choose(rule, self._rule_ids))
            elif severity not in SEVERITIES:
                self._problem(where, f"{severity!r} is no severity.", choose(str(severity), SEVERITIES))
            else:
                self._add("rule", rule, where, {"severity": severity})

    def _strings(self, where: str, value: Any) -> list[str]:
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(isinstance(i, str) and i.strip() for i in items):
            return [i.strip() for i in items]
        self._problem(where, "This must be a list of texts.", 'Write ["..."].')
        return []

    def _line(self, where: str, said: str = "") -> int:
        """The line of a key, or of the item `said` in its list."""
        names = (self._prefix + where, f"{self._prefix}{where}[0]", self._prefix + where.partition(".")[0])
        line = next((self._lines[name] for name in names if name in self._lines), 0)
        if not line or not said:
            return line
        after = min((n for n in self._lines.values() if n > line), default=len(self._text) + 1)
        quoted = (f'"{said}"', f"'{said}'")
        found = (n for n in range(line, after) if any(q in self._text[n - 1].partition(" #")[0] for q in quoted))
        return next(found, line)

    def _problem(self, where: str, message: str, remedy: str, said: str = "") -> None:
        line = self._line(where, said)
        place = f"{self._path}:{line}" if line else self._path
        self.problems.append(Problem(where=place, message=message, remedy=remedy))

    def _add(self, kind: Kind, value: str, where: str, params: Mapping[str, Any] | None = None, said: str = "") -> None:
        line = self._line(where, said or value)
        text = self._text[line - 1].strip() if 0 < line <= len(self._text) else ""
        self.found.append(
            Constraint(
                kind=kind,
                value=value,
                params=params or {},
                source=Source(origin="file", path=self._path, line=line, text=text),
                binding="advisory" if kind == "advisory" else "stated",
            )
        )


def _names_in(contract: Mapping[str, Any]) -> set[str]:
    """The layers that a contract's order names."""
    order = contract.get("order", [])
    levels = [order] if isinstance(order, str) else order if isinstance(order, list) else []
    named = (name.strip() for level in levels if isinstance(level, str) for name in level.replace(":", "|").split("|"))
    return {name for name in named if name}


def choose(word: str, allowed: Iterable[str]) -> str:
    """The remedy for an unknown name: the nearest one, and all of them."""
    listed = list(allowed)
    near = difflib.get_close_matches(word.lower(), listed, n=1, cutoff=0.6)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return f"{meant}Choose from: {', '.join(listed)}." if listed else "Leave it out."


def _kind(name: str) -> Kind:
    return next(kind for kind in NAMED if kind == name)
