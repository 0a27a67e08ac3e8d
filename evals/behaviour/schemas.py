"""Whether answers have the shape that a contract's openapi.yaml gives them: exactly, at every depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from evals.behaviour import yaml
from evals.behaviour.asking import Json, Reply, brief, same

Schema = Mapping[str, Any]
_TYPES: dict[str, type] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)
}  # fmt: skip
_KNOWN = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "description", "enum", "format", "items", "minItems",
    "minLength", "oneOf", "pattern", "properties", "required", "type",
}  # fmt: skip


class Schemas:
    """The responses of one contract. An object has the members that its schema names and no others."""

    def __init__(self, text: str) -> None:
        self._document = yaml.load(text)
        paths = sorted(self._document["paths"].items(), key=lambda entry: "{" in entry[0])
        self._paths = [(re.compile(".*" + re.sub(r"\{\w+\}", "[^/]+", path)), item) for path, item in paths]

    def trouble(self, reply: Reply) -> str:
        """Where an answer's body is not as the document says for its operation and status; empty when it is.

        Raises:
            LookupError: the document has no such operation or status.
        """
        method, _, path = reply.asked.partition(" ")
        item = next(item for pattern, item in self._paths if pattern.fullmatch(path))
        answers = item[method.lower()]["responses"]
        answer = self._followed(answers.get(str(reply.status)) or answers[f"{reply.status // 100}XX"])
        if "content" not in answer:
            return f"{reply.status} has a body: {reply.text[:100]}" if reply.text else ""
        return next(self._wrong(reply.body, answer["content"]["application/json"]["schema"], "the body"), "")

    def _followed(self, given: Schema) -> Schema:
        while "$ref" in given:
            target: Any = self._document
            for step in given["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            given = {**target, **{key: value for key, value in given.items() if key != "$ref"}}
        if unknown := given.keys() - _KNOWN - {"content"}:
            raise LookupError(f"cannot judge by {', '.join(sorted(unknown))}")
        return given

    def _wrong(self, value: Json, given: Schema, where: str) -> Iterator[str]:
        schema = self._followed(given)
        for kind in ("anyOf", "oneOf"):
            if kind in schema:
                troubles = [next(self._wrong(value, one, where), "") for one in schema[kind]]
                if troubles.count("") != 1:
                    yield f"{where} fits {troubles.count('')} of {len(troubles)}: {'; '.join(filter(None, troubles))}"
        parts = [*self._inherited(schema), schema]
        kinds: str | list[str] = next((part["type"] for part in parts if "type" in part), [])
        if kinds and type(value) not in [_TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]:
            yield f"{where} is {brief(value)}, not {kinds}"
        elif isinstance(value, dict):
            yield from self._members(value, parts, where)
        elif isinstance(value, list):
            yield from self._items(value, schema, where)
        yield from _unfit(value, schema, where)

    def _members(self, value: dict[str, Json], parts: list[Schema], where: str) -> Iterator[str]:
        """The schema and what it inherits all hold; together they name all members."""
        names = {name for part in parts for name in part.get("properties", {})}
        missing = {name for part in parts for name in part.get("required", [])} - value.keys()
        if missing:
            yield f"{where} has no {', '.join(sorted(missing))}"
        more = parts[-1].get("additionalProperties")
        if more is None and names and (extra := value.keys() - names):
            yield f"{where} has {', '.join(sorted(extra))} as well"
        for name, inner in value.items():
            told = [part["properties"][name] for part in parts if name in part.get("properties", {})]
            for one in told or ([more] if isinstance(more, Mapping) else []):
                yield from self._wrong(inner, one, f"`{name}` of {where}")

    def _inherited(self, schema: Schema) -> Iterator[Schema]:
        for one in schema.get("allOf", []):
            parent = self._followed(one)
            yield from self._inherited(parent)
            yield parent

    def _items(self, value: list[Json], schema: Schema, where: str) -> Iterator[str]:
        if len(value) < schema.get("minItems", 0):
            yield f"{where} has {len(value)} items"
        for at, item in enumerate(value):
            yield from self._wrong(item, schema.get("items", {}), f"item {at} of {where}")


def _unfit(value: Json, schema: Schema, where: str) -> Iterator[str]:
    """What a single value is not."""
    if "const" in schema and not same(value, schema["const"]):
        yield f"{where} is {brief(value)}, not {brief(schema['const'])}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {brief(value)}, none of {brief(schema['enum'])}"
    if not isinstance(value, str):
        return
    # `$` is the very end in a contract, but lets a line feed follow in Python.
    if "pattern" in schema and not re.search(re.sub(r"\$$", r"\\Z", schema["pattern"]), value):
        yield f"{where} is {brief(value)}, which is not of the form {schema['pattern']}"
    if len(value) < schema.get("minLength", 0):
        yield f"{where} is {brief(value)}"
    if schema.get("format") == "date" and not _is_date(value):
        yield f"{where} is {brief(value)}, no date"


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
