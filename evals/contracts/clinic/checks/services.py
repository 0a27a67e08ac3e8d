"""The price list."""

from __future__ import annotations

from evals.behaviour.asking import Json
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def listed(world: World, *ids: int) -> list[Json]:
    """The services of these ids, in the order of the list."""
    return [item for item in world.pages(world.staff, "/services", 100) if item["id"] in ids]


@check("SVC-01", "GEN-01")
def a_service_has_what_was_sent(world: World) -> None:
    """An id, the name, price and tax as they were sent, and nothing else; in the list too."""
    body = {"name": f"Blutdruck {world.word('w')} ä", "price_cents": 12345, "tax_bp": 1900}
    reply = world.manager.post("/services", body).expect(201).has(body)
    world.equal(sorted(reply.body), ["id", "name", "price_cents", "tax_bp"], "the members")
    world.equal(listed(world, reply["id"]), [reply.body], "the service in the list")


@check("SVC-01", "GEN-08")
def the_least_and_the_most_of_price_and_tax_are_accepted(world: World) -> None:
    """0 and 1 000 000.00, no tax and 100 % are listed as they were sent."""
    made = []
    for price, tax in ((0, 0), (100000000, 10000)):
        made.append(world.manager.post("/services", world.service_body(price_cents=price, tax_bp=tax)).expect(201))
        made[-1].has(price_cents=price, tax_bp=tax)
    world.equal(listed(world, *(one["id"] for one in made)), [one.body for one in made], "the services in the list")


@check("SVC-01")
def services_may_have_the_same_name(world: World) -> None:
    """Each is a service of its own, made or renamed."""
    body = world.service_body()
    one, two = (world.manager.post("/services", body).expect(201).has(body)["id"] for _ in "ab")
    world.that(one != two, "the ids differ")
    other = world.shared("changed service", world.service)
    world.manager.patch(f"/services/{other}", {"name": body["name"]}).expect(200).has(name=body["name"])


@check("SVC-02", "GEN-17")
def services_are_listed_by_id(world: World) -> None:
    """In the order of their making, not by name or price, nor by what was changed last; in pages of any size."""
    before: int = world.staff.get("/services", limit=1).needed(200)["total"]
    ids = [world.service(name=f"{letter} {world.word('w')}", price_cents=ord(letter))["id"] for letter in "ecadb"]
    for one in (ids[0], ids[2]):
        world.manager.patch(f"/services/{one}", {"name": f"Other {world.word('w')}", "tax_bp": 0}).needed(200)
    cursor = world.after(world.staff, "/services", before)
    for limit in (2, 100):
        rest = [item["id"] for item in world.pages(world.staff, "/services", limit, cursor=cursor)]
        world.equal([one for one in rest if one in ids], ids, f"my services in pages of {limit}")
        world.that(rest == sorted(rest), "the ids of the list ascend")


@check("SVC-02", "GEN-34")
def pages_of_services_hold_while_services_come_and_change(world: World) -> None:
    """Added ones come last; changed ones stay where they are."""
    before: int = world.staff.get("/services", limit=1).needed(200)["total"]
    ids = [world.service()["id"] for _ in range(3)]
    cursor = world.after(world.staff, "/services", before)
    page = world.staff.get("/services", limit=1, cursor=cursor).expect(200)
    page.has({"total": before + 3, "items.0.id": ids[0]})
    world.manager.patch(f"/services/{ids[0]}", {"name": "Aa"}).needed(200)
    world.manager.patch(f"/services/{ids[1]}", {"price_cents": 1}).needed(200)
    ids.append(world.service()["id"])
    for one in ids[1:]:
        page = world.staff.get("/services", limit=1, cursor=page["next_cursor"]).expect(200)
        page.has({"total": before + 4, "items.0.id": one})
    page.has(next_cursor=None)


@check("SVC-03")
def a_changed_service_is_listed_with_its_new_values(world: World) -> None:
    """All three fields, in the answer and in the list, and no other service changes."""
    one, other = world.service(), world.service()
    world.equal(listed(world, one["id"], other["id"]), [one.body, other.body], "the services in the list of before")
    new = {"name": f"New {world.word('w')}", "price_cents": 1, "tax_bp": 700}
    reply = world.manager.patch(f"/services/{one['id']}", new).expect(200).has(new).has(id=one["id"])
    world.equal(listed(world, one["id"], other["id"]), [reply.body, other.body], "the services in the list")


@check("SVC-03", "GEN-15")
def a_patch_of_one_field_of_a_service_keeps_the_others(world: World) -> None:
    """Each field changes alone, to 0 too; `{}` changes none."""
    one = world.service()
    path, now = f"/services/{one['id']}", dict(one.body)
    for field, value in {"name": f"New {world.word('w')}", "price_cents": 0, "tax_bp": 0}.items():
        now[field] = value
        world.equal(world.manager.patch(path, {field: value}).expect(200).body, now, f"the answer to a new `{field}`")
    world.equal(listed(world, one["id"]), [now], "the service in the list")
    world.equal(world.manager.patch(path, {}).expect(200).body, now, "the answer to {}")


@check("SVC-03", "GEN-38", "GEN-41")
def a_refused_change_of_a_service_changes_nothing(world: World) -> None:
    """Every wrong field is named, and what was right beside it has no effect."""
    one = world.service()
    path = f"/services/{one['id']}"
    world.invalid(world.manager.patch(path, {"name": "Right", "price_cents": -1}), "price_cents")
    world.invalid(world.manager.patch(path, {"name": None, "price_cents": "5", "tax_bp": 10001, "id": 1}),
                  "name", "price_cents", "tax_bp", "id")  # fmt: skip
    world.invalid(world.manager.patch(path, {"tax_bp": None, "price_cents": 7}), "tax_bp")
    world.refused(world.staff.patch(path, {"price_cents": 1}), 403, "forbidden")
    world.equal(listed(world, one["id"]), [one.body], "the service in the list")
