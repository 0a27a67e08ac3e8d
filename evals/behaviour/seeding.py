"""A contract's seed data: a small realistic set that is made through the API, to look at and to try things on.

``seed.json`` beside the contract's text is a list of requests, sent in its order::

    [
      {"post": "/sessions", "body": {"email": "...", "password": "..."}, "name": "manager"},
      {"post": "/rooms", "body": {"name": "Lab"}, "as": "manager", "name": "lab"},
      {"patch": "/rooms/{lab.id}", "body": {"name": "Lab 2"}, "as": "manager"}
    ]

``name`` is for the answer: ``{lab.id}`` is its member, in a path as text, alone in a value as it is. ``as`` names the
answer whose ``token`` is sent.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from evals.behaviour.asking import Client, Json, Record
from evals.behaviour.checks import UnknownChoice
from evals.behaviour.contract import Contract
from evals.behaviour.running import address
from evals.behaviour.wire import Wires

_METHODS = ("post", "patch", "put", "delete")
_REFERENCE = re.compile(r"\{(\w+)\.(\w+)\}")
_SECONDS = 300.0


def seed(contract: Contract, base_url: str, timeout: float) -> int:
    """Fill a server that was started on an empty database; returns how many requests it took.

    Args:
        contract: has the data beside its text.
        base_url: where the server answers.
        timeout: seconds for a request.

    Raises:
        UnknownChoice: the contract has no seed data, or the address is none.
        SetupFailed: the server refuses a request.
        TransportError: it gives no complete answer.
    """
    path = contract.folder / "seed.json"
    if not path.is_file():
        raise UnknownChoice(f"{contract.name} has no seed data")
    steps = json.loads(path.read_text(encoding="utf-8"))
    host, port, prefix = address(base_url)
    wires = Wires(host, port)
    record = Record(request_seconds=timeout, end=time.monotonic() + _SECONDS)
    nobody = Client(wires=wires, record=record, prefix=prefix)
    made: dict[str, Any] = {}
    try:
        for step in steps:
            method = next(name for name in _METHODS if name in step)
            client = nobody.bearing(made[step["as"]]["token"]) if "as" in step else nobody
            reply = client.send(method.upper(), _filled(step[method], made), body=_filled(step.get("body"), made))
            reply.needed(200, 201, 204)
            if "name" in step:
                made[step["name"]] = reply.body
    finally:
        wires.close_here()
    return len(steps)


def _filled(value: Json, made: Mapping[str, Any]) -> Json:
    """The value with what its references stand for."""
    if isinstance(value, dict):
        return {name: _filled(each, made) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, made) for each in value]
    if not isinstance(value, str):
        return value
    if alone := _REFERENCE.fullmatch(value):
        return made[alone[1]][alone[2]]
    return _REFERENCE.sub(lambda found: str(made[found[1]][found[2]]), value)
