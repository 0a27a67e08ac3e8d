"""The JSON Schema (draft 2020-12) of ``archwright.toml``, for editors: what may stand where, and its choices.

It is made from the profiles and the rules, so that it never lags behind what the reader takes. The reader stays the
judge: that a layer of a contract is in its order, or that two contracts differ in name, no schema can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from framework_profiles.loader import Profiles
from tools.constraints.file import FORBID_KEYS, LISTS, ROLES, SEVERITIES
from tools.constraints.model import NONE
from tools.constraints.names import choices, profiles_of, spellings
from tools.constraints.writing import NAMED

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string", "pattern": r"\S"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_PAIR = r"^\s*\S.*->.*\S\s*$"
_ABOVE_ZERO = {"type": "number", "exclusiveMinimum": 0}
_WHAT = {
    "architecture": "The order of layers that the code keeps.",
    "database": "The database, no other; `none` for no database.",
    "orm": "All data access goes through it; `none` for plain SQL.",
    "framework": "The web framework.",
    "protected": "Globs of paths that no change may touch.",
    "exclude": "Globs of paths that are not checked.",
    "advisory": "Sentences that no rule can judge; they are shown to people and to agents.",
}


def schema(profiles: Profiles, rule_ids: Sequence[str]) -> dict[str, Any]:
    """The schema of the file; also of ``[tool.archwright]`` in pyproject.toml.

    Args:
        profiles: Where the names of architectures, databases, ORMs and frameworks come from.
        rule_ids: The rules that ``[rules]`` may name.
    """
    return {
        "$schema": DIALECT,
        "title": "archwright.toml",
        "description": "Rules of a repository that `archwright check` keeps.",
        **_table(
            {
                "constraints": _constraints(profiles),
                "layers": {
                    "description": "Where the layers of the architecture lie, when names do not tell: globs.",
                    **_table(dict.fromkeys(_layers(profiles), _TEXTS)),
                },
                "contracts": {
                    "description": "Orders of layers of one's own.",
                    "type": "array",
                    "items": _contract(),
                },
                "rules": {
                    "description": "Severities of rules.",
                    **_table(dict.fromkeys(rule_ids, {"enum": list(SEVERITIES)})),
                },
                "run": _run(),
                "target": {"description": "How the application is run.", "type": "object"},
                "targets": {"description": "How each application is run."},
            }
        ),
    }


def _constraints(profiles: Profiles) -> dict[str, Any]:
    properties: dict[str, Any] = {kind: {"description": _WHAT[kind], **_name(profiles, kind)} for kind in NAMED}
    properties.update({key: {"description": _WHAT[key], **_TEXTS} for key in LISTS})
    pair = {"type": "string", "pattern": _PAIR}
    table = _table(dict(zip(FORBID_KEYS, (_TEXT, _TEXT, {"type": "string"}, _TEXTS), strict=True)))
    one = {"anyOf": [pair, {**table, "required": ["from", "to"]}]}
    properties["forbid"] = {
        "description": 'Layers that must not import others: "routes -> repositories".',
        "anyOf": [one, {"type": "array", "items": one}],
    }
    properties["queries"] = {"description": "The only layers that may hold queries and sessions.", **_TEXTS}
    return _table(properties)


def _contract() -> dict[str, Any]:
    properties: dict[str, Any] = {
        "name": {"type": "string"},
        "order": {"description": 'Top first; "a | b" must not import each other, "a : b" may.', **_filled()},
        "closed": {"description": "Only the layer directly below may be imported.", "type": "boolean"},
        "shared": {"description": "Layers that every other may import.", **_TEXTS},
        "roots": {"description": "Globs of composition roots: they may import all.", **_TEXTS},
        "within": {"description": "The folder in which the layers lie.", "type": "string"},
        "paths": {"description": "Globs of each layer.", "type": "object", "additionalProperties": _TEXTS},
    }
    return {**_table(properties), "required": ["order"]}


def _filled() -> dict[str, Any]:
    return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}


def _run() -> dict[str, Any]:
    numbers = ("max_cost_usd", "max_tokens", "max_calls", "timeout", "command_timeout")
    properties: dict[str, Any] = {"model": {"type": "string"}, "mode": {"enum": ["full", "plain"]}}
    properties.update(dict.fromkeys(numbers, _ABOVE_ZERO))
    return {"description": "Settings of agent runs.", **_table(properties)}


def _name(profiles: Profiles, kind: str) -> dict[str, Any]:
    """A profile's name; other ways to write it are taken as well."""
    words = {word for profile in profiles_of(profiles, kind).values() for word in spellings(profile)}
    words.update({NONE} & set(choices(profiles, kind)))
    if kind == "orm":  # people call one by the framework that it comes with
        own = (framework for framework in profiles.frameworks.values() if framework.builtin_orm)
        words.update(word for framework in own for word in spellings(framework))
    spelled = "|".join(_any_case(word) for word in sorted(words))
    suffix = f"(?:[-_ ]{_any_case('architecture')})?"
    return {
        "anyOf": [
            {"enum": list(choices(profiles, kind))},
            {"type": "string", "pattern": rf"^\s*(?:{spelled}){suffix}\s*$"},
        ]
    }


def _any_case(word: str) -> str:
    """A pattern for a word in any case; JSON Schema has no flags."""
    return "".join(map(_any_case_of, word))


def _any_case_of(sign: str) -> str:
    if sign.isalpha():
        return f"[{sign.upper()}{sign.lower()}]"
    if sign == "-":
        return "[-_ ]"
    return f"\\{sign}" if sign in ".+*?()[]{}|^$/" else sign


def _layers(profiles: Profiles) -> Iterable[str]:
    names = (name for profile in profiles.architectures.values() for name in profile.order)
    return dict.fromkeys((*names, *ROLES))


def _table(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}
