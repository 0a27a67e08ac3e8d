"""Users: registration, login, tokens, roles."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from evals.behaviour.asking import Json, Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.forms import EMOJI
from evals.contracts.clinic.checks.making import PASSWORD, World
from evals.contracts.clinic.checks.shapes import shaped

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def _decoded(part: str) -> dict[str, Json]:
    value: dict[str, Json] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return value


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _signed(header: Mapping[str, Json], payload: Mapping[str, Json], secret: str) -> str:
    """A token, by the algorithm that its header names."""
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, payload))
    algorithm = HASHES.get(header["alg"])
    if algorithm is None:
        return f"{text}."
    return f"{text}.{_encoded(hmac.new(secret.encode(), text.encode(), algorithm).digest())}"


def _parts(world: World) -> tuple[dict[str, Json], dict[str, Json], str]:
    """Header, payload and signature of the staff's token."""
    header, payload, signature = world.session.staff_token.split(".")
    return _decoded(header), _decoded(payload), signature


# Tokens.


@check("USR-01")
def each_operation_wants_a_token(world: World) -> None:
    """Without the header `Authorization` each operation but three is 401, also with a good body."""
    for path in ("/users/me", "/patients", "/practitioners", "/rooms", "/services", "/appointments", "/audit"):
        world.refused(world.api.get(path), 401, "unauthorized")
    place, instants = world.ward(), {"from": world.at(0), "to": world.at(1)}
    one, invoice = (
        f"/appointments/{world.shared('scheduled', world.appointment)}",
        world.shared("invoice", world.invoice),
    )
    service = world.priced(10000, 0)
    posts: dict[str, Json] = {
        "/patients": world.patient_body(),
        "/rooms": world.room_body(),
        "/services": world.service_body(),
        "/practitioners": {"name": "x"},
        "/appointments": {**place, **world.slot()},
        f"{one}/status": {"status": "confirmed"},
        f"{one}/treatments": {"service_id": service, "quantity": 1},
        f"{one}/invoice": {},
        f"/invoices/{invoice}/payments": {"amount_cents": 1, "method": "cash"},
    }
    for path, body in posts.items():
        world.refused(world.api.post(path, body), 401, "unauthorized")
    patient = f"/patients/{place['patient_id']}"
    world.refused(world.api.patch(patient, {}), 401, "unauthorized")
    world.refused(world.api.delete(patient), 401, "unauthorized")
    world.refused(world.api.patch(f"/services/{service}", {}), 401, "unauthorized")
    for path in (patient, one, f"/invoices/{invoice}"):
        world.refused(world.api.get(path), 401, "unauthorized")
    for path, query in (
        ("/reports/revenue", {"from": "2031-01-01", "to": "2031-01-31"}),
        ("/reports/utilisation", instants),
    ):
        world.refused(world.api.send("GET", path, query=query), 401, "unauthorized")


@check("USR-02")
def what_is_no_token_is_refused(world: World) -> None:
    """Malformed tokens, and other schemes than Bearer, are 401."""
    token = world.session.staff_token
    header, payload, signature = token.split(".")
    malformed = ("x", "a.b.c", "..", "null", f"{header}.{payload}", f"{header}.{payload}.", f"{header}..{signature}")
    values = [f"Bearer {one}" for one in (*malformed, f"{token}.{signature}", f"{token},{token}")]
    for value in (*values, "Bearer", token, f"Basic {token}", f"Bearer{token}", "Bearer \u00fc", ""):
        reply = world.api.send("GET", "/users/me", headers={"Authorization": value.encode("utf-8").decode("latin-1")})
        world.refused(reply, 401, "unauthorized")


@check("USR-02")
def an_altered_token_is_refused(world: World) -> None:
    """Another user, a later expiry, another header or another signature make a token worthless."""
    header, payload, signature = _parts(world)
    parts = world.session.staff_token.split(".")
    other = _encoded(json.dumps({**payload, "sub": str(world.session.manager["id"])}).encode())
    later = _encoded(json.dumps({**payload, "exp": payload["exp"] + 60}).encode())
    middle = "A" if signature[9] != "A" else "B"
    for token in (
        f"{parts[0]}.{other}.{signature}",
        f"{parts[0]}.{later}.{signature}",
        f"{_encoded(json.dumps({**header, 'kid': 'x'}).encode())}.{parts[1]}.{signature}",
        f"{parts[0]}.{parts[1]}.{signature[:9]}{middle}{signature[10:]}",
        f"{parts[0]}.{parts[1]}.{world.session.manager_token.split('.')[2]}",
    ):
        world.refused(world.api.bearing(token).get("/users/me"), 401, "unauthorized")
    world.staff.get("/users/me").expect(200)


@check("USR-02")
def a_token_signed_with_another_key_is_refused(world: World) -> None:
    """The claims of a good token signed with HS256 and another key are 401."""
    header, payload, _ = _parts(world)
    for key in ("secret", "changeme", "x" * 64, "0" * 32):
        token = _signed({**header, "alg": "HS256"}, payload, key)
        world.refused(world.api.bearing(token).get("/users/me"), 401, "unauthorized")


@check("USR-02")
def a_token_without_signature_is_refused(world: World) -> None:
    """`alg` of `none`, in any case, is 401, with and without the signature of a good token."""
    header, payload, signature = _parts(world)
    for name in ("none", "None", ""):
        token = _signed({**header, "alg": name}, payload, "")
        for one in (token, token + signature):
            world.refused(world.api.bearing(one).get("/users/me"), 401, "unauthorized")


@check("USR-02", secret=True)
def a_token_signed_with_another_algorithm_is_refused(world: World) -> None:
    """The claims of a good token signed with HS384 or HS512 and the right key are 401."""
    header, payload, _ = _parts(world)
    for name in ("HS384", "HS512"):
        token = _signed({**header, "alg": name}, payload, world.secret)
        world.refused(world.api.bearing(token).get("/users/me"), 401, "unauthorized")


@check("USR-02", secret=True)
def an_expired_token_is_refused(world: World) -> None:
    """A token like a good one whose `exp` is over is 401, since a moment or since long."""
    header, payload, _ = _parts(world)
    now = int(time.time())
    for seconds in (2, 3600, now - 1):
        past = {name: value - 3600 - seconds for name, value in payload.items() if name in ("iat", "nbf")}
        token = _signed(header, {**payload, **past, "exp": now - seconds}, world.secret)
        world.refused(world.api.bearing(token).get("/users/me"), 401, "unauthorized")


@check("USR-11", secret=True)
def a_token_is_signed_with_the_servers_key(world: World) -> None:
    """The signature is HS256 of header and payload with `JWT_SECRET`."""
    for token in (world.session.staff_token, world.session.manager_token):
        text, _, signature = token.rpartition(".")
        wanted = hmac.new(world.secret.encode(), text.encode(), hashlib.sha256).digest()
        world.equal(signature, _encoded(wanted), "the signature")


@check("USR-11")
def a_token_says_who_and_until_when(world: World) -> None:
    """The header says HS256; the payload has the id as text, and an expiry in an hour."""
    user = world.user()
    before = time.time()
    reply = world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)
    after = time.time()
    reply.has(token_type="Bearer", expires_in=3600)
    header, payload, _ = reply["token"].split(".")
    world.equal(_decoded(header)["alg"], "HS256", "`alg` of the header")
    world.equal(_decoded(payload)["sub"], str(user["id"]), "`sub` of the payload")
    expiry = _decoded(payload)["exp"]
    world.that(before + 3595 <= expiry <= after + 3605, f"exp {expiry} is 3600 s after {before:.0f}")


@check("USR-05", "USR-08", "GEN-42")
def three_operations_ignore_the_header(world: World) -> None:
    """Health, registration and login are answered alike with a token that is none."""
    api = world.api.bearing("x.y.z")
    api.get("/health").expect(200).has(status="ok")
    user = api.post("/users", world.user_body()).expect(201)
    api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)


# Registration.


@check("USR-05")
def a_registration_is_answered_with_the_user(world: World) -> None:
    """201 with email and name as sent, a role, and no password."""
    body = world.user_body(email=f"{world.word('Mixed')}@Mail.TEST", name=" The  Name ")
    reply = shaped(world, world.api.post("/users", body), 201)
    reply.has(email=body["email"], name=body["name"], role="staff").lacks("password")


@check("USR-06")
def the_first_user_is_manager(world: World) -> None:
    """The first user was registered as manager, and is shown so."""
    world.equal(world.session.manager["role"], "manager", "the role of the first user")
    world.manager.get("/users/me").expect(200).has(role="manager")


@check("USR-06")
def every_later_user_is_staff(world: World) -> None:
    """The second user and those after, also registered with a manager's token, are staff and have no more rights."""
    world.equal(world.session.staff["role"], "staff", "the role of the second user")
    user = world.manager.post("/users", world.user_body()).expect(201).has(role="staff")
    them = world.api.bearing(world.token(user["email"]))
    them.get("/users/me").expect(200).has(role="staff")
    world.refused(them.get("/audit"), 403, "forbidden")


@check("USR-07")
def an_email_of_another_user_is_taken(world: World) -> None:
    """The same email, in the same or another case, is 409 email_taken."""
    mixed = world.user(email=f"{world.word('Mixed')}@Mail.TEST")["email"]
    for email in (mixed, mixed.lower(), mixed.swapcase(), world.session.staff["email"].upper()):
        world.refused(world.api.post("/users", world.user_body(email=email)), 409, "email_taken")
    world.api.post("/users", world.user_body(email=f"x{mixed}")).expect(201)


# Login.


@check("USR-08")
def a_user_logs_in(world: World) -> None:
    """Email and password give a token that is the user's."""
    user = world.user()
    reply = world.api.post("/sessions", {"email": user["email"], "password": PASSWORD}).expect(201)
    world.equal(world.api.bearing(reply["token"]).get("/users/me").expect(200).body, user.body, "the user")


@check("USR-08")
def an_email_logs_in_in_any_case(world: World) -> None:
    """The email is compared case-insensitively."""
    email = world.user(email=f"{world.word('Mixed')}@Mail.TEST")["email"]
    for other in (email.lower(), email.swapcase()):
        world.api.post("/sessions", {"email": other, "password": PASSWORD}).expect(201)


@check("USR-08")
def an_earlier_token_is_accepted_after_another_login(world: World) -> None:
    """A second login leaves the token of the first one as good as it was."""
    email = world.session.staff["email"]
    for token in (world.token(email), world.session.staff_token):
        world.api.bearing(token).get("/users/me").expect(200).has(email=email)


@check("USR-08", "USR-09")
def a_password_is_compared_exactly(world: World) -> None:
    """Another case, a blank less, and a character more, less or other at the end of 72 are wrong."""
    password = " Correct Horse".ljust(71, "p") + "x"
    email = world.user(password=password)["email"]
    for other in (password.lower(), password.strip(), f"{password[:-1]}y", password[:-1], f"{password}x"):
        world.refused(world.api.post("/sessions", {"email": email, "password": other}), 401, "invalid_credentials")
    world.api.post("/sessions", {"email": email, "password": password}).expect(201)


@check("USR-09")
def an_unknown_email_and_a_wrong_password_are_answered_alike(world: World) -> None:
    """Status and body are the same, so that nobody learns who is a user."""
    email = world.session.staff["email"]
    wrong = world.api.post("/sessions", {"email": email, "password": f"{PASSWORD}x"})
    unknown = world.api.post("/sessions", {"email": f"x{email}", "password": PASSWORD})
    world.refused(wrong, 401, "invalid_credentials")
    world.refused(unknown, 401, "invalid_credentials")
    world.equal(unknown.body, wrong.body, "the answer to an unknown email")


@check("USR-09")
def a_patient_is_no_user(world: World) -> None:
    """The email of a patient is an unknown one."""
    body = {"email": world.patient()["email"], "password": PASSWORD}
    world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")


@check("USR-10")
def a_login_judges_neither_length_nor_form(world: World) -> None:
    """What could not be registered is wrong at login like anything else: 401, neither 422 nor an error."""
    email = world.session.staff["email"]
    for password in ("", "p" * 5000, f"f\u00fcrstlich {EMOJI}", f"{PASSWORD}\n"):
        body = {"email": email, "password": password}
        world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")
    for other in ("", "x" * 5000, f"{EMOJI}@mail.test", f" {email}", f"{email}\n", "' OR 1=1 --"):
        body = {"email": other, "password": PASSWORD}
        world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")


@check("USR-10", "USR-08")
def an_email_is_folded_in_ascii_only(world: World) -> None:
    """The Kelvin sign is no `k` and the long s no `s`, whatever other rules of case say."""
    email = world.user(email=f"{world.word('ks')}@mail.test")["email"]
    for other in (email.replace("k", "\N{KELVIN SIGN}", 1), email.replace("s", "\N{LATIN SMALL LETTER LONG S}", 1)):
        world.refused(world.api.post("/sessions", {"email": other, "password": PASSWORD}), 401, "invalid_credentials")


@check("USR-12")
def the_current_user_is_that_of_the_token(world: World) -> None:
    """`GET /users/me` shows each the user that registration showed."""
    for client, user in ((world.staff, world.session.staff), (world.manager, world.session.manager)):
        world.equal(client.get("/users/me").expect(200).body, dict(user), "the current user")


# Roles.


@check("USR-03")
def staff_may_not_what_managers_may(world: World) -> None:
    """Each operation for managers is 403 for staff, with everything right."""
    days, instants = {"from": "2031-01-01", "to": "2031-01-31"}, {"from": world.at(0), "to": world.at(1)}
    service = world.priced(10000, 0)
    for reply in (
        world.staff.post("/practitioners", world.practitioner_body()),
        world.staff.post("/rooms", world.room_body()),
        world.staff.post("/services", world.service_body()),
        world.staff.patch(f"/services/{service}", {"tax_bp": 0}),
        world.staff.send("GET", "/reports/revenue", query=days),
        world.staff.send("GET", "/reports/utilisation", query=instants),
        world.staff.get("/audit"),
    ):
        world.refused(reply, 403, "forbidden")


@check("USR-03")
def managers_may_what_is_theirs(world: World) -> None:
    """Each operation for managers is open to them."""
    days, instants = {"from": "2031-01-01", "to": "2031-01-31"}, {"from": world.at(0), "to": world.at(1)}
    world.manager.post("/practitioners", world.practitioner_body()).expect(201)
    world.manager.post("/rooms", world.room_body()).expect(201)
    service = world.manager.post("/services", world.service_body()).expect(201)["id"]
    world.manager.patch(f"/services/{service}", {}).expect(200)
    world.manager.send("GET", "/reports/revenue", query=days).expect(200)
    world.manager.send("GET", "/reports/utilisation", query=instants).expect(200)
    world.manager.get("/audit").expect(200)


@check("USR-04")
def every_other_operation_is_open_to_managers(world: World) -> None:
    """What is not for managers only is open to them as to staff, who make and read what all other checks need."""
    client = world.manager
    for path in ("/users/me", "/patients", "/practitioners", "/rooms", "/services", "/appointments"):
        client.get(path).expect(200)
    patient = client.post("/patients", world.patient_body()).expect(201)["id"]
    client.get(f"/patients/{patient}").expect(200)
    client.patch(f"/patients/{patient}", {"note": "N"}).expect(200)
    one = client.post("/appointments", world.appointment_body(patient_id=patient)).expect(201)["id"]
    path, service = f"/appointments/{one}", world.priced(10000, 0)
    client.get(path).expect(200)
    client.post(f"{path}/status", {"status": "confirmed"}).expect(200)
    client.post(f"{path}/treatments", {"service_id": service, "quantity": 1}).expect(201)
    client.post(f"{path}/status", {"status": "completed"}).expect(200)
    invoice = client.post(f"{path}/invoice", {}).expect(201)["id"]
    client.get(f"/invoices/{invoice}").expect(200)
    client.post(f"/invoices/{invoice}/payments", {"amount_cents": 1, "method": "cash"}).expect(201)
    client.delete(f"/patients/{patient}").expect(204)


@check("USR-04")
def staff_work_with_what_others_made(world: World) -> None:
    """A thing belongs to nobody: staff see and change what the manager or other staff made."""
    made = world.manager.post("/patients", world.patient_body()).needed(201)["id"]
    other = world.api.bearing(world.token(world.user()["email"]))

    def shown(reply: Reply) -> Json:
        return reply.expect(200)["note"]

    world.equal(shown(world.staff.patch(f"/patients/{made}", {"note": "by staff"})), "by staff", "the note")
    world.equal(shown(other.get(f"/patients/{made}")), "by staff", "the note that others see")
    other.delete(f"/patients/{made}").expect(204)
