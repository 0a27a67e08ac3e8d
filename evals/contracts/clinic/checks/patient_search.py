"""Searching patients: what is searched, which letters are the same, and that signs mean themselves."""

from __future__ import annotations

import string
from collections.abc import Sequence

from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

ALIKE = {
    "umlauts": "Ää", "sharp s": "ẞß", "final sigma": "ςσ", "Cyrillic": "Яя",
    "dotted capital I": "\u0130i", "dotless i": "\u0131I", "Kelvin sign": "\u212ak", "long s": "\u017fs",
    "full width": "Ａa", "accent": "éE",
}  # fmt: skip
"""Pairs that some function of folding takes for the same; under ASCII folding each is two."""


def named(world: World, *names: str, tag: str = "") -> list[int]:
    """Ids of patients without email of these names, who have this tag."""
    tags = [tag] if tag else []
    return [world.staff.post("/patients", {"name": name, "tags": tags}).needed(201)["id"] for name in names]


def two_apart(world: World, pairs: Sequence[Sequence[str]]) -> None:
    """Assert that the two of each pair do not find each other: one patient has all first ones, another the others.

    Half of the pairs are searched for by their first, half by their second.
    """
    tag = world.word("t")
    names = ["".join(f"{number}{pair[side]}." for number, pair in enumerate(pairs)) for side in (0, 1)]
    ids = named(world, *names, tag=tag)
    for number, pair in enumerate(pairs):
        side = number % 2
        world.finds(world.staff.get("/patients", tag=tag, search=f"{number}{pair[side]}."), ids[side])


@check("PAT-07")
def search_finds_any_part_of_a_name(world: World) -> None:
    """The beginning, the middle, the end and the whole of a name find it, and another name does not."""
    word = world.word("w")
    one, other = named(world, f"Ann{word}Lee", f"Bea{word}Kim")
    for part in (f"Ann{word}", f"{word}Lee", f"n{word}L"):
        world.finds(world.staff.get("/patients", search=part), one)
    world.finds(world.staff.get("/patients", search=word), one, other)
    world.finds(world.staff.get("/patients", search=f"{word}Ann"))


@check("PAT-07")
def search_finds_any_part_of_an_email(world: World) -> None:
    """So do the parts of an email, with the `@` and the dots in it."""
    word = world.word("w")
    one = world.patient(name="Ann", email=f"first.{word}@{word}.mail.test")["id"]
    world.patient(name="Bea", email=f"{word}.first@mail.test")
    for part in (f"first.{word}", f"{word}@{word}.ma", f"{word}.mail.test"):
        world.finds(world.staff.get("/patients", search=part), one)


@check("PAT-07")
def search_finds_a_patient_without_email_by_the_name(world: World) -> None:
    """No email is no hindrance, be it never sent or cleared."""
    word = world.word("w")
    ids = named(world, f"Ann {word}") + [world.patient(name=f"Bea {word}")["id"]]
    world.staff.patch(f"/patients/{ids[1]}", {"email": None}).needed(200)
    world.finds(world.staff.get("/patients", search=word), *ids)


@check("PAT-07", "GEN-32")
def a_match_in_name_and_email_counts_once(world: World) -> None:
    """A patient found by both is listed and counted once, in the order of the list."""
    word = world.word("w")
    both, name = world.patient(name=word, email=f"{word}@mail.test")["id"], named(world, word)[0]
    email = world.patient(name="Cleo", email=f"c.{word}@{word}.test")["id"]
    world.finds(world.staff.get("/patients", search=word), both, name, email)
    paged = [item["id"] for item in world.pages(world.staff, "/patients", 1, search=word)]
    world.equal(paged, [both, name, email], "the ids in pages of 1")


@check("PAT-07")
def search_does_not_join_name_and_email(world: World) -> None:
    """What only the name and the email put together contain is contained in neither."""
    word = world.word("w")
    one = world.patient(name=f"Ann {word}", email=f"{word}@mail.test")["id"]
    for text in (f"{word}{word}", f"{word} {word}", f"{word}\n{word}"):
        world.finds(world.staff.get("/patients", search=text))
    world.finds(world.staff.get("/patients", search=word), one)


@check("PAT-07")
def search_does_not_look_elsewhere(world: World) -> None:
    """Note, tags and birth date do not matter."""
    word = world.word("w")
    world.patient(name="Ann", note=word, birth_date="1984-02-29", tags=[word])
    world.finds(world.staff.get("/patients", search=word))
    world.finds(world.staff.get("/patients", search="1984-02-29", tag=word))


@check("PAT-07", "GEN-09")
def spaces_in_a_search_are_part_of_it(world: World) -> None:
    """It is one text, not words: its spaces count, at its ends too, and its words keep their order."""
    word = world.word("w")
    tight, wide, end = named(world, f"Ann {word} Lee", f"Ann {word}  Lee", f"Lee {word} ")
    world.finds(world.staff.get("/patients", search=f"{word} Lee"), tight)
    world.finds(world.staff.get("/patients", search=f"{word}  Lee"), wide)
    world.finds(world.staff.get("/patients", search=f"{word} "), tight, wide, end)
    world.finds(world.staff.get("/patients", search=f"Lee {word}"), end)
    world.finds(world.staff.get("/patients", search=f" Lee {word}"))


@check("PAT-07")
def search_knows_the_name_and_email_of_now(world: World) -> None:
    """After a PATCH the new name and email find the patient and the old ones do not."""
    old, new = world.word("old"), world.word("new")
    one = world.patient(name=f"{old}a", email=f"{old}b@mail.test")["id"]
    world.staff.patch(f"/patients/{one}", {"name": f"{new}a"}).needed(200)
    world.finds(world.staff.get("/patients", search=f"{new}a"), one)
    world.finds(world.staff.get("/patients", search=f"{old}a"))
    world.staff.patch(f"/patients/{one}", {"email": f"{new}b@mail.test"}).needed(200)
    world.finds(world.staff.get("/patients", search=f"{new}b"), one)
    world.finds(world.staff.get("/patients", search=old))


@check("PAT-07", "GEN-08")
def a_search_may_be_as_long_as_a_name(world: World) -> None:
    """A whole name of 100 characters finds its patient only."""
    name = world.word("w").ljust(99, "x")
    one, _ = named(world, f"{name}y", f"{name}z")
    world.finds(world.staff.get("/patients", search=f"{name}y"), one)


@check("GEN-29", "PAT-07", "TAG-02", "TAG-03")
def search_and_tags_must_both_hold(world: World) -> None:
    """A patient with the tag but not the text is not found, nor the reverse; by name as by email."""
    word, tag, more = world.word("w"), world.word("t"), world.word("m")
    name = world.patient(name=word, tags=[tag])["id"]
    email = world.patient(name="Bea", email=f"{word}@mail.test", tags=[more, tag])["id"]
    world.patient(name="Cleo", tags=[tag, more])
    world.patient(name=word)
    world.patient(name="Dora", email=f"d.{word}@mail.test")
    world.finds(world.staff.get("/patients", search=word, tag=tag), name, email)
    world.finds(world.staff.get("/patients", search=word, tag=[tag, more]), name, email)
    world.finds(world.staff.get("/patients", search=word, tag=[tag, more], match="all"), email)
    world.finds(world.staff.get("/patients", search=word, tag=world.word("u")))
    paged = [item["id"] for item in world.pages(world.staff, "/patients", 1, search=word, tag=[tag, more])]
    world.equal(paged, [name, email], "the ids in pages of 1")


# Which letters are the same.


@check("PAT-08")
def search_takes_capitals_and_small_letters_for_the_same(world: World) -> None:
    """All 26 letters, in names and in emails, whichever of both has the capitals."""
    word = world.word("w")
    low, high = named(world, word + string.ascii_lowercase, word.upper() + string.ascii_uppercase)
    for text in (word + string.ascii_uppercase, word.upper() + string.ascii_lowercase):
        world.finds(world.staff.get("/patients", search=text), low, high)
    word = world.word("e")
    email = world.patient(name="Ann", email=f"Mixed.{word.upper()}@Mail.test")["id"]
    for text in (f"mixed.{word}@mail.TEST", f"MIXED.{word.upper()}"):
        world.finds(world.staff.get("/patients", search=text), email)


@check("PAT-08")
def letters_outside_ascii_find_themselves_only(world: World) -> None:
    """The example of the contract: `Ä` finds `Ärzte`, `ä` does not; the letters beside it are folded."""
    word = world.word("w")
    one, other = named(world, f"{word}Ärzte", f"{word}ärztin")
    world.finds(world.staff.get("/patients", search=f"{word}Ä"), one)
    world.finds(world.staff.get("/patients", search=f"{word}ä"), other)
    world.finds(world.staff.get("/patients", search=f"{word}ÄRZT"), one)
    world.finds(world.staff.get("/patients", search=f"{word.upper()}äRZT"), other)


@check("PAT-08")
def letters_that_other_foldings_unite_stay_two(world: World) -> None:
    """Umlauts, Greek, the Kelvin sign and others: each of such a pair finds its own patient only."""
    two_apart(world, list(ALIKE.values()))


@check("PAT-08", "GEN-09")
def composed_and_decomposed_letters_stay_two(world: World) -> None:
    """`é` as one code point and as two, a ligature and its letters, and the like do not find each other."""
    two_apart(world, [("\u00e9", "e\u0301"), ("\ufb01", "fi"), ("ß", "ss"), ("\u00b2", "2")])


# Signs.


@check("PAT-09")
def a_percent_sign_in_a_search_means_itself(world: World) -> None:
    """It finds the names with a percent sign at this place, and no others."""
    tag = world.word("w")
    percent, _, two = named(world, "100% Ann", "1000 Ann", "50%% Ann", tag=tag)
    world.finds(world.staff.get("/patients", tag=tag, search="%"), percent, two)
    world.finds(world.staff.get("/patients", tag=tag, search="0% A"), percent)
    world.finds(world.staff.get("/patients", tag=tag, search="%%"), two)
    world.finds(world.staff.get("/patients", tag=tag, search="1%n"))
    world.finds(world.staff.get("/patients", tag=tag, search="%Ann"))


@check("PAT-09")
def an_underscore_in_a_search_means_itself(world: World) -> None:
    """It finds the names with an underscore at this place, and no others."""
    tag = world.word("w")
    one, _, two = named(world, "Ann_Lee", "Ann Lee", "Ann__Lee", tag=tag)
    world.finds(world.staff.get("/patients", tag=tag, search="_"), one, two)
    world.finds(world.staff.get("/patients", tag=tag, search="ann_lee"), one)
    world.finds(world.staff.get("/patients", tag=tag, search="__"), two)
    world.finds(world.staff.get("/patients", tag=tag, search="_nn"))


@check("PAT-09")
def a_backslash_in_a_search_means_itself(world: World) -> None:
    """It escapes nothing, whatever follows, and needs no escape, at the end either."""
    tag = world.word("w")
    names = ("a\\b", "a\\\\b ab", "a\\%b", "a%b", "a\\_b a_b", "b\\")
    single, double, percent, bare, under, end = named(world, *names, tag=tag)
    world.finds(world.staff.get("/patients", tag=tag, search="\\"), single, double, percent, under, end)
    world.finds(world.staff.get("/patients", tag=tag, search="a\\b"), single)
    world.finds(world.staff.get("/patients", tag=tag, search="\\\\"), double)
    world.finds(world.staff.get("/patients", tag=tag, search="\\%"), percent)
    world.finds(world.staff.get("/patients", tag=tag, search="%b"), percent, bare)
    world.finds(world.staff.get("/patients", tag=tag, search="\\_"), under)
    world.finds(world.staff.get("/patients", tag=tag, search="b\\"), end)


@check("PAT-09", "PAT-07")
def signs_mean_themselves_in_emails_too(world: World) -> None:
    """The three signs in a search find the emails that have them."""
    tag, word = world.word("t"), world.word("w")
    for sign in ("c", "%", "_", "\\"):
        one = world.patient(name="Ann", email=f"{word}a{sign}b@mail.test", tags=[tag])["id"]
        world.finds(world.staff.get("/patients", tag=tag, search=f"{word}A{sign}B@"), one)


@check("PAT-07", "PAT-09")
def every_sign_of_ascii_is_found_in_names_and_emails(world: World) -> None:
    """None ends the text or escapes what follows it."""
    tag, signs = world.word("t"), string.punctuation.replace("@", "")
    for part in (signs[:16], signs[16:]):
        text = "".join(f"a{sign}b" for sign in part)
        name = named(world, f"{text} {text}", tag=tag)[0]
        email = world.patient(name="Cleo", email=f"{text}@{tag}.test", tags=[tag])["id"]
        world.finds(world.staff.get("/patients", tag=tag, search=text.upper()), name, email)


@check("PAT-07", "PAT-09")
def no_sign_stands_for_others(world: World) -> None:
    """What groups, repeats or replaces characters elsewhere does not do it here."""
    tag = world.word("t")
    named(world, "axb aab ab aacb", tag=tag)
    for text in ("a*b", "a?b", "a.b", "a[xa]b", "a#b", "^ax", "cb$", "a+b"):
        world.finds(world.staff.get("/patients", tag=tag, search=text))
