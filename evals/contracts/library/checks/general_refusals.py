"""Refusals in general: their shape, which fields they name, which comes first, and that they change nothing."""

from __future__ import annotations

from evals.behaviour.asking import Json
from evals.behaviour.checks import check
from evals.contracts.library.checks.making import NOBODY, PASSWORD, World
from evals.contracts.library.checks.shapes import shaped


@check("GEN-21", "GEN-01")
def refusals_have_their_shape(world: World) -> None:
    """401, 403, 404, 409 and 422 have a code and a message, and `fields` only with 422."""
    taken = world.user_body(email=world.session.member["email"])
    for reply, status in (
        (world.api.get("/books"), 401),
        (world.member.post("/books", world.book_body()), 403),
        (world.librarian.post(f"/loans/{NOBODY}/return", {}), 404),
        (world.api.post("/users", taken), 409),
        (world.librarian.get("/books", limit=0), 422),
    ):
        shaped(world, reply, status)
        world.equal("fields" in reply["error"], status == 422, "whether there are `fields`")


# Which fields.


@check("GEN-22")
def all_that_is_wrong_by_itself_is_named_at_once(world: World) -> None:
    """Unknown, missing, of wrong type, form, length and range: each is named, and what is right is not."""
    user = {"email": "no email", "password": "short", "name": 5, "extra": 1}
    world.invalid(world.api.post("/users", user), *user)
    book = {"title": " ", "isbn": "97831614841", "more": None}
    world.invalid(world.librarian.post("/books", book), "copies", *book)
    loan = {"book_id": "1", "due_on": "2031-02-29", "extra": {}}
    world.invalid(world.librarian.post("/loans", loan), "user_id", *loan)


@check("GEN-22")
def a_field_with_several_faults_is_named_once(world: World) -> None:
    """Too long and of wrong form are one wrong email and title."""
    world.invalid(world.api.post("/users", world.user_body(email="\u00e9 " * 200, name="\0" * 101)), "email", "name")
    world.invalid(world.librarian.post("/books", world.book_body(title=" " * 201, isbn="x\0")), "title", "isbn")


@check("GEN-22", "GEN-14")
def all_parameters_that_are_wrong_are_named_at_once(world: World) -> None:
    """Unknown, empty, double and out of range in one query: each parameter is named."""
    query = {"limit": 0, "status": "", "user_id": ["1", "1"], "cursor": "not-a-cursor", "extra": "1"}
    world.invalid(world.librarian.send("GET", "/loans", query={**query, "book_id": 1}), *query)
    world.invalid(
        world.member.get("/books", search="\0", in_stock="no", limit="x", q="1"), "search", "in_stock", "limit", "q"
    )
    world.invalid(world.librarian.get("/reports/overdue", day="today", limit=5), "day", "limit")


# Which comes first.


@check("GEN-23", "GEN-12")
def a_missing_loan_is_told_before_a_wrong_body(world: World) -> None:
    """404 of the path comes before 422 of the body."""
    for number in (NOBODY, "x"):
        world.refused(world.librarian.post(f"/loans/{number}/return", {"extra": 1}), 404, "not_found")


@check("GEN-23")
def a_wrong_body_is_told_before_what_is_taken(world: World) -> None:
    """422 comes before 409 `email_taken` and `isbn_taken`."""
    email, isbn = world.session.member["email"], world.book()["isbn"]
    world.invalid(world.api.post("/users", world.user_body(email=email, password="short")), "password")
    world.invalid(world.librarian.post("/books", world.book_body(isbn=isbn, copies=0)), "copies")


@check("GEN-23")
def a_wrong_body_is_told_before_the_state_of_loans(world: World) -> None:
    """422 comes before 409 of a loan and of a return."""
    one = world.loan()
    body: dict[str, Json] = one.sent
    world.invalid(world.librarian.post("/loans", {**body, "due_on": "2031-02-30"}), "due_on")
    world.returned(one["id"])
    path = f"/loans/{one['id']}/return"
    world.invalid(world.librarian.post(path, {"returned_on": "2031-02-30"}), "returned_on")


@check("GEN-23", "USR-08")
def a_wrong_body_is_told_before_wrong_credentials(world: World) -> None:
    """422 comes before 401 `invalid_credentials`."""
    body = {"email": f"{world.word()}@mail.test", "password": PASSWORD}
    world.invalid(world.api.post("/sessions", {**body, "extra": 1}), "extra")
    world.refused(world.api.post("/sessions", body), 401, "invalid_credentials")


# What a refusal leaves.


@check("GEN-25")
def a_refused_user_is_not_there(world: World) -> None:
    """A registration that is refused leaves nobody who could log in, and a taken email its first password."""
    user, taken = world.user_body(), world.session.member["email"]
    world.invalid(world.api.post("/users", {**user, "extra": 1}), "extra")
    world.refused(world.api.post("/users", {**user, "email": taken, "password": "other horse"}), 409, "email_taken")
    for email, password in ((user["email"], PASSWORD), (taken, "other horse")):
        login = world.api.post("/sessions", {"email": email, "password": password})
        world.refused(login, 401, "invalid_credentials")


@check("GEN-25", "USR-02")
def a_refused_book_is_not_there(world: World) -> None:
    """A book that is refused, for whatever reason, is not in the list, and the one with its isbn as it was."""
    word, one = world.word(), world.book()
    world.refused(world.librarian.post("/books", world.book_body(title=word, isbn=one["isbn"])), 409, "isbn_taken")
    world.invalid(world.librarian.post("/books", world.book_body(title=word, extra=1)), "extra")
    world.refused(world.member.post("/books", world.book_body(title=word)), 403, "forbidden")
    world.finds(world.librarian.get("/books", search=word))
    found = world.finds(world.librarian.get("/books", search=one["title"]), one["id"])
    world.equal(found["items.0"], one.body, "the book that has the isbn")


@check("GEN-25", "USR-02")
def a_refused_loan_is_not_there(world: World) -> None:
    """A loan that is refused, for whatever reason, is not in the list and takes no copy."""
    book = world.book(copies=3)
    one = world.loan(book_id=book["id"])
    body: dict[str, Json] = {**one.sent, "user_id": world.session.member["id"]}
    world.refused(world.librarian.post("/loans", one.sent), 409, "already_lent")
    world.invalid(world.librarian.post("/loans", {**body, "extra": 1}), "extra")
    world.refused(world.member.post("/loans", body), 403, "forbidden")
    world.finds(world.librarian.get("/loans", book_id=book["id"]), one["id"])
    world.available(book["title"], 2)


@check("GEN-25", "USR-02")
def a_refused_return_leaves_the_loan_open(world: World) -> None:
    """A return that is refused, for whatever reason, leaves the loan as it was."""
    one = world.loan()
    path, body = f"/loans/{one['id']}/return", {"returned_on": "2031-03-12"}
    world.invalid(world.librarian.post(path, {**body, "extra": 1}), "extra")
    world.refused(world.member.post(path, body), 403, "forbidden")
    found = world.finds(world.librarian.get("/loans", user_id=one["user.id"]), one["id"])
    world.equal(found["items.0"], one.body, "the loan")
