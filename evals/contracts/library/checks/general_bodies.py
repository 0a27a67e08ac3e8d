"""Request bodies in general: what is no object, unknown, missing, of a wrong type, outside its limits; texts, dates."""

from __future__ import annotations

import json

from evals.behaviour.checks import check, check_each
from evals.contracts.library.checks.forms import FORMS, Form, by_turns
from evals.contracts.library.checks.making import DUE, EMOJI, NOBODY, World

MALFORMED = (b"[{}]", b"null", b'"title"', b'{"title": "x",}', b"title=x&copies=1", b'{"title": "x"} {}')
NAMED = {"user": "name", "book": "title"}
NAME = f" \n.e\u0301 \u00e9 \u212b \ufb01 \u00df \u0130 MiXeD {EMOJI}\u200d\u202e\u2028\x01\x7f <b>&amp;</b> %41\t "
"""Blanks around it, and what normalising, changing case, filtering and escaping would alter."""
TITLE = f"{NAME}quotes \" ' ` \\ / \\n \\u0041 %s {{0}} ${{x}} '; DROP TABLE users; --\r\n "
NO_DATES = (
    "2031-02-29", "2100-01-01", "1999-12-31", "20310303", "2031-3-03", "2031-03-03T00:00:00Z", "2031-13-10",
    "2031-03-03\n", "", "\N{FULLWIDTH DIGIT TWO}031-03-03",
)  # fmt: skip
DATES = ("2000-01-01", "2099-12-31")


# Bodies as such.


@check_each("GEN-02", over=FORMS)
def a_missing_body_is_refused(world: World, form: Form) -> None:
    """A body that is missing is refused as `body`."""
    sender = form.open(world)
    world.invalid(sender.send(b""), "body")


@check("GEN-02")
def malformed_json_is_refused(world: World) -> None:
    """Other JSON values, what is almost a JSON object, and other kinds of bodies are refused as `body`."""
    for content in MALFORMED:
        world.invalid(world.librarian.post("/books", content), "body")


@check_each("GEN-03", "GEN-22", over=FORMS)
def unknown_members_are_refused(world: World, form: Form) -> None:
    """Members that the schema does not have, such as those of answers, are refused by their names, null or not."""
    sender = form.open(world)
    world.invalid(sender.send({**sender.valid(), "extra": 1, **dict.fromkeys(form.strange)}), "extra", *form.strange)


@check_each("GEN-03", "GEN-22", over={key: form for key, form in FORMS.items() if form.required})
def missing_members_are_refused(world: World, form: Form) -> None:
    """Each required member that is missing is named, all of them for `{}`."""
    world.invalid(form.open(world).send({}), *form.required)


@check_each("GEN-04", "GEN-22", over=FORMS)
def other_types_are_refused(world: World, form: Form) -> None:
    """Values of another JSON type, `null` where it is not allowed among them, are refused and never converted."""
    sender = form.open(world)
    for faults in by_turns({name: kind.wrong for name, kind in form.fields.items()}):
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check_each("GEN-05", "GEN-08", over={key: FORMS[key] for key in ("user", "book", "loan")})
def values_outside_their_limits_are_refused(world: World, form: Form) -> None:
    """What is next to a limit on its wrong side, or not of the pattern, is refused."""
    sender = form.open(world)
    for faults in by_turns({name: kind.outside for name, kind in form.fields.items() if kind.outside}):
        world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check_each("GEN-05", "GEN-06", over={key: FORMS[key] for key in ("user", "book")})
def limits_themselves_are_allowed(world: World, form: Form) -> None:
    """The limit of each field, in emoji where it is a length, is accepted and shown as it was sent."""
    sender = form.open(world)
    for values in by_turns({name: kind.within for name, kind in form.fields.items() if kind.within}):
        reply = sender.send({**sender.valid(), **values}).expect(201)
        reply.has({name: value for name, value in values.items() if name != "password"})


# Texts.


@check("GEN-06")
def texts_are_kept_exactly(world: World) -> None:
    """Email, name and title are shown as they were sent, nothing trimmed, folded, escaped or normalised."""
    email, title = f"{world.word('MiXed')}@Mail.TEST", f"{TITLE}{world.word()} "
    user = world.api.post("/users", world.user_body(email=email, name=NAME)).expect(201).has(email=email, name=NAME)
    book = world.librarian.post("/books", world.book_body(title=title)).expect(201).has(title=title)["id"]
    body = {"book_id": book, "user_id": user["id"], "due_on": DUE}
    world.librarian.post("/loans", body).expect(201).has({"user.name": NAME, "book.title": title})
    shown = world.librarian.get("/loans", user_id=user["id"]).expect(200)
    shown.has({"items.0.user.name": NAME, "items.0.book.title": title})
    world.finds(world.librarian.get("/books", search=title[-20:]), book).has({"items.0.title": title})


@check("GEN-06")
def escapes_in_json_are_read(world: World) -> None:
    """Text that is sent with JSON's escapes, surrogate pairs included, is the text that it stands for."""
    title = f"{EMOJI} \N{LATIN SMALL LETTER E WITH ACUTE}/"
    body = json.dumps({"title": title, "copies": 1}).replace("/", "\\/").encode()
    world.librarian.post("/books", body).expect(201).has(title=title)


@check_each("GEN-07", over=FORMS)
def a_zero_character_in_a_body_is_refused(world: World, form: Form) -> None:
    """U+0000 at the end of a valid text is refused in each text of a body."""
    sender = form.open(world)
    faults = {name: f"{text}\0" for name, text in sender.valid().items() if isinstance(text, str)}
    world.invalid(sender.send({**sender.valid(), **faults}), *faults)


@check_each("GEN-08", over={"user": "user", "book": "book"})
def a_blank_name_is_refused(world: World, key: str) -> None:
    """A name or title of blanks alone is refused."""
    sender, name = FORMS[key].open(world), NAMED[key]
    world.invalid(sender.send({**sender.valid(), name: " \t\r\n"}), name)


# Dates and ids.


@check("GEN-09")
def a_loan_wants_a_date(world: World) -> None:
    """`due_on` is refused unless it is an existing day of these hundred years, in its one form."""
    sender = FORMS["loan"].open(world)
    for day in NO_DATES:
        world.invalid(sender.send({**sender.valid(), "due_on": day}), "due_on")


@check("GEN-09")
def a_return_wants_a_date(world: World) -> None:
    """`returned_on` wants the same."""
    sender = FORMS["return"].open(world)
    for day in NO_DATES[:4]:
        world.invalid(sender.send({"returned_on": day}), "returned_on")


@check("GEN-09", "GEN-05")
def a_report_wants_a_date(world: World) -> None:
    """`day` wants the same."""
    for day in NO_DATES[:4]:
        world.invalid(world.librarian.get("/reports/overdue", day=day), "day")


@check("GEN-09", "GEN-05")
def the_first_and_the_last_day_may_be_used(world: World) -> None:
    """The limits themselves are allowed wherever a date is sent, and shown as they were sent."""
    body = world.loan_body()
    for day in DATES:
        one = world.librarian.post("/loans", {**body, "due_on": day}).expect(201).has(due_on=day)
        path = f"/loans/{one['id']}/return"
        world.librarian.post(path, {"returned_on": day}).expect(200).has(due_on=day, returned_on=day)
        world.librarian.get("/reports/overdue", day=day).expect(200).has(day=day)


@check("GEN-13", "GEN-22")
def an_id_in_a_body_that_belongs_to_nothing_is_refused(world: World) -> None:
    """Book and user of a loan must be there; both are named, but not beside a field that is wrong by itself."""
    (book,), user = world.shelf(1), world.session.member["id"]
    body = {"book_id": NOBODY, "user_id": NOBODY, "due_on": DUE}
    world.invalid(world.librarian.post("/loans", body), "book_id", "user_id")
    world.invalid(world.librarian.post("/loans", {**body, "book_id": book}), "user_id")
    world.invalid(world.librarian.post("/loans", {**body, "user_id": user}), "book_id")
    world.invalid(world.librarian.post("/loans", {**body, "due_on": "2031-02-29"}), "due_on")
    world.invalid(world.librarian.post("/loans", {**body, "user_id": user, "extra": 1}), "extra")
