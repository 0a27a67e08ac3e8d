"""Books: what makes one, how the list finds them, and how many copies are there."""

from __future__ import annotations

from collections.abc import Sequence

from evals.behaviour.checks import check
from evals.contracts.library.checks.making import World
from evals.contracts.library.checks.shapes import shaped


def _titled(world: World, prefix: str, titles: Sequence[str]) -> list[int]:
    """Ids of books with these titles, each behind the prefix."""
    return [world.book(title=f"{prefix}{title}")["id"] for title in titles]


@check("BOK-01", "GEN-01")
def a_book_is_answered_as_the_list_shows_it(world: World) -> None:
    """201 with title, isbn and copies as sent, all of them available; the list shows the same."""
    isbn = world.isbn()
    body = world.book_body(isbn=isbn, copies=7)
    one = shaped(world, world.librarian.post("/books", body), 201)
    one.has(title=body["title"], isbn=isbn, copies=7, available=7)
    found = world.finds(world.member.get("/books", search=body["title"]), one["id"])
    world.equal(found["items.0"], one.body, "the book in the list")


@check("BOK-01", "BOK-03", "GEN-01")
def a_book_needs_no_isbn(world: World) -> None:
    """`isbn` is null when it was not sent or sent as null, for as many books as there are, in the list too."""
    title = world.word()
    bodies = [{"title": title, "copies": 1, **more} for more in ({}, {"isbn": None}, {})]
    made = [shaped(world, world.librarian.post("/books", body), 201).has(isbn=None)["id"] for body in bodies]
    shaped(world, world.finds(world.member.get("/books", search=title), *made)).has({"items.0.isbn": None})


@check("BOK-02")
def an_isbn_of_another_book_is_taken(world: World) -> None:
    """The same isbn is 409 isbn_taken, whatever the title; one that differs in a digit is free."""
    one = world.book()
    world.refused(world.librarian.post("/books", world.book_body(isbn=one["isbn"])), 409, "isbn_taken")
    free = f"9{one['isbn'][1:]}"
    world.librarian.post("/books", world.book_body(isbn=free)).expect(201).has(isbn=free)


@check("BOK-04")
def books_are_listed_by_id(world: World) -> None:
    """In the order in which they were made, whatever title, isbn and copies."""
    word = world.word()
    made = []
    for title, isbn, copies in (("m", "5", 2), ("z", "9", 3), ("a", "1", 1)):
        body = {"title": title + word, "isbn": isbn + world.isbn()[1:], "copies": copies}
        made.append(world.librarian.post("/books", body).needed(201)["id"])
    world.finds(world.member.get("/books", search=word), *made)


# Copies.


@check("BOK-05", "BOK-04", "BOK-03")
def available_counts_the_loans_that_are_not_returned(world: World) -> None:
    """Books of one title, with open loans, with returned ones and with none, show their own copies."""
    word, users = world.word(), world.ids(world.user, 2)
    ids = [world.book(title=word, copies=copies)["id"] for copies in (3, 1, 4, 2)]
    for book, user in ((0, 0), (0, 1), (1, 0)):
        world.loan(book_id=ids[book], user_id=users[user])
    world.returned(world.loan(book_id=ids[3], user_id=users[0])["id"])
    found = world.finds(world.member.get("/books", search=word), *ids)
    world.equal([item["available"] for item in found["items"]], [1, 0, 4, 2], "the numbers of available copies")
    world.equal([item["copies"] for item in found["items"]], [3, 1, 4, 2], "the numbers of copies")


@check("BOK-08", "BOK-05", "GEN-15")
def in_stock_finds_books_by_what_is_available(world: World) -> None:
    """`true` finds books with a copy left, `false` those with none, and a book changes with its loans and returns."""
    word, user = world.word(), world.user()["id"]
    full, some, none = (world.book(title=word, copies=copies)["id"] for copies in (1, 2, 1))
    loan = [world.loan(book_id=book, user_id=user)["id"] for book in (some, none)][-1]
    world.finds(world.member.get("/books", search=word, in_stock="true"), full, some)
    world.finds(world.member.get("/books", search=word, in_stock="false"), none)
    world.returned(loan)
    world.finds(world.member.get("/books", search=word, in_stock="true"), full, some, none)


# The search.


@check("BOK-06")
def a_search_finds_what_a_title_contains(world: World) -> None:
    """At its beginning, in its middle, at its end, and as a whole, blanks included."""
    word = world.word()
    long, whole = _titled(world, "", (f"a {word} b", word))
    world.finds(world.member.get("/books", search=word), long, whole)
    world.finds(world.member.get("/books", search=f"a {word}"), long)
    world.finds(world.member.get("/books", search=f"{word} "), long)
    world.finds(world.member.get("/books", search=f" {word}"), long)


@check("BOK-06")
def a_search_ignores_the_case_of_ascii_letters(world: World) -> None:
    """Both ways: capitals find small letters and are found by them, from A to Z."""
    word = world.word()
    texts = ("the quick brown fox jumps over a lazy dog", "SPHINX OF BLACK QUARTZ, JUDGE MY VOW")
    for text, one in zip(texts, _titled(world, word, texts), strict=True):
        world.finds(world.member.get("/books", search=f"{word}{text}".swapcase()), one)


@check("BOK-06")
def letters_outside_ascii_find_themselves_only(world: World) -> None:
    """`Ä` finds `Ärzte`, `ä` does not; nor do other letters that some rule of case takes for the same."""
    word = world.word()
    upper, lower, sharp = _titled(world, word, ("\u00c4rzte", "\u00e4rzte \u212a", "\u00df"))
    for text, wanted in {"\u00c4RZTE": upper, "\u00e4": lower, "\u00df": sharp}.items():
        world.finds(world.member.get("/books", search=word + text), wanted)
    for text in ("\u00e4rzte k", "ss"):
        world.finds(world.member.get("/books", search=word + text))


@check("BOK-07", "BOK-06")
def signs_of_patterns_mean_themselves(world: World) -> None:
    """Percent, underscore and backslash find themselves and stand for nothing else, whatever follows."""
    word = world.word()
    percent, under, back, _ = _titled(world, word, ("a%b", "a_b", "a\\b", "axb"))
    for text, wanted in {
        "a%": [percent], "%b": [], "A_B": [under], "a\\b": [back], "a\\": [back], "a\\%b": [],
        "a\\\\b": [],
    }.items():  # fmt: skip
        world.finds(world.member.get("/books", search=word + text), *wanted)


@check("BOK-06", "BOK-07")
def other_signs_of_ascii_mean_themselves(world: World) -> None:
    """None repeats, groups, quotes or stands for others."""
    word, signs = world.word(), "a*b?c[d]e^f$g.h|i(j)k{l}m+n'o\"p;q--r/s#t&u=v~w`x<y>z!@,:"
    (one,) = _titled(world, word, (signs,))
    world.finds(world.member.get("/books", search=(word + signs).upper()), one)
    for text in ("*", "a.b", "A'"):
        world.finds(world.member.get("/books", search=word + text))
