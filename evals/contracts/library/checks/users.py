"""Users: registration, login, roles."""

from __future__ import annotations

from evals.behaviour.checks import check
from evals.contracts.library.checks.making import EMOJI, NOBODY, PASSWORD, World
from evals.contracts.library.checks.shapes import shaped

GOOD_EMAILS = ("a@{word}.c", ".{word}..@.b..c.", "\"{word}',\\:;<>()[]@-.-", "!#$%&'*+/=?^_`|~{word}@x.y?a=b#c")
BAD_EMAILS = (
    "{word}@b", "@{word}.c", "{word}@.c", "{word}@c.", "{word}.b.c", "{word}@b@c.d", " {word}@b.c",
    "{word}@b.c\n", "{word}\N{LATIN SMALL LETTER E WITH ACUTE}@b.c", "{word}@b.c\N{KELVIN SIGN}",
)  # fmt: skip


# Registration.


@check("USR-03", "USR-07", "GEN-01")
def a_registration_is_answered_with_the_user(world: World) -> None:
    """201 with email and name as sent, and no password; here and at login a token that is none is ignored."""
    body, api = world.user_body(), world.api.bearing("x.y.z")
    shaped(world, api.post("/users", body), 201).has(email=body["email"], name=body["name"]).lacks("password")
    shaped(world, api.post("/sessions", {"email": body["email"], "password": PASSWORD}), 201)


@check("USR-04")
def the_first_user_is_librarian(world: World) -> None:
    """The first user was registered as librarian, and may what librarians may."""
    if not world.session.tag:
        world.equal(world.session.librarian["role"], "librarian", "the role of the first user")
    world.librarian.post("/books", world.book_body()).expect(201)


@check("USR-04", "USR-02")
def every_later_user_is_member(world: World) -> None:
    """The second user and those after, also registered with a librarian's token, are members with no more rights."""
    world.equal(world.session.member["role"], "member", "the role of the second user")
    world.librarian.post("/users", world.user_body()).expect(201).has(role="member")
    world.refused(world.member.post("/books", world.book_body()), 403, "forbidden")


@check("USR-05")
def an_email_of_any_usual_characters_is_accepted(world: World) -> None:
    """Whatever has one @, something before it and a dot with something around it behind, is kept as it was sent."""
    longest = f"{world.word()}@b.".ljust(254, "c")
    for email in (*(pattern.format(word=world.word()) for pattern in GOOD_EMAILS), longest):
        world.api.post("/users", world.user_body(email=email)).expect(201).has(email=email)


@check("USR-05", "GEN-05")
def any_other_email_is_refused(world: World) -> None:
    """Without @ or dot in its place, with blanks or characters outside ASCII, or too long, it is refused."""
    too_long = f"{world.word()}@b.".ljust(255, "c")
    for email in (*(pattern.format(word=world.word()) for pattern in BAD_EMAILS), too_long):
        world.invalid(world.api.post("/users", world.user_body(email=email)), "email")


@check("USR-06")
def an_email_of_another_user_is_taken(world: World) -> None:
    """The same email, in the same or another case, is 409 email_taken."""
    email = world.user(email=f"{world.word('Mixed')}@Mail.TEST")["email"]
    for other in (email, email.swapcase()):
        world.refused(world.api.post("/users", world.user_body(email=other)), 409, "email_taken")
    world.api.post("/users", world.user_body(email=f"x{email}")).expect(201)


# Login.


@check("USR-07")
def an_email_logs_in_in_any_case(world: World) -> None:
    """The email is compared case-insensitively, and the token is accepted as that of its user."""
    user = world.user(email=f"{world.word('Mixed')}@Mail.TEST")
    one = world.loan(user_id=user["id"])["id"]
    reply = world.api.post("/sessions", {"email": user["email"].swapcase(), "password": PASSWORD}).expect(201)
    world.finds(world.api.bearing(reply["token"]).get("/loans"), one)


@check("USR-07")
def an_earlier_token_is_accepted_after_another_login(world: World) -> None:
    """A second login leaves the token of the first one as good as it was."""
    world.token(world.session.member["email"])
    world.member.get("/books").expect(200)


@check("USR-07", "USR-08")
def a_password_is_compared_exactly(world: World) -> None:
    """Another case, a blank less, and a change of the last of 72 characters are wrong."""
    for password, wrong in {
        "Correct Horse ": ("correct horse ", "Correct Horse"),
        "p" * 71 + "x": ("p" * 71 + "y",),
    }.items():
        email = world.user(password=password)["email"]
        for other in wrong:
            refused = world.api.post("/sessions", {"email": email, "password": other})
            world.refused(refused, 401, "invalid_credentials")
        world.api.post("/sessions", {"email": email, "password": password}).expect(201)


@check("USR-08")
def an_unknown_email_and_a_wrong_password_are_answered_alike(world: World) -> None:
    """Status and body are the same, so that nobody learns who is a user."""
    email = world.session.member["email"]
    wrong = world.api.post("/sessions", {"email": email, "password": f"{PASSWORD}x"})
    world.refused(wrong, 401, "invalid_credentials")
    for body in ({"email": f"x{email}", "password": PASSWORD}, {"email": email, "password": "short"}):
        unknown = world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")
        world.equal(unknown.body, wrong.body, f"the answer to {body}")


@check("USR-08", "USR-07")
def a_login_judges_neither_length_nor_form(world: World) -> None:
    """What could not be registered is wrong at login like anything else: 401, neither 422 nor an error."""
    email = world.user(email=f"{world.word('ks')}@mail.test")["email"]
    for password in ("", f"f\u00fcrstlich\t{EMOJI}" * 100):
        body = {"email": email, "password": password}
        world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")
    kelvin = email.replace("k", "\N{KELVIN SIGN}", 1)  # is no `k`, whatever other rules of case say
    for other in ("", kelvin, f"{email}\n"):
        body = {"email": other, "password": PASSWORD}
        world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")


# Roles.


@check("USR-02", "GEN-23")
def members_may_not_what_librarians_may(world: World) -> None:
    """Each operation for librarians is 403 for members, with everything right or wrong."""
    for reply in (
        world.member.post("/books", {"extra": 1}),
        world.member.post("/loans", {}),
        world.member.post(f"/loans/{world.open_loan()}/return", {}),
        world.member.post(f"/loans/{NOBODY}/return", {}),
        world.member.get("/reports/overdue", day="2031-03-03"),
        world.member.get("/reports/overdue"),
    ):
        world.refused(reply, 403, "forbidden")
