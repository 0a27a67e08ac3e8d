"""Request bodies in general: what is no object, unknown, missing, of a wrong type, outside its limits; texts; PATCH."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from evals.behaviour.asking import Json
from evals.behaviour.checks import check, check_each
from evals.contracts.clinic.checks.forms import EMOJI, FORMS, NOBODY, Form
from evals.contracts.clinic.checks.making import World

NO_OBJECTS = (
    b" ", b"null", b"[]", b'"name"', b"5", b"{", b'{"name": "x"', b'{"name": "x",}', b'{name: "x"}', b"{'name': 'x'}",
    b'{"name": "x"} {}', b'{"name": "tab\there"}', b"[{}]",
)  # fmt: skip
"""One for each form, and for a patient these: """
MORE_OF_THEM = (b"", b"name=x", b'{"name": "x"}}', b'{"name": "\\x"}')
EMAILS = {key: FORMS[key] for key in ("user", "patient", "change_of_patient")}
NAMED = {key: form for key, form in FORMS.items() if "name" in form.fields}
LIMITED = {key: form for key, form in FORMS.items() if any(kind.outside for kind in form.fields.values())}
EXACT = "  blanks\r\n \" ' ` \\ /\t\\n <b>&amp;</b> %41 {0} '; -- MiXeD e\u0301 \u00e9 \u212b \ufb01 \u00df\x01\u202e "
"""What trimming, escaping, changing case and normalising would alter, and filters take out."""
LONGEST = EXACT.rjust(100, EMOJI)
"""The same with as many code points as a name may have; in UTF-16 and in UTF-8 it is longer."""
GOOD_EMAILS = (
    "{word}@b.c", "a@b.{word}", ".O'Neil+a_%b..{word}.@.Mail..Clinic.test.", "!#$%&'*+-/=?^_`|~{word}@x.y",
    '"{word}"\\,;:<>()[]@x.y', "{word}@[127.0.0.1]", "{word}@-.-", "{word}@x.y?a=b&c=d#e",
)  # fmt: skip
GOOD_DATES = ("1900-01-01", "2099-12-31", "2000-02-29", "1984-02-29")
BAD_EMAILS = (
    "", "{word}.b.c", "{word}@", "{word}@b", "@{word}.c", "{word}@.c", "{word}@c.", "{word}@@b.c", "{word}@b@c.d",
    "{word}@b.c@", "a {word}@b.c", " {word}@b.c", "{word}@b.c ", "{word}@b.c\n", "{word}\t@b.c", "{word}\x7f@b.c",
    "{word}\N{LATIN SMALL LETTER E WITH ACUTE}@b.c", "{word}@b\N{LATIN SMALL LETTER E WITH ACUTE}.c",
    "{word}@b.c\N{KELVIN SIGN}", "{word}\N{FULLWIDTH COMMERCIAL AT}b.c",
)  # fmt: skip
BAD_DATES = (
    "", "1984-02-30", "1984-2-29", "1985-02-29", "84-02-29", "1900-02-29", "19840229", "1984-04-31",
    "1984-02-29T00:00:00Z", "1984-13-01", "29.02.1984", "1984-00-10", "1984-W09-3", "1984-01-00", "1984-02-29 ",
    "0000-01-01", "1984-02-29\n", "\uff11984-02-29", "1899-12-31", "2100-01-01",
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
    other = NO_OBJECTS[list(FORMS.values()).index(form)]
    for content in (other,) if form.required else (b"", other):
        world.invalid(sender.send(content), "body")


@check("GEN-03")
def malformed_json_is_refused(world: World) -> None:
    """What is almost a JSON object, or another kind of body, is refused as `body`."""
    for content in MORE_OF_THEM:
        world.invalid(world.staff.post("/patients", content), "body")


@check_each("GEN-04", "GEN-38", over=FORMS)
def unknown_and_missing_members_are_refused(world: World, form: Form) -> None:
    """Each member that the schema does not have, also one that answers have, and each that is missing is named."""
    sender = form.open(world)
    unknown = {**dict.fromkeys(form.strange), form.strange[0]: 1}
    world.invalid(sender.send({**sender.valid(), **unknown}), *unknown)
    if form.required:
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


@check_each("GEN-08", "GEN-12", over=LIMITED)
def values_outside_their_limits_are_refused(world: World, form: Form) -> None:
    """What is next to a limit on its wrong side, blank, no value of a list, or not of the pattern is refused."""
    sender = form.open(world)
    for faults in _by_turns({name: kind.outside for name, kind in form.fields.items()}):
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check_each(
    "GEN-08", "GEN-10", over={key: form for key, form in FORMS.items() if any(k.within for k in form.fields.values())}
)
def limits_themselves_are_allowed(world: World, form: Form) -> None:
    """The limit of each field is accepted, and shown as it was sent."""
    sender = form.open(world)
    for values in _by_turns({name: kind.within for name, kind in form.fields.items()}):
        reply = sender.send({**sender.valid(), **values}).expect(sender.accepted)
        for name, value in values.items():
            if name == "password":
                reply.lacks(name)
            elif not isinstance(value, list):
                reply.has({name: value})
            else:
                world.equal(sorted(reply[name]), sorted(set(value)), name)


# Texts.


@check_each("GEN-09", "GEN-10", over=NAMED)
def a_name_is_kept_exactly(world: World, form: Form) -> None:
    """A name of 100 code points is answered as it was sent: nothing trimmed, folded, escaped or normalised."""
    sender = form.open(world)
    sender.send({**sender.valid(), "name": LONGEST}).expect(sender.accepted).has(name=LONGEST)


@check("GEN-09", "GEN-10")
def texts_of_a_patient_are_stored_exactly(world: World) -> None:
    """Name, note and email of a patient are read again as they were sent."""
    texts = {"name": LONGEST, "note": EXACT.ljust(2000, EMOJI), "email": f"{world.word('MiXed')}@Mail.TEST"}
    one = world.patient(**texts)
    world.staff.get(f"/patients/{one['id']}").expect(200).has(texts)


@check("GEN-09")
def names_elsewhere_are_stored_exactly(world: World) -> None:
    """The names of an appointment's patient, practitioner, room and service are shown in it as they were sent."""
    makers = {"patient": world.patient, "practitioner": world.practitioner, "room": world.room}
    one = world.confirmed(**{f"{thing}_id": make(name=EXACT)["id"] for thing, make in makers.items()})
    world.treatment(one["id"], service_id=world.service(name=EXACT)["id"])
    shown = {"patient.name": EXACT, "practitioner.name": EXACT, "room.name": EXACT, "treatments.0.name": EXACT}
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(shown)


@check("GEN-10", "GEN-08")
def the_length_of_a_search_counts_code_points(world: World) -> None:
    """100 characters of four bytes may be searched for."""
    name = EMOJI * 80 + world.word()[:20].rjust(20, "x")
    one = world.patient(name=name)
    world.finds(world.staff.get("/patients", search=name), one["id"])


@check_each("GEN-11", over={key: form for key, form in FORMS.items() if key != "treatment"})
def a_zero_character_in_a_body_is_refused(world: World, form: Form) -> None:
    """Text with U+0000 in it or at its end is refused in each text of a body and in each list of words."""
    sender = form.open(world)
    texts = {name: text for name, text in sender.valid().items() if isinstance(text, str)}
    texts |= dict.fromkeys(form.fields.keys() & {"note"}, "note")
    faults: dict[str, Json] = {
        name: f"{text}\0" if at % 2 else f"{text[:2]}\0{text[2:]}" for at, (name, text) in enumerate(texts.items())
    }
    faults |= {name: ["fine", "a\0"] for name in form.fields.keys() & {"tags", "specialties"}}
    world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check("GEN-11")
def a_zero_character_in_a_query_is_refused(world: World) -> None:
    """Text with U+0000 is refused in each query parameter that is text."""
    world.invalid(world.staff.get("/patients", search="\0a", tag="a\0"), "search", "tag")
    world.invalid(world.staff.get("/patients", search="a\0"), "search")
    world.invalid(world.staff.get("/practitioners", specialty="a\0"), "specialty")


@check_each("GEN-13", "GEN-24", over=EMAILS)
def any_usual_email_and_any_day_is_accepted(world: World, form: Form) -> None:
    """What has one @, something before it and a dot with something around it behind, is kept as it was sent."""
    sender = form.open(world)
    emails = [pattern.format(word=world.word()) for pattern in GOOD_EMAILS]
    longest = f"{world.word()}@b.".ljust(254, "c")
    chosen = {"user": emails[3:4], "patient": emails, "change_of_patient": emails[2:5:2]}
    for number, email in enumerate((*next(some for key, some in chosen.items() if FORMS[key] is form), longest)):
        more = {"birth_date": GOOD_DATES[number % len(GOOD_DATES)]} if "birth_date" in form.fields else {}
        reply = sender.send({**sender.valid(), "email": email, **more})
        reply.expect(sender.accepted).has(email=email, **more)


@check_each("GEN-13", "GEN-24", "GEN-08", over=EMAILS)
def any_other_email_and_any_other_date_is_refused(world: World, form: Form) -> None:
    """An email without @ or dot in its place, with blanks or beyond ASCII, too long; no existing day from 1900 on."""
    sender = form.open(world)
    too_long = f"{world.word()}@b.".ljust(255, "c")
    emails = [*(pattern.format(word=world.word()) for pattern in BAD_EMAILS), too_long]
    patches = form is FORMS["change_of_patient"]
    chosen = slice(0, None, 5) if "password" in form.fields else slice(int(patches), None, 2)
    for email, date in list(zip(emails, (*BAD_DATES, "now"), strict=True))[chosen]:
        faults = {"email": email, "birth_date": date} if "birth_date" in form.fields else {"email": email}
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


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
def an_empty_patch_changes_nothing(world: World) -> None:
    """`{}` is answered 200 with the patient as it is."""
    patient = world.patient(birth_date="1984-02-29", note="N", tags=["b", "a"])
    path = f"/patients/{patient['id']}"
    world.equal(world.staff.patch(path, {}).expect(200).body, patient.body, "the answer to {}")
    world.equal(world.staff.get(path).expect(200).body, patient.body, "the patient")


@check("GEN-16")
def a_patient_is_answered_as_get_shows_it(world: World) -> None:
    """The answers to POST and PATCH are those of a GET right afterwards."""
    made = world.staff.post("/patients", world.patient_body(tags=["b", "a", "b"], note=" N ")).expect(201)
    path = f"/patients/{made['id']}"
    world.equal(world.staff.get(path).expect(200).body, made.body, "the patient after POST")
    changed = world.staff.patch(path, {"tags": ["d", "c"], "birth_date": "2000-02-29", "note": None}).expect(200)
    world.equal(world.staff.get(path).expect(200).body, changed.body, "the patient after PATCH")


@check("GEN-19", "GEN-38")
def an_id_in_a_body_that_belongs_to_nothing_is_refused(world: World) -> None:
    """Patient, practitioner and room of an appointment must be there, each on its own and all at once."""
    body, names = world.appointment_body(), ("patient_id", "practitioner_id", "room_id")
    for wrong in (names[:1], names[1:2], names[2:], names):
        world.invalid(world.staff.post("/appointments", {**body, **dict.fromkeys(wrong, NOBODY)}), *wrong)


@check("GEN-19")
def an_appointment_for_a_deleted_patient_is_refused(world: World) -> None:
    """The id of a deleted patient is refused in a body."""
    body = world.appointment_body(patient_id=world.patient()["id"])
    world.staff.delete(f"/patients/{body['patient_id']}").needed(204)
    world.invalid(world.staff.post("/appointments", body), "patient_id")


@check("GEN-09")
def escapes_in_json_are_read(world: World) -> None:
    """Text that is sent with JSON's escapes, surrogate pairs included, is the text that it stands for."""
    body = json.dumps({"name": f"{EMOJI} \N{LATIN SMALL LETTER E WITH ACUTE}/"}).replace("/", "\\/").encode()
    reply = world.staff.post("/patients", body).expect(201)
    reply.has(name=f"{EMOJI} \N{LATIN SMALL LETTER E WITH ACUTE}/")
