"""Request bodies in general: what is no object, unknown, missing, of a wrong type, outside its limits; texts; PATCH."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from evals.behaviour.asking import Json
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.forms import EMOJI, FORMS, NOBODY, Form
from evals.contracts.clinic.checks.making import World

NO_OBJECTS = (b"", b"[{}]")
MORE_OF_THEM = (
    b" ", b'{"name": "x"', b"null", b"true", b"5", b'"name"', b"[]", b"{", b"{'name': 'x'}", b'{name: "x"}',
    b'{"name": "x",}', b"name=x", b'{"name": "x"} {}', b'{"name": "x"}}', b'{"name": "tab\there"}', b'{"name": "\\x"}',
)  # fmt: skip
EMAILS = {key: FORMS[key] for key in ("user", "patient", "change_of_patient")}
NAMED = {key: form for key, form in FORMS.items() if "name" in form.fields}
LIMITED = {key: form for key, form in FORMS.items() if any(kind.outside for kind in form.fields.values())}
BLANK = (" ", "\t\r\n ")
EXACT = (
    "  in the middle of  blanks\r\n and \tmore\n ",
    "quotes \" ' ` \\ / \\n \\u0041 <b>&amp;</b> %41 %s {0} ${x} '; DROP TABLE users; --",
    f"decomposed e\u0301, composed \u00e9, \u212b, \ufb01, \u00df, \u0130, MiXeD, {EMOJI}\u200d\u202e\u2028\x01\x7f",
)
"""Of which the last has what normalising and changing case would alter, and what filters take out."""
GOOD_EMAILS = (
    "{word}@b.c", "a@{word}.c", "a@b.{word}", "O'Neil+a_%b{word}@Mail.Clinic.test", ".{word}.@.b.c.", "{word}..@b..c",
    "!#$%&'*+-/=?^_`|~{word}@x.y", '"{word}"@x.y', "{word}\\,;:<>()[]@x.y", "{word}@[127.0.0.1]", "{word}@-.-",
    "{word}@x.y?a=b&c=d#e",
)  # fmt: skip
BAD_EMAILS = (
    "", "@", "{word}", "{word}@", "{word}@b", "@{word}.c", "{word}@.c", "{word}@c.", "{word}@.", "{word}.b.c",
    "{word}@@b.c", "{word}@b@c.d", "@{word}@b.c", "{word}@b.c@", "a {word}@b.c", " {word}@b.c", "{word}@b.c ",
    "{word}@b.c\n", "{word}\t@b.c", "{word}@b .c", "{word}\x7f@b.c", "{word}\N{LATIN SMALL LETTER E WITH ACUTE}@b.c",
    "{word}@b\N{LATIN SMALL LETTER E WITH ACUTE}.c", "{word}@b.c\N{KELVIN SIGN}",
    "{word}\N{FULLWIDTH COMMERCIAL AT}b.c",
)  # fmt: skip


def _by_turns(values: Mapping[str, Sequence[Json]]) -> Iterator[dict[str, Json]]:
    """The first value of each field, the second of each that has a second, and so on."""
    for turn in range(max(map(len, values.values()))):
        yield {name: each[turn] for name, each in values.items() if turn < len(each)}


# Bodies as such.


@check_each("GEN-03", over=FORMS)
def what_is_no_object_is_refused(world: World, form: Form) -> None:
    """A body that is missing, malformed JSON or another JSON value is refused as `body`."""
    sender = form.open(world)
    for content in NO_OBJECTS:
        world.invalid(sender.send(content), "body")


@check("GEN-03")
def malformed_json_is_refused(world: World) -> None:
    """What is almost a JSON object, or another kind of body, is refused as `body`."""
    for content in MORE_OF_THEM:
        world.invalid(world.staff.post("/patients", content), "body")


@check_each("GEN-04", over=FORMS)
def unknown_members_are_refused(world: World, form: Form) -> None:
    """A member that the schema does not have is refused by its name, also one that answers have."""
    sender = form.open(world)
    world.invalid(sender.send({**sender.valid(), form.strange[0]: 1}), form.strange[0])
    world.invalid(sender.send({**sender.valid(), **dict.fromkeys(form.strange)}), *form.strange)


@check_each("GEN-04", "GEN-38", over={key: form for key, form in FORMS.items() if form.required})
def missing_members_are_refused(world: World, form: Form) -> None:
    """Each required member that is missing is named, all of them for `{}`, and no other."""
    sender = form.open(world)
    for name in form.required:
        body = dict(sender.valid())
        del body[name]
        world.invalid(sender.send(body), name)
    world.invalid(sender.send({}), *form.required)


@check_each("GEN-05", "GEN-06", over=FORMS)
def other_types_are_refused(world: World, form: Form) -> None:
    """Values of another JSON type, `null` where it is not allowed among them, are refused and never converted."""
    sender = form.open(world)
    nulls = {name: (() if name in form.nullable else (None,)) for name in form.fields}
    for faults in _by_turns({name: (*nulls[name], *kind.wrong) for name, kind in form.fields.items()}):
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check("GEN-07")
def null_clears_in_a_patch(world: World) -> None:
    """`null` for a nullable field of a patient clears this one and leaves the others, as GET shows."""
    values: dict[str, Json] = {"email": f"{world.word()}@mail.test", "birth_date": "1984-02-29", "note": "N"}
    path = f"/patients/{world.patient(**values)['id']}"
    for name in values:
        values[name] = None
        world.staff.patch(path, {name: None}).expect(200).has(values)
        world.staff.get(path).expect(200).has(values)


@check("GEN-07")
def null_in_a_post_is_as_if_left_out(world: World) -> None:
    """A patient posted with `null` for each nullable field is like one that was posted without them."""
    nothing: dict[str, Json] = {"email": None, "birth_date": None, "note": None}
    for body in ({}, nothing):
        world.staff.post("/patients", {"name": world.word(), **body}).expect(201).has({**nothing, "tags": []})


@check_each("GEN-08", "GEN-12", over=LIMITED)
def values_outside_their_limits_are_refused(world: World, form: Form) -> None:
    """What is next to a limit on its wrong side, no value of a list, or not of the pattern is refused."""
    sender = form.open(world)
    for faults in _by_turns({name: kind.outside for name, kind in form.fields.items()}):
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check_each("GEN-08", over={key: form for key, form in FORMS.items() if any(k.within for k in form.fields.values())})
def limits_themselves_are_allowed(world: World, form: Form) -> None:
    """The limit of each field is accepted, and shown as it was sent."""
    sender = form.open(world)
    for name, kind in form.fields.items():
        for value in kind.within:
            reply = sender.send({**sender.valid(), name: value}).expect(sender.accepted)
            if name == "password":
                reply.lacks(name)
            elif not isinstance(value, list):
                reply.has({name: value})
            else:
                world.equal(sorted(reply[name]), sorted(set(value)), name)


# Texts.


@check_each("GEN-09", over=NAMED)
def a_name_is_kept_exactly(world: World, form: Form) -> None:
    """A name is answered as it was sent: nothing trimmed, folded, escaped or normalised."""
    sender = form.open(world)
    for name in EXACT:
        sender.send({**sender.valid(), "name": name}).expect(sender.accepted).has(name=name)


@check("GEN-09")
def texts_of_a_patient_are_stored_exactly(world: World) -> None:
    """Name, note and email of a patient are read again as they were sent."""
    for text in EXACT:
        email = f"{world.word('MiXed')}@Mail.TEST"
        one = world.patient(name=text, note=text, email=email)
        world.staff.get(f"/patients/{one['id']}").expect(200).has(name=text, note=text, email=email)


@check("GEN-09")
def names_elsewhere_are_stored_exactly(world: World) -> None:
    """The names of an appointment's patient, practitioner, room and service are shown in it as they were sent."""
    for text in EXACT[1:]:
        ids = {"patient_id": world.patient(name=text)["id"], "practitioner_id": world.practitioner(name=text)["id"]}
        one = world.confirmed(**ids, room_id=world.room(name=text)["id"])
        world.treatment(one["id"], service_id=world.service(name=text)["id"])
        shown = {"patient.name": text, "practitioner.name": text, "room.name": text, "treatments.0.name": text}
        world.staff.get(f"/appointments/{one['id']}").expect(200).has(shown)


@check_each("GEN-10", over=NAMED)
def the_length_of_a_name_counts_code_points(world: World, form: Form) -> None:
    """A name of 100 emoji is as long as may be, one of 101 too long."""
    sender = form.open(world)
    sender.send({**sender.valid(), "name": EMOJI * 100}).expect(sender.accepted).has(name=EMOJI * 100)
    world.invalid(sender.send({**sender.valid(), "name": EMOJI * 101}), "name")


@check("GEN-10")
def the_length_of_a_note_counts_code_points(world: World) -> None:
    """A note of 2000 emoji is as long as may be."""
    one = world.staff.post("/patients", world.patient_body(note=EMOJI * 2000)).expect(201).has(note=EMOJI * 2000)
    world.staff.get(f"/patients/{one['id']}").expect(200).has(note=EMOJI * 2000)
    world.invalid(world.staff.post("/patients", world.patient_body(note=EMOJI * 2001)), "note")


@check("GEN-10", "GEN-08")
def the_length_of_a_search_counts_code_points(world: World) -> None:
    """100 characters of four bytes may be searched for, 101 not."""
    name = EMOJI * 90 + world.word()[:10]
    one = world.patient(name=name)
    found = world.staff.get("/patients", search=name).expect(200)
    world.that(one["id"] in [item["id"] for item in found["items"]], "the patient of 100 characters is found")
    world.invalid(world.staff.get("/patients", search=f"{name}x"), "search")


@check_each("GEN-11", over={key: form for key, form in FORMS.items() if key != "treatment"})
def a_zero_character_in_a_body_is_refused(world: World, form: Form) -> None:
    """Text with U+0000 in it or at its end is refused in each text of a body and in each list of words."""
    sender = form.open(world)
    texts = [name for name, value in sender.valid().items() if isinstance(value, str)]
    for where in (2, 999):
        faults: dict[str, Json] = {
            name: f"{text[:where]}\0{text[where:]}" for name in texts if (text := sender.valid()[name])
        }
        faults |= {name: ["fine", "a\0"] for name in form.fields.keys() & {"tags", "specialties"}}
        faults |= dict.fromkeys(form.fields.keys() & {"note"}, "a\0b")
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check("GEN-11")
def a_zero_character_in_a_query_is_refused(world: World) -> None:
    """Text with U+0000 is refused in each query parameter that is text."""
    for path, name in (("/patients", "search"), ("/patients", "tag"), ("/practitioners", "specialty")):
        for text in ("\0", "a\0", "\0a"):
            world.invalid(world.staff.get(path, **{name: text}), name)


@check_each("GEN-12", over=NAMED)
def a_blank_name_is_refused(world: World, form: Form) -> None:
    """A name of blanks alone is refused; with another character it is not blank."""
    sender = form.open(world)
    for name in BLANK:
        world.invalid(sender.send({**sender.valid(), "name": name}), "name")
    sender.send({**sender.valid(), "name": "\n . "}).expect(sender.accepted)


@check_each("GEN-13", "GEN-09", over=EMAILS)
def an_email_of_any_usual_characters_is_accepted(world: World, form: Form) -> None:
    """Whatever has one @, something before it and a dot with something around it behind, is kept as it was sent."""
    sender = form.open(world)
    longest = f"{world.word()}@b.".ljust(254, "c")
    patterns = GOOD_EMAILS if form is FORMS["patient"] else GOOD_EMAILS[:4]
    for email in (*(pattern.format(word=world.word()) for pattern in patterns), longest):
        sender.send({**sender.valid(), "email": email}).expect(sender.accepted).has(email=email)


@check_each("GEN-13", "GEN-08", over=EMAILS)
def any_other_email_is_refused(world: World, form: Form) -> None:
    """Without @ or dot in its place, with blanks or characters outside ASCII, or too long, it is refused."""
    sender = form.open(world)
    too_long = f"{world.word()}@b.".ljust(255, "c")
    patterns = BAD_EMAILS if form is FORMS["patient"] else BAD_EMAILS[::5]
    for email in (*(pattern.format(word=world.word()) for pattern in patterns), too_long):
        world.invalid(sender.send({**sender.valid(), "email": email}), "email")


# PATCH, and what is answered.


@check("GEN-15")
def a_patch_changes_what_it_names_alone(world: World) -> None:
    """Each field of a patient can be changed alone, the others keep their values."""
    body = world.patient_body(birth_date="1984-02-29", note="N", tags=["b", "a"])
    one = world.staff.post("/patients", body).needed(201)
    path, now = f"/patients/{one['id']}", dict(one.body)
    changes: dict[str, Json] = {"name": "New", "email": f"{world.word()}@mail.test", "birth_date": "1985-01-01"}
    for name, value in {**changes, "note": "M", "tags": ["c"]}.items():
        now[name] = value
        world.equal(world.staff.patch(path, {name: value}).expect(200).body, now, f"the patient with another {name}")
        world.equal(world.staff.get(path).expect(200).body, now, "the patient by GET")


@check("GEN-15")
def a_patch_of_a_service_changes_what_it_names_alone(world: World) -> None:
    """Each field of a service can be changed alone, the others keep their values."""
    one = world.service()
    now = dict(one.body)
    for name, value in {"name": "New", "price_cents": 0, "tax_bp": 0}.items():
        now[name] = value
        reply = world.manager.patch(f"/services/{one['id']}", {name: value}).expect(200)
        world.equal(reply.body, now, f"the service with another {name}")


@check("GEN-15")
def an_empty_patch_changes_nothing(world: World) -> None:
    """`{}` is answered 200 with the patient, and the service, as they are."""
    patient = world.patient(birth_date="1984-02-29", note="N", tags=["b", "a"])
    service = world.service()
    for client, path, now in (
        (world.staff, f"/patients/{patient['id']}", patient.body),
        (world.manager, f"/services/{service['id']}", service.body),
    ):
        world.equal(client.patch(path, {}).expect(200).body, now, f"the answer to {{}} at {path}")
    world.equal(world.staff.get(f"/patients/{patient['id']}").expect(200).body, patient.body, "the patient")


@check("GEN-16")
def a_patient_is_answered_as_get_shows_it(world: World) -> None:
    """The answers to POST and PATCH are those of a GET right afterwards."""
    made = world.staff.post("/patients", world.patient_body(tags=["b", "a", "b"], note=" N ")).expect(201)
    path = f"/patients/{made['id']}"
    world.equal(world.staff.get(path).expect(200).body, made.body, "the patient after POST")
    changed = world.staff.patch(path, {"tags": ["d", "c"], "birth_date": "2000-02-29", "note": None}).expect(200)
    world.equal(world.staff.get(path).expect(200).body, changed.body, "the patient after PATCH")


@check("GEN-16")
def an_appointment_is_answered_as_get_shows_it(world: World) -> None:
    """The answer to POST, with instants of another offset, is that of a GET right afterwards."""
    times = {"starts_at": "2031-03-01T00:30:00+02:00", "ends_at": "2031-02-28T23:00:00-00:30"}
    made = world.staff.post("/appointments", world.appointment_body(**times)).expect(201)
    world.equal(world.staff.get(f"/appointments/{made['id']}").expect(200).body, made.body, "the appointment")


@check("GEN-16")
def an_invoice_is_answered_as_get_shows_it(world: World) -> None:
    """The answer to POST is that of a GET right afterwards."""
    path = f"/appointments/{world.billable(100, 333, tax_bp=1900)['id']}/invoice"
    made = world.staff.post(path, {"issued_at": "2031-03-01T00:30:00+02:00"}).expect(201)
    world.equal(world.staff.get(f"/invoices/{made['id']}").expect(200).body, made.body, "the invoice")


@check("GEN-19", "GEN-38")
def an_id_in_a_body_that_belongs_to_nothing_is_refused(world: World) -> None:
    """Patient, practitioner and room of an appointment must be there, each on its own and all at once."""
    body = world.appointment_body()
    names = ("patient_id", "practitioner_id", "room_id")
    for name in names:
        world.invalid(world.staff.post("/appointments", {**body, name: NOBODY}), name)
    world.invalid(world.staff.post("/appointments", {**body, **dict.fromkeys(names, NOBODY)}), *names)
    world.staff.post("/appointments", body).expect(201)


@check("GEN-19")
def a_treatment_with_a_service_that_is_not_there_is_refused(world: World) -> None:
    """`service_id` must be there."""
    path = f"/appointments/{world.confirmed()['id']}/treatments"
    world.invalid(world.staff.post(path, {"service_id": NOBODY, "quantity": 1}), "service_id")


@check("GEN-19")
def an_appointment_for_a_deleted_patient_is_refused(world: World) -> None:
    """The id of a deleted patient is refused in a body."""
    body = world.appointment_body()
    world.staff.delete(f"/patients/{body['patient_id']}").needed(204)
    world.invalid(world.staff.post("/appointments", body), "patient_id")


@check("GEN-09")
def escapes_in_json_are_read(world: World) -> None:
    """Text that is sent with JSON's escapes, surrogate pairs included, is the text that it stands for."""
    body = json.dumps({"name": f"{EMOJI} \N{LATIN SMALL LETTER E WITH ACUTE}/"}).replace("/", "\\/").encode()
    reply = world.staff.post("/patients", body).expect(201)
    reply.has(name=f"{EMOJI} \N{LATIN SMALL LETTER E WITH ACUTE}/")
