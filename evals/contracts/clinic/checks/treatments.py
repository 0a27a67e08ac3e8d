"""Treatments: when they may be added, what they copy from the service, and their exact amounts."""

from __future__ import annotations

from evals.behaviour.asking import Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def _add(world: World, appointment_id: int, service_id: int, quantity: int = 1) -> Reply:
    body = {"service_id": service_id, "quantity": quantity}
    return world.staff.post(f"/appointments/{appointment_id}/treatments", body)


def _taxes(world: World, price: int, tax_bp: int, wanted: dict[int, int]) -> None:
    """Assert the tax on each quantity of a service."""
    appointment, service = world.shared("confirmed", world.confirmed), world.priced(price, tax_bp)
    for quantity, tax in wanted.items():
        _add(world, appointment, service, quantity).expect(201).has(net_cents=price * quantity, tax_cents=tax)


@check("TRT-01")
def a_confirmed_appointment_can_be_treated(world: World) -> None:
    """A treatment on a confirmed appointment is answered with all that it has, and shown so by the appointment."""
    appointment = world.confirmed()["id"]
    service = world.service(price_cents=1250, tax_bp=700)
    made = _add(world, appointment, service["id"], 4).expect(201)
    made.has(service_id=service["id"], name=service["name"], price_cents=1250, tax_bp=700, quantity=4)
    made.has(net_cents=5000, tax_cents=350)
    world.staff.get(f"/appointments/{appointment}").expect(200).has(treatments=[made.body])


@check("TRT-01")
def a_completed_appointment_can_be_treated(world: World) -> None:
    """A treatment can still be added to a completed appointment, as long as it has no invoice."""
    appointment, service = world.completed()["id"], world.priced(10000, 1900)
    made = [_add(world, appointment, service, quantity).expect(201).body for quantity in (1, 2)]
    world.staff.get(f"/appointments/{appointment}").expect(200).has(status="completed", treatments=made)


@check("TRT-01", "GEN-19")
def a_treatment_needs_its_service(world: World) -> None:
    """A service that does not exist is refused."""
    world.invalid(_add(world, world.shared("confirmed", world.confirmed), 2147483647), "service_id")


@check("TRT-02")
def only_confirmed_and_completed_appointments_are_treated(world: World) -> None:
    """A treatment on a scheduled, a cancelled or a missed appointment is refused and not added."""
    service = world.priced(10000, 1900)
    for way in ((), ("cancelled",), ("confirmed", "no_show")):
        one = world.appointment(*way)
        world.refused(_add(world, one["id"], service), 409, "not_treatable")
        world.staff.get(f"/appointments/{one['id']}").expect(200).has(treatments=[])


@check("TRT-02")
def what_was_treated_before_does_not_matter(world: World) -> None:
    """A cancelled appointment takes no further treatment, though it has one from before."""
    one, service = world.confirmed(), world.priced(10000, 1900)
    treatment = world.treatment(one["id"], service_id=service).body
    world.moved(one["id"], "cancelled")
    world.refused(_add(world, one["id"], service), 409, "not_treatable")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(treatments=[treatment])


@check("TRT-03")
def an_invoiced_appointment_is_not_treated(world: World) -> None:
    """A treatment on an invoiced appointment is refused; appointment and invoice stay as they were."""
    one = world.billable(500)
    bill = world.invoice(one["id"])
    world.refused(_add(world, one["id"], world.priced(10000, 1900)), 409, "already_invoiced")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(treatments=bill["lines"])
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(lines=bill["lines"], net_cents=500)


@check("TRT-04")
def treatments_keep_the_price_of_their_time(world: World) -> None:
    """A treatment keeps name, price and tax of its service when these change; one added later has the new ones."""
    appointment, service = world.confirmed()["id"], world.service(price_cents=1000, tax_bp=700)
    old = world.treatment(appointment, service_id=service["id"], quantity=3).body
    change = {"name": f"New {world.word()}", "price_cents": 1, "tax_bp": 10000}
    world.manager.patch(f"/services/{service['id']}", change).needed(200)
    new = _add(world, appointment, service["id"], 3).expect(201).has(**change, net_cents=3, tax_cents=3)
    world.staff.get(f"/appointments/{appointment}").expect(200).has(treatments=[old, new.body])


@check("TRT-04", "INV-06")
def invoices_keep_the_price_of_their_treatments(world: World) -> None:
    """A change of the service, before the invoice or after it, changes no line and no sum."""
    service = world.service(price_cents=1000, tax_bp=700)
    one = world.completed()
    line = world.treatment(one["id"], service_id=service["id"], quantity=3).body
    path = f"/services/{service['id']}"
    world.manager.patch(path, {"name": f"New {world.word()}", "price_cents": 1}).needed(200)
    bill = world.invoice(one["id"]).has(lines=[line], net_cents=3000, tax_cents=210)
    world.manager.patch(path, {"tax_bp": 10000, "price_cents": 2}).needed(200)
    world.equal(world.staff.get(f"/invoices/{bill['id']}").expect(200).body, bill.body, "the invoice afterwards")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(treatments=[line])


@check("TRT-05")
def net_is_price_times_quantity(world: World) -> None:
    """The net amount is the price times the quantity, from nothing to the largest of both, beyond 32 bits."""
    appointment = world.shared("confirmed", world.confirmed)
    for price, quantity, wanted in (
        (0, 1000, 0),
        (333, 7, 2331),
        (2147484, 1000, 2147484000),
        (99999999, 999, 99899999001),
        (100000000, 1000, 100000000000),
    ):
        made = _add(world, appointment, world.priced(price, 0), quantity).expect(201)
        made.has(price_cents=price, quantity=quantity, net_cents=wanted, tax_cents=0)


@check("TRT-06")
def half_a_cent_of_tax_is_rounded_up(world: World) -> None:
    """Exactly half a cent counts as one, whether the cents before it are even or odd."""
    _taxes(world, 1, 5000, {1: 1, 3: 2, 5: 3})


@check("TRT-06")
def tax_is_rounded_to_the_nearest_cent(world: World) -> None:
    """Just less than half a cent counts nothing, half a cent and more count one."""
    _taxes(world, 1, 100, {49: 0, 50: 1, 149: 1, 250: 3})


@check("TRT-06")
def a_basis_point_can_make_a_cent(world: World) -> None:
    """One basis point is not lost: 5000 cents have half a cent of tax, 4995 have less."""
    _taxes(world, 5, 1, {999: 0, 1000: 1})


@check("TRT-06")
def tax_is_exact_where_binary_fractions_are_not(world: World) -> None:
    """Halves of a cent are met exactly, where a product with a fraction such as 0.145 falls just below."""
    _taxes(world, 20, 1450, {5: 15, 75: 218, 85: 247})
    _taxes(world, 20, 5750, {41: 472, 87: 1001})


@check("TRT-06")
def tax_is_rounded_once_for_a_line(world: World) -> None:
    """Tax is rounded on the net amount of the line, not for each piece."""
    _taxes(world, 3, 1900, {4: 2, 1000: 570})


@check("TRT-06", "GEN-14")
def tax_of_large_amounts_is_exact(world: World) -> None:
    """Tax on amounts far beyond 32 bits is exact to the cent, halves and just less included."""
    _taxes(world, 99999999, 5000, {999: 49949999501, 1: 50000000})
    _taxes(world, 99998999, 4999, {999: 49939510100})
    _taxes(world, 100000000, 10000, {1000: 100000000000})


@check("TRT-06")
def tax_reaches_from_nothing_to_all(world: World) -> None:
    """No tax gives 0, 10000 basis points the net amount."""
    _taxes(world, 999, 0, {3: 0})
    _taxes(world, 999, 10000, {3: 2997})


@check("TRT-07")
def the_same_service_makes_another_treatment(world: World) -> None:
    """The same service in the same quantity, added again, is a treatment of its own."""
    appointment, service = world.confirmed()["id"], world.priced(10000, 1900)
    made = [_add(world, appointment, service, 2).expect(201).body for _ in range(3)]
    world.equal(len({one["id"] for one in made}), 3, "number of different ids")
    world.staff.get(f"/appointments/{appointment}").expect(200).has(treatments=made)
