"""Tags of patients: a set in one order, found by any and by all, replaced as a whole."""

from __future__ import annotations

from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

MIXED = ["b", "a-b", "ab", "10", "a", "-a", "9", "a1", "1-", "aa", "a--b", "z", "0", "a-1", "-", "a0"]
"""Words that orders of languages, which skip hyphens or read numbers, put otherwise."""


# What is shown.


@check("TAG-01")
def tags_are_shown_in_the_order_of_the_codes(world: World) -> None:
    """Hyphen before digits before letters, in the answer to POST and PATCH, by GET and in the list."""
    word = world.word("w")
    one = world.staff.post("/patients", {"name": word, "tags": MIXED}).expect(201).has(tags=sorted(MIXED))
    path = f"/patients/{one['id']}"
    world.finds(world.staff.get("/patients", search=word), one["id"]).has({"items.0.tags": sorted(MIXED)})
    world.staff.patch(path, {"tags": [*MIXED[::-1], "--"]}).expect(200).has(tags=sorted([*MIXED, "--"]))
    world.staff.get(path).expect(200).has(tags=sorted([*MIXED, "--"]))


@check("TAG-01")
def tags_that_were_sent_twice_are_shown_once(world: World) -> None:
    """In POST and in PATCH, by GET and in the list."""
    word = world.word("w")
    body = {"name": word, "tags": ["b", "a", "b", "b", "a"]}
    one = world.staff.post("/patients", body).expect(201).has(tags=["a", "b"])
    path = f"/patients/{one['id']}"
    world.staff.get(path).expect(200).has(tags=["a", "b"])
    world.staff.patch(path, {"tags": ["c", "b", "c"]}).expect(200).has(tags=["b", "c"])
    world.finds(world.staff.get("/patients", search=word), one["id"]).has({"items.0.tags": ["b", "c"]})


@check("TAG-01", "GEN-08")
def twenty_words_may_be_sent_and_repeated_ones_count(world: World) -> None:
    """20 are accepted, the same word 20 times too; 21 are not, though they be one word, in POST and in PATCH."""
    words = [f"w{index:02}" for index in range(21)]
    one = world.staff.post("/patients", world.patient_body(tags=words[:20])).expect(201).has(tags=words[:20])
    world.staff.post("/patients", world.patient_body(tags=["w"] * 20)).expect(201).has(tags=["w"])
    path = f"/patients/{one['id']}"
    for tags in (words, ["w"] * 21):
        world.invalid(world.staff.post("/patients", world.patient_body(tags=tags)), "tags")
        world.invalid(world.staff.patch(path, {"tags": tags}), "tags")
    world.staff.get(path).expect(200).has(tags=words[:20])


@check("TAG-01", "GEN-16")
def a_list_shows_each_patient_with_its_own_tags(world: World) -> None:
    """Patients beside each other have theirs, shared ones, and none."""
    word = world.word("w")
    sets: list[list[str]] = [["a", "b", word], [], ["b"], ["a", "b", "c"]]
    ids = [world.patient(name=word, tags=tags)["id"] for tags in sets]
    reply = world.finds(world.staff.get("/patients", search=word), *ids)
    world.equal([item["tags"] for item in reply["items"]], [sorted(tags) for tags in sets], "the tags")


# Any.


@check("TAG-02")
def one_tag_finds_the_patients_that_have_it(world: World) -> None:
    """With and without `match=any`, whatever other tags they have."""
    one, other = world.word("a"), world.word("b")
    ids = [world.patient(tags=tags)["id"] for tags in ([one], [other, one], [other], [])]
    world.finds(world.staff.get("/patients", tag=one), *ids[:2])
    world.finds(world.staff.get("/patients", tag=one, match="any"), *ids[:2])


@check("TAG-02")
def any_of_several_tags_finds_a_patient(world: World) -> None:
    """Who has at least one is found, in the order of the list and not of the tags."""
    a, b, c = (world.word(stem) for stem in "abc")
    ids = [world.patient(tags=tags)["id"] for tags in ([b], [a], [c], [c, a], [b, c], [])]
    wanted = [ids[0], ids[1], ids[3], ids[4]]
    world.finds(world.staff.get("/patients", tag=[b, a]), *wanted)
    world.finds(world.staff.get("/patients", tag=[a, b, c], match="any"), *ids[:5])


@check("TAG-02", "GEN-31", "GEN-32", "GEN-33")
def a_patient_with_several_of_the_tags_counts_once(world: World) -> None:
    """Listed once, counted once, and once on all pages."""
    a, b, c = (world.word(stem) for stem in "abc")
    ids = [world.patient(tags=tags)["id"] for tags in ([a, b, c], [b, a], [c, b])]
    world.finds(world.staff.get("/patients", tag=[a, b, c], limit=3), *ids)
    page = world.staff.get("/patients", tag=[a, b, c], limit=2).expect(200).has(total=3)
    world.equal([item["id"] for item in page["items"]], ids[:2], "page 1")
    paged = [item["id"] for item in world.pages(world.staff, "/patients", 1, tag=[a, b, c])]
    world.equal(paged, ids, "the ids in pages of 1")


@check("TAG-02", "TAG-03")
def a_tag_that_nobody_has_finds_nobody(world: World) -> None:
    """Alone nothing is found; beside others it adds nothing to any and leaves nothing of all."""
    one, unknown = world.word("a"), world.word("u")
    here = world.patient(tags=[one])["id"]
    world.finds(world.staff.get("/patients", tag=unknown))
    world.finds(world.staff.get("/patients", tag=[unknown, one]), here)
    world.finds(world.staff.get("/patients", tag=[unknown, one], match="all"))


@check("TAG-02", "TAG-03")
def a_tag_is_compared_as_a_whole(world: World) -> None:
    """Neither its parts nor longer words find it, with any and with all."""
    word = world.word("w")
    longer = [f"{word}-x", f"x-{word}", f"{word}x", f"-{word}", word[:-1]]
    one, other = world.patient(tags=[word])["id"], world.patient(tags=longer)["id"]
    for match in ("any", "all"):
        world.finds(world.staff.get("/patients", tag=word, match=match), one)
        world.finds(world.staff.get("/patients", tag=f"{word}-", match=match))
    world.finds(world.staff.get("/patients", tag=f"{word}-x"), other)


@check("TAG-02", "TAG-03", "GEN-16")
def patients_found_by_a_tag_show_all_their_tags(world: World) -> None:
    """The filter does not cut down what each item shows."""
    word = world.word("w")
    tags = ["a", "b", word, "zz"]
    one = world.patient(tags=tags)
    for query in ({"tag": word}, {"tag": ["b", word], "match": "all"}):
        reply = world.staff.get("/patients", search=one["name"], **query)
        world.finds(reply, one["id"]).has({"items.0.tags": sorted(tags)})


# All.


@check("TAG-03")
def all_tags_must_be_there(world: World) -> None:
    """With match=all a patient needs every one of the words, and may have more."""
    a, b, c = (world.word(stem) for stem in "abc")
    sets: tuple[list[str], ...] = ([a, b], [a], [b], [c, b, a], [a, c])
    ids = [world.patient(tags=tags)["id"] for tags in sets]
    world.finds(world.staff.get("/patients", tag=[b, a], match="all"), ids[0], ids[3])
    world.finds(world.staff.get("/patients", tag=[c, a, b], match="all"), ids[3])
    world.finds(world.staff.get("/patients", tag=a, match="all"), ids[0], ids[1], ids[3], ids[4])


@check("TAG-03", "TAG-02")
def a_tag_given_twice_counts_once(world: World) -> None:
    """The same word again asks for nothing more: with all, with any, and beside another."""
    a, b = world.word("a"), world.word("b")
    one, both, _ = (world.patient(tags=tags)["id"] for tags in ([a], [a, b], [b]))
    world.finds(world.staff.get("/patients", tag=[a, a], match="all"), one, both)
    world.finds(world.staff.get("/patients", tag=[a, b, a], match="all"), both)
    world.finds(world.staff.get("/patients", tag=[a, a], match="any"), one, both)


@check("TAG-03", "GEN-34", "GEN-32")
def pages_of_all_tags_hold_together(world: World) -> None:
    """Pages of match=all have the same total and every patient once."""
    a, b = world.word("a"), world.word("b")
    sets = ([a, b], [a], [b, a], [b], [a, b, "c"])
    ids = [world.patient(tags=tags)["id"] for tags in sets]
    first = world.staff.get("/patients", tag=[a, b], match="all", limit=2).expect(200).has(total=3)
    world.equal([item["id"] for item in first["items"]], [ids[0], ids[2]], "page 1")
    cursor = first["next_cursor"]
    last = world.staff.get("/patients", tag=[a, b], match="all", limit=2, cursor=cursor).expect(200)
    last.has({"total": 3, "next_cursor": None, "items.0.id": ids[4]})
    world.equal(len(last["items"]), 1, "the number of items on page 2")


@check("TAG-02", "TAG-03")
def match_without_tag_has_no_effect(world: World) -> None:
    """A search finds the same, patients without tags included, with either value."""
    word = world.word("w")
    ids = [world.patient(name=word, tags=tags)["id"] for tags in ([], ["a"])]
    for match in ("any", "all"):
        world.finds(world.staff.get("/patients", search=word, match=match), *ids)


# Changes.


@check("TAG-04")
def a_patch_replaces_all_tags(world: World) -> None:
    """The tags of before are gone, also for the filters; those kept and new are there."""
    a, b, c = (world.word(stem) for stem in "abc")
    one = world.patient(tags=[a, b])["id"]
    path = f"/patients/{one}"
    world.staff.patch(path, {"tags": [c, b]}).expect(200).has(tags=[b, c])
    world.staff.get(path).expect(200).has(tags=[b, c])
    world.finds(world.staff.get("/patients", tag=a))
    world.finds(world.staff.get("/patients", tag=[b, c], match="all"), one)
    world.finds(world.staff.get("/patients", tag=[a, b, c], match="all"))


@check("TAG-04")
def an_empty_list_takes_all_tags_away(world: World) -> None:
    """`[]` empties the set, and can be filled again with what was there."""
    word = world.word("w")
    one = world.patient(tags=[word, "a"])["id"]
    path = f"/patients/{one}"
    world.staff.patch(path, {"tags": []}).expect(200).has(tags=[])
    world.staff.get(path).expect(200).has(tags=[])
    world.finds(world.staff.get("/patients", tag=word))
    world.staff.patch(path, {"tags": [word]}).expect(200).has(tags=[word])
    world.finds(world.staff.get("/patients", tag=word), one)


@check("TAG-04", "GEN-15")
def tags_that_were_left_out_stay(world: World) -> None:
    """A PATCH without `tags` keeps them, also for the filters."""
    word = world.word("w")
    one = world.patient(tags=[word, "a"])["id"]
    world.staff.patch(f"/patients/{one}", {"name": "Other"}).expect(200).has(tags=sorted([word, "a"]))
    world.finds(world.staff.get("/patients", tag=word), one)


@check("TAG-04")
def tags_belong_to_one_patient(world: World) -> None:
    """Replacing, emptying or deleting does nothing to another patient with the same words."""
    a, b = world.word("a"), world.word("b")
    first, second, third = (world.patient(tags=[a, b])["id"] for _ in range(3))
    world.staff.patch(f"/patients/{first}", {"tags": [b]}).needed(200)
    world.staff.delete(f"/patients/{second}").needed(204)
    world.staff.get(f"/patients/{third}").expect(200).has(tags=[a, b])
    world.finds(world.staff.get("/patients", tag=a), third)
    world.finds(world.staff.get("/patients", tag=b), first, third)
