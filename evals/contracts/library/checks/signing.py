"""JSON web tokens, read and made by hand: the good ones, and those that a server has to refuse."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from evals.behaviour.asking import Json

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def decoded(part: str) -> dict[str, Json]:
    """The JSON object in a part of a token."""
    value: dict[str, Json] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return value


def encoded(content: bytes | Mapping[str, Json]) -> str:
    """A part of a token: bytes as they are, an object as JSON."""
    plain = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def signed(header: Mapping[str, Json], payload: Mapping[str, Json], secret: str) -> str:
    """A token by the algorithm that its header names; with an empty signature when that is no HMAC."""
    text = f"{encoded(header)}.{encoded(payload)}"
    algorithm = _HASHES.get(header["alg"])
    signature = b"" if algorithm is None else hmac.new(secret.encode(), text.encode(), algorithm).digest()
    return f"{text}.{encoded(signature)}"


def parts(token: str) -> tuple[dict[str, Json], dict[str, Json], str]:
    """Header, payload and signature."""
    header, payload, signature = token.split(".")
    return decoded(header), decoded(payload), signature
