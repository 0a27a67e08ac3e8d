"""Tokens: what is refused, and what a good one says."""

from __future__ import annotations

import hashlib
import hmac
import time

from evals.behaviour.checks import check
from evals.contracts.library.checks.making import NOBODY, PASSWORD, World
from evals.contracts.library.checks.signing import encoded, parts, signed


@check("USR-01", "GEN-23")
def each_operation_wants_a_token(world: World) -> None:
    """Without the header `Authorization` each operation but three is 401, whatever else is wrong."""
    for reply in (
        world.api.post("/books", {"extra": 1}),
        world.api.get("/books", limit=0),
        world.api.post("/loans", world.loan_body(user_id=world.session.member["id"])),
        world.api.get("/loans"),
        world.api.post(f"/loans/{NOBODY}/return", {}),
        world.api.get("/reports/overdue"),
    ):
        world.refused(reply, 401, "unauthorized")


@check("USR-01")
def what_is_no_token_is_refused(world: World) -> None:
    """Malformed tokens, and other schemes than Bearer, are 401."""
    token = world.session.member_token
    header, payload, signature = token.split(".")
    malformed = ("x", "a.b.c", f"{header}.{payload}", f"{header}..{signature}")
    values = [f"Bearer {one}" for one in malformed]
    for value in (*values, token, f"Basic {token}"):
        reply = world.api.send("GET", "/books", headers={"Authorization": value})
        world.refused(reply, 401, "unauthorized")


@check("USR-01")
def an_altered_token_is_refused(world: World) -> None:
    """Another user, a later expiry or another signature make a token worthless."""
    _, payload, signature = parts(world.session.member_token)
    first, second, _ = world.session.member_token.split(".")
    middle = "A" if signature[9] != "A" else "B"
    for token in (
        f"{first}.{encoded({**payload, 'sub': str(world.session.librarian['id'])})}.{signature}",
        f"{first}.{encoded({**payload, 'exp': payload['exp'] + 60})}.{signature}",
        f"{first}.{second}.{signature[:9]}{middle}{signature[10:]}",
    ):
        world.refused(world.api.bearing(token).get("/books"), 401, "unauthorized")
    world.member.get("/books").expect(200)


@check("USR-01")
def a_token_signed_with_another_key_is_refused(world: World) -> None:
    """The claims of a good token signed with HS256 and another key are 401."""
    header, payload, _ = parts(world.session.librarian_token)
    token = signed({**header, "alg": "HS256"}, payload, "x" * 64)
    world.refused(world.api.bearing(token).get("/books"), 401, "unauthorized")


@check("USR-01")
def a_token_without_signature_is_refused(world: World) -> None:
    """`alg` of `none` is 401, with and without the signature of a good token."""
    header, payload, signature = parts(world.session.librarian_token)
    token = signed({**header, "alg": "none"}, payload, "")
    for one in (token, token + signature):
        world.refused(world.api.bearing(one).get("/books"), 401, "unauthorized")


@check("USR-01", secret=True)
def a_token_signed_with_another_algorithm_is_refused(world: World) -> None:
    """The claims of a good token signed with HS384 or HS512 and the right key are 401."""
    header, payload, _ = parts(world.session.member_token)
    for name in ("HS384", "HS512"):
        token = signed({**header, "alg": name}, payload, world.secret)
        world.refused(world.api.bearing(token).get("/books"), 401, "unauthorized")


@check("USR-01", secret=True)
def an_expired_token_is_refused(world: World) -> None:
    """A token like a good one whose `exp` is over is 401, since a moment or since long."""
    header, payload, _ = parts(world.session.member_token)
    now = int(time.time())
    for seconds in (2, 7200):
        past = {name: value - 3600 - seconds for name, value in payload.items() if name in ("iat", "nbf")}
        token = signed(header, {**payload, **past, "exp": now - seconds}, world.secret)
        world.refused(world.api.bearing(token).get("/books"), 401, "unauthorized")


@check("USR-07", secret=True)
def a_token_is_signed_with_the_servers_key(world: World) -> None:
    """The signature is HS256 of header and payload with `JWT_SECRET`."""
    for token in (world.session.member_token, world.session.librarian_token):
        text, _, signature = token.rpartition(".")
        wanted = hmac.new(world.secret.encode(), text.encode(), hashlib.sha256).digest()
        world.equal(signature, encoded(wanted), "the signature")


@check("USR-07")
def a_token_says_who_and_until_when(world: World) -> None:
    """The header says HS256; the payload has the id as text, and an expiry in an hour."""
    user = world.session.member
    before = time.time()
    reply = world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)
    after = time.time()
    reply.has(token_type="Bearer", expires_in=3600)
    header, payload, _ = parts(reply["token"])
    world.equal(header["alg"], "HS256", "`alg` of the header")
    world.equal(payload["sub"], str(user["id"]), "`sub` of the payload")
    expiry = payload["exp"]
    world.that(before + 3595 <= expiry <= after + 3605, f"exp {expiry} is 3600 s after {before:.0f}")
