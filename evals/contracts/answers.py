"""Answers that all our contracts shape alike: pages of things with ids, and refusals in one form."""

from __future__ import annotations

from typing import TypeVar

from evals.behaviour import world as behaviour
from evals.behaviour.asking import Json, Reply

S = TypeVar("S", bound=behaviour.Session)


class World(behaviour.World[S]):
    """A server whose pages and refusals are those of our contracts; each derives its own."""

    def finds(self, reply: Reply, *ids: int) -> Reply:
        """Assert that a page has exactly the things of these ids, in this order, and that they are all there are."""
        reply.expect(200).has(total=len(ids), next_cursor=None)
        got = [item["id"] for item in reply["items"]]
        self._holds(reply, got == list(ids), f"the ids of `items` are {list(ids)}; they are {got}")
        return reply

    def refused(self, reply: Reply, status: int, code: str) -> Reply:
        """Assert a refusal other than 422: its status, its code, and that its body has exactly the shape of errors."""
        reply.expect(status).has({"error.code": code})
        self._shape(reply, "code", "message")
        return reply

    def invalid(self, reply: Reply, *fields: str) -> Reply:
        """Assert a 422 that names exactly these fields, each once."""
        reply.expect(422).has({"error.code": "invalid"})
        self._shape(reply, "code", "message", "fields")
        named = reply["error.fields"]
        whole = isinstance(named, list) and all(
            isinstance(one, dict) and set(one) == {"field", "message"} and one["message"] and _texts(*one.values())
            for one in named
        )
        self._holds(reply, whole, "each of `fields` has a field and a message")
        got = sorted(one["field"] for one in named)
        self._holds(reply, got == sorted(fields), f"`fields` names {', '.join(sorted(fields))}; it has {got}")
        return reply

    def _shape(self, reply: Reply, *names: str) -> None:
        error = reply["error"]
        exact = set(reply.body) == {"error"} and isinstance(error, dict) and set(error) == set(names)
        self._holds(reply, exact, f"the body has `error` alone, and that has {', '.join(names)} alone")
        message = error["message"]
        self._holds(reply, _texts(message) and bool(message.strip()), "`message` is text that is not blank")

    def _holds(self, reply: Reply, holds: bool, claim: str) -> None:
        self._desk.record.assertions += 1
        if not holds:
            raise reply.failure(f"not so: {claim}")


def _texts(*values: Json) -> bool:
    return all(isinstance(value, str) for value in values)
