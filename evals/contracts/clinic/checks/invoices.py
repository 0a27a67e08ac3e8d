"""Invoices: when they are issued, what stands on them, and their sums."""

from __future__ import annotations

from evals.behaviour.asking import Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def _issue(world: World, appointment_id: int, **fields: str) -> Reply:
    return world.staff.post(f"/appointments/{appointment_id}/invoice", fields)


def _billable(world: World) -> Reply:
    """A completed appointment with one treatment over 100.00 and 19 % tax."""
    return world.billable(10000, tax_bp=1900)


def _lines(world: World, price: int, tax_bp: int, *quantities: int) -> int:
    """Id of a completed appointment with a treatment for each quantity of one service."""
    appointment: int = world.completed()["id"]
    for quantity in quantities:
        world.treatment(appointment, service_id=world.priced(price, tax_bp), quantity=quantity)
    return appointment


@check("INV-01")
def a_completed_appointment_is_invoiced(world: World) -> None:
    """The invoice shows its appointment, its patient, its line and its sums, and is open."""
    one = world.completed()
    line = world.treatment(one["id"], service_id=world.priced(1999, 700), quantity=2).body
    bill = _issue(world, one["id"]).expect(201)
    bill.has(appointment_id=one["id"], patient=one["patient"], status="open", lines=[line], payments=[])
    bill.has(net_cents=3998, tax_cents=280, gross_cents=4278, paid_cents=0, balance_cents=4278)


@check("INV-02")
def an_invoice_has_the_date_that_was_sent(world: World) -> None:
    """`issued_at` is what was sent, long ago too, shown in UTC."""
    sent, wanted = "2001-12-31T22:30:00-03:30", "2002-01-01T02:00:00Z"
    bill = _issue(world, _billable(world)["id"], issued_at=sent).expect(201).has(issued_at=wanted)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(issued_at=wanted)


@check("INV-03")
def only_completed_appointments_are_invoiced(world: World) -> None:
    """A scheduled, treated but only confirmed, cancelled or missed appointment is not invoiced, and has no invoice."""
    world.treatment(world.shared("confirmed", world.confirmed))
    shared = [world.shared("scheduled", world.appointment), world.shared("confirmed", world.confirmed)]
    for one in (*shared, *(world.appointment(*way)["id"] for way in (("cancelled",), ("confirmed", "no_show")))):
        world.refused(_issue(world, one), 409, "not_completed")
        world.staff.get(f"/appointments/{one}").expect(200).has(invoice_id=None)


@check("INV-04")
def an_invoice_needs_a_treatment(world: World) -> None:
    """A completed appointment without treatments is not invoiced until it has one."""
    one = world.completed()
    world.refused(_issue(world, one["id"]), 409, "no_treatments")
    world.treatment(one["id"], service_id=world.priced(10000, 1900))
    _issue(world, one["id"]).expect(201)


@check("INV-05")
def an_appointment_is_invoiced_once(world: World) -> None:
    """Another invoice of the same appointment is refused, with another date, and paid, too; the first one stays."""
    one = _billable(world)
    bill = world.invoice(one["id"])
    world.refused(_issue(world, one["id"]), 409, "already_invoiced")
    world.payment(bill["id"], amount_cents=11900)
    world.refused(_issue(world, one["id"], issued_at="2031-01-01T00:00:00Z"), 409, "already_invoiced")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(invoice_id=bill["id"])


@check("INV-06", "INV-09", "GEN-16", "APT-13")
def lines_are_the_treatments(world: World) -> None:
    """The lines are all treatments of the appointment and no others, in the same order, issued and read."""
    dear, cheap = world.priced(900, 0), world.priced(1, 0)
    one, other = world.completed(), world.shared("confirmed", world.confirmed)
    lines = []
    for service, quantity in ((dear, 3), (cheap, 2), (cheap, 1), (dear, 1), (cheap, 2)):
        lines.append(world.treatment(one["id"], service_id=service, quantity=quantity).body)
    world.treatment(other, service_id=cheap)
    bill = _issue(world, one["id"]).expect(201).has(lines=lines)
    read = world.staff.get(f"/invoices/{bill['id']}").expect(200)
    world.equal(read.body, bill.body, "the invoice that was read")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(treatments=lines)


@check("INV-07")
def sums_are_over_the_lines(world: World) -> None:
    """Net and tax are sums over lines of several rates, gross is both together."""
    one = world.completed()
    for price, tax_bp in ((1000, 1900), (1000, 700), (350, 0)):
        world.treatment(one["id"], service_id=world.priced(price, tax_bp))
    bill = _issue(world, one["id"]).expect(201).has(net_cents=2350, tax_cents=260, gross_cents=2610)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(net_cents=2350, tax_cents=260, gross_cents=2610)


@check("INV-07")
def tax_is_not_rounded_on_the_sum(world: World) -> None:
    """Where equal lines have half a cent of tax each, the sum is that of the rounded lines, each counted."""
    _issue(world, _lines(world, 1, 5000, 1, 1, 1)).expect(201).has(net_cents=3, tax_cents=3, gross_cents=6)


@check("INV-07", "GEN-14")
def sums_go_beyond_32_bits(world: World) -> None:
    """Sums over lines of the largest amounts are exact to the cent, issued and read."""
    appointment = _lines(world, 99999999, 3333, 999, 1000)
    wanted = {"net_cents": 199899998001, "tax_cents": 66626669334, "gross_cents": 266526667335}
    bill = _issue(world, appointment).expect(201).has(wanted).has(balance_cents=266526667335)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(wanted)


@check("INV-08")
def an_appointment_shows_its_invoice(world: World) -> None:
    """The appointment has no invoice id before, and that of its invoice afterwards, read and listed."""
    one = _billable(world)
    path = f"/appointments/{one['id']}"
    world.staff.get(path).expect(200).has(invoice_id=None)
    bill = world.invoice(one["id"])
    world.staff.get(path).expect(200).has(invoice_id=bill["id"])
    listed = world.staff.get("/appointments", from_=one["starts_at"], to=one["ends_at"]).expect(200)
    listed.has({"items.0.id": one["id"], "items.0.invoice_id": bill["id"]})


@check("INV-09")
def an_invoice_shows_the_current_name(world: World) -> None:
    """Once the patient is renamed, the invoice shows the new name."""
    bill = world.invoice(world.billable(**{**world.ward(), "patient_id": world.patient()["id"]})["id"])
    patient, name = bill["patient.id"], f"Renamed {world.word()}"
    world.staff.patch(f"/patients/{patient}", {"name": name}).needed(200)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(patient={"id": patient, "name": name})


@check("INV-10", "INV-11", "INV-07")
def paid_and_balance_follow_the_payments(world: World) -> None:
    """After each part, equal ones included, paid is their sum and the balance the rest, open until nothing is left."""
    bill = world.invoice(_lines(world, 100, 1000, 1, 2, 3))
    paid = 0
    for amount in (50, 50, 559, 1):
        world.payment(bill["id"], amount_cents=amount)
        paid += amount
        read = world.staff.get(f"/invoices/{bill['id']}").expect(200)
        read.has(net_cents=600, tax_cents=60, gross_cents=660, paid_cents=paid, balance_cents=660 - paid)
        read.has(status="paid" if paid == 660 else "open")
    world.equal([len(read["lines"]), len(read["payments"])], [3, 4], "numbers of lines and payments")


@check("INV-11")
def an_invoice_of_nothing_is_paid(world: World) -> None:
    """An invoice of 0 cents is paid as soon as it is issued."""
    bill = _issue(world, _lines(world, 0, 1900, 1, 2)).expect(201)
    bill.has(status="paid", gross_cents=0, paid_cents=0, balance_cents=0, payments=[])
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(status="paid", balance_cents=0)
