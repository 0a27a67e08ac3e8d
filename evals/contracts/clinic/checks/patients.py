"""Patients: what they have, whose email is whose, their order in lists, changes."""

from __future__ import annotations

import time

from evals.behaviour.asking import Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

MOST_TRIES = 40
"""How often a tenth of a second is waited for the next whole one."""
NOTHING: dict[str, Json] = {"email": None, "birth_date": None, "note": None, "tags": []}


def full(world: World) -> dict[str, Json]:
    """A body with every member, none of them as it would be by default."""
    more = {"birth_date": "1984-02-29", "note": "Allergic to\n penicillin ", "tags": ["diabetic", "recall-2026"]}
    return world.patient_body(**more)


# What is made.


@check("PAT-01", "GEN-01")
def a_patient_of_a_name_alone_is_null_elsewhere(world: World) -> None:
    """What was not sent is null and `tags` is []; nothing else is shown."""
    name = f"Ann {world.word('w')}"
    reply = world.staff.post("/patients", {"name": name}).expect(201).has(name=name, **NOTHING)
    world.equal(sorted(reply.body), ["birth_date", "created_at", "email", "id", "name", "note", "tags"], "the members")
    world.staff.get(f"/patients/{reply['id']}").expect(200).has(name=name, **NOTHING)


@check("PAT-01", "GEN-09")
def a_patient_has_all_that_was_sent(world: World) -> None:
    """Every field is shown as it was sent, in the answer and by GET."""
    body = full(world)
    reply = world.staff.post("/patients", body).expect(201).has(body)
    world.staff.get(f"/patients/{reply['id']}").expect(200).has(body)


@check("PAT-01", "GEN-07")
def each_field_of_a_patient_may_come_alone(world: World) -> None:
    """With one field more than the name the others are null, and null is the same as nothing."""
    for field, value in {"email": f"{world.word('w')}@mail.test", "note": "N"}.items():
        body = {"name": world.word("w"), field: value}
        world.staff.post("/patients", body).expect(201).has({**NOTHING, **body})
    named = {"name": world.word("w"), "email": None, "birth_date": None, "note": None}
    world.staff.post("/patients", named).expect(201).has({**NOTHING, **named})


@check("PAT-04")
def an_empty_note_stays_empty_text(world: World) -> None:
    """A `note` of "" is no null: in POST, in PATCH, by GET and in the list."""
    word = world.word("w")
    one = world.staff.post("/patients", {"name": word, "note": ""}).expect(201).has(note="")
    path = f"/patients/{one['id']}"
    world.staff.get(path).expect(200).has(note="")
    world.staff.patch(path, {"note": None}).needed(200)
    world.staff.patch(path, {"note": ""}).expect(200).has(note="")
    world.finds(world.staff.get("/patients", search=word), one["id"]).has({"items.0.note": ""})


# Whose email it is.


@check("PAT-02")
def an_email_that_another_patient_has_is_refused(world: World) -> None:
    """The same email again is 409 email_taken."""
    email = world.patient()["email"]
    world.refused(world.staff.post("/patients", world.patient_body(email=email)), 409, "email_taken")


@check("PAT-02")
def an_email_in_another_case_is_the_same(world: World) -> None:
    """Capitals and small letters are one, whichever came first, in any part of the email."""
    first, second = world.word("x"), world.word("y")
    world.patient(email=f"{first}@Mail.Test")
    world.patient(email=f"{second.upper()}@MAIL.TEST")
    for email in (f"{first.upper()}@mail.tesT", f"{second}@mail.test"):
        world.refused(world.staff.post("/patients", world.patient_body(email=email)), 409, "email_taken")


@check("PAT-02")
def every_letter_of_an_email_is_folded(world: World) -> None:
    """All 26 letters equal their capitals."""
    word = world.word("w")
    world.patient(email=f"{word}.abcdefghijklmnopqrstuvwxyz@mail.test")
    body = world.patient_body(email=f"{word}.ABCDEFGHIJKLMNOPQRSTUVWXYZ@mail.test")
    world.refused(world.staff.post("/patients", body), 409, "email_taken")


@check("PAT-02", "GEN-41")
def a_patch_to_the_email_of_another_is_refused(world: World) -> None:
    """PATCH to another's email, in any case, is 409 email_taken and changes nothing, the other fields included."""
    email = world.patient()["email"]
    path = f"/patients/{world.patient(note='before', tags=['before'])['id']}"
    before = world.staff.get(path).needed(200).body
    for taken in (email, email.upper()):
        body = {"name": "After", "note": "after", "tags": ["after"], "email": taken}
        world.refused(world.staff.patch(path, body), 409, "email_taken")
    world.equal(world.staff.get(path).expect(200).body, before, "the patient after the refusals")


@check("PAT-02")
def emails_that_only_look_alike_differ(world: World) -> None:
    """What is a wildcard or an escape elsewhere equals only itself in an email, in POST and in PATCH."""
    word = world.word("w")
    first = ["ax.bxy", "c_d.e%f", "gxh.ijk"]
    then = ["_x.b%y", "c\\_d.e\\%f", "g?h.*"]
    for part in first:
        world.patient(email=f"{word}.{part}@mail.test")
    for part in then:
        email = f"{word}.{part}@mail.test"
        world.staff.post("/patients", world.patient_body(email=email)).expect(201).has(email=email)
    path = f"/patients/{world.shared('changed patient', world.patient)}"
    email = f"{word}.%@mail.test"
    world.staff.patch(path, {"email": email}).expect(200).has(email=email)


@check("PAT-02")
def signs_beside_the_letters_are_not_folded(world: World) -> None:
    """`[` and `{` are as far apart as `A` and `a`, and yet two; so are the others of this kind."""
    word = world.word("w")
    world.patient(email=f"{word}[\\]^@mail.test")
    world.staff.post("/patients", world.patient_body(email=f"{word}{{|}}~@mail.test")).expect(201)


@check("PAT-02")
def an_email_that_was_given_up_is_free(world: World) -> None:
    """After a PATCH to another email, or to null, no patient has the old one."""
    one = world.patient()
    path, first, second = f"/patients/{one['id']}", one["email"], f"{world.word('w')}@mail.test"
    for old, given in ((first, second), (second, None)):
        world.staff.patch(path, {"email": given}).needed(200)
        world.staff.post("/patients", world.patient_body(email=old)).expect(201)


@check("PAT-03")
def any_number_of_patients_have_no_email(world: World) -> None:
    """Patients without email do not collide: left out, null, and by PATCH."""
    for body in ({"name": "Nobody"}, {"name": "Nobody"}, {"name": "Nobody", "email": None}):
        world.staff.post("/patients", body).expect(201).has(email=None)
    one = world.patient()["id"]
    world.staff.patch(f"/patients/{one}", {"email": None}).expect(200).has(email=None)


@check("PAT-03", "USR-05", "USR-07")
def a_patient_may_have_the_email_of_a_user(world: World) -> None:
    """Users and patients do not share their emails: a patient has the one of a user, and a user that of a patient."""
    email = world.session.staff["email"]
    mine = f"{world.word('w')}@mail.test"
    world.staff.post("/patients", world.patient_body(email=mine)).needed(201)
    world.api.post("/users", world.user_body(email=mine)).expect(201).has(email=mine)
    one = world.staff.post("/patients", world.patient_body(email=email)).expect(201).has(email=email)
    world.staff.delete(f"/patients/{one['id']}").needed(204)


# Changes.


@check("PAT-10")
def the_own_email_is_accepted_in_another_case(world: World) -> None:
    """A patient's own email, as it is or in another case, is no other's; it is shown as sent last."""
    email = world.patient_body()["email"]
    path = f"/patients/{world.patient(email=email)['id']}"
    for sent in (email, email.upper(), email.title()):
        world.staff.patch(path, {"email": sent}).expect(200).has(email=sent)
    world.staff.get(path).expect(200).has(email=email.title())


@check("PAT-10", "PAT-02")
def the_own_email_in_another_case_stays_taken(world: World) -> None:
    """Written in another case it still is the patient's."""
    one = world.patient()
    world.staff.patch(f"/patients/{one['id']}", {"email": one["email"].upper()}).needed(200)
    body = world.patient_body(email=one["email"])
    world.refused(world.staff.post("/patients", body), 409, "email_taken")


# The list.


@check("PAT-05")
def patients_of_one_second_come_in_the_order_of_their_making(world: World) -> None:
    """Neither names nor emails nor later changes order the list, whole or in pages of any size."""
    tag = world.word("w")
    made = [world.patient(name=f"{letter} {tag}", email=f"{letter}{tag}@mail.test", tags=[tag]) for letter in "edcab"]
    ids = [one["id"] for one in made]
    world.staff.patch(f"/patients/{ids[0]}", {"name": f"Zoe {tag}", "tags": ["a", tag]}).needed(200)
    world.staff.patch(f"/patients/{ids[3]}", {"name": f"Abe {tag}", "email": None}).needed(200)
    world.finds(world.staff.get("/patients", tag=tag), *ids)
    listed = [item["id"] for item in world.pages(world.staff, "/patients", 2, search=tag)]
    world.equal(listed, ids, "the ids in pages of 2")
    unfiltered = [item["id"] for item in world.pages(world.staff, "/patients", 100)]
    world.equal([one for one in unfiltered if one in ids], ids, "the ids in the list without filters")


@check("PAT-05", "GEN-23")
def later_patients_come_after_earlier_ones(world: World) -> None:
    """`created_at` ascends through the list, also where a page ends between two seconds."""
    made = [world.staff.get(f"/patients/{world.veteran()}").needed(200)]
    (tag,) = made[0]["tags"]
    while len(made) < 2 or (made[-1]["created_at"] == made[0]["created_at"] and len(made) < MOST_TRIES):
        time.sleep(0.1 if len(made) > 1 else 0)
        made.append(world.patient(tags=[tag]))
    made.append(world.patient(tags=[tag]))
    for limit in (1, 100):
        items = world.pages(world.staff, "/patients", limit, tag=tag)
        world.equal([item["id"] for item in items], [one["id"] for one in made], f"the ids in pages of {limit}")
    instants = [item["created_at"] for item in items]
    world.that(instants == sorted(instants), "`created_at` ascends")
    world.that(instants[0] < instants[-1], "`created_at` follows the time")


@check("GEN-34", "GEN-32", "PAT-05", "PAT-06")
def pages_of_patients_hold_while_rows_come_and_go(world: World) -> None:
    """Rows deleted before, at and after the cursor, renamed and added rows: each that stays is listed once."""
    tag = world.word("w")
    ids = [world.patient(tags=[tag])["id"] for _ in range(7)]
    first = world.staff.get("/patients", tag=tag, limit=2).expect(200).has(total=7)
    world.equal([item["id"] for item in first["items"]], ids[:2], "page 1")
    for gone in (ids[1], ids[3]):  # the row that the cursor was made of, and one to come
        world.staff.delete(f"/patients/{gone}").needed(204)
    ids.append(world.patient(tags=[tag])["id"])
    second = world.staff.get("/patients", tag=tag, limit=2, cursor=first["next_cursor"]).expect(200).has(total=6)
    world.equal([item["id"] for item in second["items"]], [ids[2], ids[4]], "page 2")
    world.staff.delete(f"/patients/{ids[0]}").needed(204)
    world.staff.patch(f"/patients/{ids[6]}", {"name": f"Aa {tag}"}).needed(200)
    third = world.staff.get("/patients", tag=tag, limit=3, cursor=second["next_cursor"]).expect(200)
    world.equal([item["id"] for item in third["items"]], ids[5:], "page 3")
    third.has(total=5, next_cursor=None)


@check("GEN-33", "PAT-06")
def deleted_patients_make_no_next_page(world: World) -> None:
    """When only deleted patients would follow, `next_cursor` is null."""
    tag = world.word("w")
    one, two = (world.patient(tags=[tag])["id"] for _ in "ab")
    world.staff.get("/patients", tag=tag, limit=1).expect(200).has(total=2)
    world.staff.delete(f"/patients/{two}").needed(204)
    world.finds(world.staff.get("/patients", tag=tag, limit=1), one)
