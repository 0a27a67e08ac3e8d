"""Practitioners with their specialties, and rooms."""

from __future__ import annotations

from evals.behaviour.asking import Client, Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World
from evals.contracts.clinic.checks.tags import MIXED


def made_by_others(client: Client, path: str) -> int:
    """How many rows a list has that is not ours alone."""
    total: int = client.get(path, limit=1).needed(200)["total"]
    return total


# Practitioners.


@check("PRA-01", "GEN-01")
def a_practitioner_of_a_name_alone_has_no_specialties(world: World) -> None:
    """`specialties` that were not sent are []; there is an id, the name, and nothing else."""
    name = f"Dr {world.word('w')}"
    reply = world.manager.post("/practitioners", {"name": name}).expect(201).has(name=name, specialties=[])
    world.equal(sorted(reply.body), ["id", "name", "specialties"], "the members")


@check("PRA-01")
def a_practitioner_has_what_was_sent(world: World) -> None:
    """Name and specialties, in the answer and in the list; another may have the same."""
    body = {"name": f"Dr Ärzte {world.word('w')} ", "specialties": ["a", word := world.word("w")]}
    made = [world.manager.post("/practitioners", body).expect(201).has(body) for _ in "ab"]
    listed = world.finds(world.staff.get("/practitioners", specialty=word), *(m["id"] for m in made))
    world.equal(listed["items"], [one.body for one in made], "the items")


@check("PRA-02")
def specialties_are_a_set_in_the_order_of_the_codes(world: World) -> None:
    """Each word once, hyphen before digits before letters, in the answer and in the list."""
    word = world.word("w")
    sent = [word, *MIXED[:8], MIXED[0]]
    wanted = sorted({word, *MIXED[:8]})
    one = world.manager.post("/practitioners", {"name": "Dr", "specialties": sent}).expect(201).has(specialties=wanted)
    reply = world.finds(world.staff.get("/practitioners", specialty=word), one["id"])
    reply.has({"items.0.specialties": wanted})


@check("PRA-02", "GEN-08")
def ten_specialties_may_be_sent_and_repeated_ones_count(world: World) -> None:
    """10 are accepted, the same word 10 times too; 11 are not, though they be one word."""
    words = [f"s{index:02}" for index in range(11)]
    for sent, shown in ((words[:10], words[:10]), (["s"] * 10, ["s"])):
        reply = world.manager.post("/practitioners", {"name": "Dr", "specialties": sent})
        reply.expect(201).has(specialties=shown)
    for wrong in (words, ["s"] * 11):
        world.invalid(world.manager.post("/practitioners", {"name": "Dr", "specialties": wrong}), "specialties")


@check("PRA-03", "GEN-17")
def practitioners_are_listed_by_id(world: World) -> None:
    """In the order of their making, not by name; with the filter and without it, whole and in pages."""
    word = world.word("w")
    bodies = [{"name": f"{letter} {word}", "specialties": [letter, word]} for letter in "ecadb"]
    before = made_by_others(world.manager, "/practitioners")
    ids = [world.practitioner(**body)["id"] for body in bodies]
    world.finds(world.staff.get("/practitioners", specialty=word), *ids)
    paged = [item["id"] for item in world.pages(world.staff, "/practitioners", 2, specialty=word)]
    world.equal(paged, sorted(ids), "the ids in pages of 2")
    cursor = world.after(world.staff, "/practitioners", before)
    rest = [item["id"] for item in world.pages(world.staff, "/practitioners", 2, cursor=cursor)]
    world.equal([one for one in rest if one in ids], ids, "the ids without filter in pages of 2")
    world.that(rest == sorted(rest), "the ids of the list without filter ascend")


@check("PRA-04")
def a_specialty_finds_the_practitioners_that_have_it(world: World) -> None:
    """Those that have this word, each once, whatever else they have; and nobody when it is unknown."""
    one, other = world.word("a"), world.word("b")
    sets: tuple[list[str], ...] = ([one], [other, one], [other], [])
    ids = [world.practitioner(specialties=words)["id"] for words in sets]
    world.finds(world.staff.get("/practitioners", specialty=one), *ids[:2])
    world.finds(world.manager.get("/practitioners", specialty=other), *ids[1:3])
    world.finds(world.staff.get("/practitioners", specialty=world.word("u")))


@check("PRA-04")
def practitioners_found_by_a_specialty_show_all_of_them(world: World) -> None:
    """The filter does not cut down what each item shows."""
    word = world.word("w")
    sets = [sorted(["a", word, "zz"]), [word], sorted([word, "b"])]
    ids = [world.practitioner(specialties=words)["id"] for words in sets]
    reply = world.finds(world.staff.get("/practitioners", specialty=word), *ids)
    world.equal([item["specialties"] for item in reply["items"]], sets, "the specialties")


@check("PRA-04", "GEN-08", "GEN-26")
def a_specialty_is_compared_as_a_whole(world: World) -> None:
    """Neither parts nor longer words find it; it is one word, or refused."""
    word = world.word("w")
    one = world.practitioner(specialties=[word])["id"]
    world.practitioner(specialties=[f"{word}-x", f"x-{word}", f"{word}x", word[:-1]])
    world.finds(world.staff.get("/practitioners", specialty=word), one)
    world.finds(world.staff.get("/practitioners", specialty=f"{word}-"))
    for wrong in (word.upper(), f"{word}%", "ä", [word, word]):
        world.invalid(world.staff.get("/practitioners", specialty=wrong), "specialty")


@check("PRA-04", "GEN-31", "GEN-32", "GEN-33", "GEN-34")
def pages_of_a_specialty_hold_while_practitioners_come(world: World) -> None:
    """Each is on one page, one that is added between two pages on the last."""
    word = world.word("w")
    ids = [world.practitioner(specialties=["a", "b", word])["id"] for _ in range(3)]
    world.finds(world.staff.get("/practitioners", specialty=word, limit=3), *ids)
    first = world.staff.get("/practitioners", specialty=word, limit=2).expect(200).has(total=3)
    world.equal([item["id"] for item in first["items"]], ids[:2], "page 1")
    world.practitioner(specialties=["a"])
    ids.append(world.practitioner(specialties=[word])["id"])
    cursor = first["next_cursor"]
    last = world.staff.get("/practitioners", specialty=word, limit=2, cursor=cursor).expect(200)
    world.equal([item["id"] for item in last["items"]], ids[2:], "page 2")
    last.has(total=4, next_cursor=None)


# Rooms.


@check("ROM-01", "GEN-01")
def a_room_has_its_name(world: World) -> None:
    """An id, the name as it was sent, and nothing else; in the list too."""
    before = made_by_others(world.manager, "/rooms")
    name = f" Röntgen {world.word('w')}"
    reply = world.manager.post("/rooms", {"name": name}).expect(201).has(name=name)
    world.equal(sorted(reply.body), ["id", "name"], "the members")
    rest = world.pages(world.staff, "/rooms", 100, cursor=world.after(world.staff, "/rooms", before))
    world.equal([item for item in rest if item["name"] == name], [reply.body], "the rooms of this name in the list")


@check("ROM-01")
def rooms_may_have_the_same_name(world: World) -> None:
    """Each is a room of its own."""
    body = world.room_body()
    ids = {world.manager.post("/rooms", body).expect(201).has(name=body["name"])["id"] for _ in "ab"}
    world.equal(len(ids), 2, "the number of different ids")


@check("ROM-02", "GEN-31", "GEN-17")
def rooms_are_listed_by_id(world: World) -> None:
    """In the order of their making, not by name, in pages of any size."""
    before = made_by_others(world.manager, "/rooms")
    made: list[Json] = [world.room(name=f"{letter} {world.word('w')}").body for letter in "ecadb"]
    cursor = world.after(world.staff, "/rooms", before)
    for limit in (2, 100):
        rest = world.pages(world.staff, "/rooms", limit, cursor=cursor)
        world.equal([item for item in rest if item in made], made, f"my rooms in pages of {limit}")
        ids = [item["id"] for item in rest]
        world.that(ids == sorted(ids), "the ids of the list ascend")


@check("ROM-02", "GEN-34", "GEN-32")
def pages_of_rooms_hold_while_rooms_come(world: World) -> None:
    """A room that is added between two pages comes last, and counts from then on."""
    before = made_by_others(world.manager, "/rooms")
    ids = [world.room()["id"] for _ in "ab"]
    cursor = world.after(world.staff, "/rooms", before)
    page = (
        world.staff.get("/rooms", limit=1, cursor=cursor).expect(200).has({"total": before + 2, "items.0.id": ids[0]})
    )
    ids.append(world.room()["id"])
    for one in ids[1:]:
        page = world.staff.get("/rooms", limit=1, cursor=page["next_cursor"]).expect(200)
        page.has({"total": before + 3, "items.0.id": one})
    page.has(next_cursor=None)
