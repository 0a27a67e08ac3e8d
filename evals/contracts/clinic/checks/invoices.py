"""Invoices: when they are issued, what stands on them, and their sums."""

from __future__ import annotations

from evals.behaviour.asking import Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World


def _issue(world: World, appointment_id: int, **fields: str) -> Reply:
    return world.staff.post(f"/appointments/{appointment_id}/invoice", fields)


def _billable(world: World) -> Reply:
    """A completed appointment with one treatment over 100.00 and 19 % tax."""
    one = world.completed(**world.ward())
    world.treatment(one["id"], service_id=world.shared("service", world.service))
    return one


def _lines(world: World, price: int, tax_bp: int, *quantities: int) -> int:
    """Id of a completed appointment with a treatment for each quantity of one service."""
    appointment: int = world.completed(**world.ward())["id"]
    service = world.service(price_cents=price, tax_bp=tax_bp)["id"]
    for quantity in quantities:
        world.treatment(appointment, service_id=service, quantity=quantity)
    return appointment


@check("INV-01")
def a_completed_appointment_is_invoiced(world: World) -> None:
    """The invoice shows its appointment, its patient, its line and its sums, and is open."""
    one = world.completed(**world.ward())
    line = world.treatment(one["id"], service_id=world.service(price_cents=1999, tax_bp=700)["id"], quantity=2).body
    bill = _issue(world, one["id"]).expect(201)
    bill.has(appointment_id=one["id"], patient=one["patient"], status="open", lines=[line], payments=[])
    bill.has(net_cents=3998, tax_cents=280, gross_cents=4278, paid_cents=0, balance_cents=4278)


@check("INV-02")
def an_invoice_has_the_date_that_was_sent(world: World) -> None:
    """`issued_at` is what was sent, in the past or the future, shown in UTC."""
    for sent, wanted in (
        ("2001-12-31T22:30:00-03:30", "2002-01-01T02:00:00Z"),
        ("2088-03-01T00:15:00+02:00", "2088-02-29T22:15:00Z"),
    ):
        bill = _issue(world, _billable(world)["id"], issued_at=sent).expect(201).has(issued_at=wanted)
        world.staff.get(f"/invoices/{bill['id']}").expect(200).has(issued_at=wanted)


@check("INV-02", "GEN-23")
def an_invoice_is_issued_now_by_default(world: World) -> None:
    """Without `issued_at` it is the current time, told by what the server makes right before and after."""
    one = _billable(world)
    before = world.patient()["created_at"]
    now = _issue(world, one["id"]).expect(201)["issued_at"]
    after = world.patient()["created_at"]
    world.that(before <= now <= after, f"{now} lies between {before} and {after}")


@check("INV-03")
def only_completed_appointments_are_invoiced(world: World) -> None:
    """A scheduled, confirmed, cancelled or missed appointment is not invoiced, and then has no invoice."""
    for way in ((), ("confirmed",), ("cancelled",), ("confirmed", "no_show")):
        one = world.appointment(*way, **world.ward())
        world.refused(_issue(world, one["id"]), 409, "not_completed")
        world.staff.get(f"/appointments/{one['id']}").expect(200).has(invoice_id=None)


@check("INV-03")
def treatments_alone_do_not_make_an_invoice(world: World) -> None:
    """A confirmed appointment with a treatment is not invoiced, nor once it is cancelled."""
    one = world.confirmed(**world.ward())
    world.treatment(one["id"], service_id=world.shared("service", world.service))
    world.refused(_issue(world, one["id"]), 409, "not_completed")
    world.moved(one["id"], "cancelled")
    world.refused(_issue(world, one["id"]), 409, "not_completed")


@check("INV-04")
def an_invoice_needs_a_treatment(world: World) -> None:
    """A completed appointment without treatments is not invoiced until it has one."""
    one = world.completed(**world.ward())
    world.refused(_issue(world, one["id"]), 409, "no_treatments")
    world.treatment(one["id"], service_id=world.shared("service", world.service))
    _issue(world, one["id"]).expect(201)


@check("INV-05")
def an_appointment_is_invoiced_once(world: World) -> None:
    """Another invoice of the same appointment is refused, with another date too; the first one stays."""
    one = _billable(world)
    bill = world.invoice(one["id"])
    world.refused(_issue(world, one["id"]), 409, "already_invoiced")
    world.refused(_issue(world, one["id"], issued_at="2031-01-01T00:00:00Z"), 409, "already_invoiced")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(invoice_id=bill["id"])


@check("INV-05")
def a_paid_appointment_is_not_invoiced_again(world: World) -> None:
    """Another invoice is refused once the first is paid, too."""
    one = _billable(world)
    world.payment(world.invoice(one["id"])["id"], amount_cents=11900)
    world.refused(_issue(world, one["id"]), 409, "already_invoiced")


@check("INV-06", "INV-09", "GEN-16")
def lines_are_the_treatments(world: World) -> None:
    """The lines are all treatments of the appointment and no others, in the same order, issued and read."""
    dear, cheap = world.service(price_cents=900)["id"], world.service(price_cents=1)["id"]
    one, other = world.completed(**world.ward()), world.completed(**world.ward())
    lines = []
    for service, quantity in ((dear, 3), (cheap, 2), (cheap, 1), (dear, 1), (cheap, 2)):
        lines.append(world.treatment(one["id"], service_id=service, quantity=quantity).body)
    world.treatment(other["id"], service_id=cheap)
    bill = _issue(world, one["id"]).expect(201).has(lines=lines)
    read = world.staff.get(f"/invoices/{bill['id']}").expect(200)
    world.equal(read.body, bill.body, "the invoice that was read")
    world.staff.get(f"/appointments/{one['id']}").expect(200).has(treatments=lines)


@check("INV-07")
def sums_are_over_the_lines(world: World) -> None:
    """Net and tax are sums over lines of several rates, gross is both together."""
    one = world.completed(**world.ward())
    for price, tax_bp in ((1000, 1900), (1000, 700), (350, 0)):
        world.treatment(one["id"], service_id=world.service(price_cents=price, tax_bp=tax_bp)["id"])
    bill = _issue(world, one["id"]).expect(201).has(net_cents=2350, tax_cents=260, gross_cents=2610)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(net_cents=2350, tax_cents=260, gross_cents=2610)


@check("INV-07")
def tax_is_not_rounded_on_the_sum(world: World) -> None:
    """Where equal lines have half a cent of tax each, the sum is that of the rounded lines, each counted."""
    _issue(world, _lines(world, 1, 5000, 1, 1, 1)).expect(201).has(net_cents=3, tax_cents=3, gross_cents=6)


@check("INV-07", "GEN-14")
def sums_go_beyond_32_bits(world: World) -> None:
    """Sums over lines of the largest amounts are exact to the cent, issued and read."""
    appointment = _lines(world, 99999999, 3333, 999, 1000, 1000, 1)
    wanted = {"net_cents": 299999997000, "tax_cents": 99989999001, "gross_cents": 399989996001}
    bill = _issue(world, appointment).expect(201).has(wanted).has(balance_cents=399989996001)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(wanted)


@check("INV-08")
def an_appointment_shows_its_invoice(world: World) -> None:
    """The appointment has no invoice id before, and that of its invoice afterwards, read and listed."""
    one, other = _billable(world), _billable(world)
    path = f"/appointments/{one['id']}"
    world.staff.get(path).expect(200).has(invoice_id=None)
    world.invoice(other["id"])
    bill = world.invoice(one["id"])
    world.staff.get(path).expect(200).has(invoice_id=bill["id"])
    listed = world.staff.get("/appointments", from_=one["starts_at"], to=one["ends_at"], **world.ward()).expect(200)
    listed.has({"items.0.id": one["id"], "items.0.invoice_id": bill["id"]})


@check("INV-09")
def an_invoice_shows_the_current_name(world: World) -> None:
    """Once the patient is renamed, the invoice shows the new name."""
    bill = world.invoice(world.billable(**{**world.ward(), "patient_id": world.patient()["id"]})["id"])
    patient, name = bill["patient.id"], f"Renamed {world.word()}"
    world.staff.patch(f"/patients/{patient}", {"name": name}).needed(200)
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(patient={"id": patient, "name": name})


@check("INV-09")
def payments_are_shown_in_order(world: World) -> None:
    """The payments of an invoice are shown by ascending id, and no others."""
    bill, other = (world.invoice(_billable(world)["id"]) for _ in range(2))
    ids = [world.payment(bill["id"], amount_cents=amount)["id"] for amount in (500, 100, 900, 100)]
    world.payment(other["id"], amount_cents=500)
    read = world.staff.get(f"/invoices/{bill['id']}").expect(200)
    world.equal([one["id"] for one in read["payments"]], sorted(ids), "ids of the payments")


@check("INV-10", "INV-07")
def paid_and_balance_follow_the_payments(world: World) -> None:
    """After each part, equal ones included, paid is their sum and the balance the rest, whatever the lines."""
    bill = world.invoice(_lines(world, 100, 1000, 1, 2, 3))
    paid = 0
    for amount in (50, 50, 1, 70):
        world.payment(bill["id"], amount_cents=amount)
        paid += amount
        read = world.staff.get(f"/invoices/{bill['id']}").expect(200)
        read.has(net_cents=600, tax_cents=60, gross_cents=660, paid_cents=paid, balance_cents=660 - paid)
    world.equal([len(read["lines"]), len(read["payments"])], [3, 4], "numbers of lines and payments")


@check("INV-11")
def an_invoice_is_paid_at_a_balance_of_nothing(world: World) -> None:
    """An invoice is open while one cent is left, and paid when nothing is."""
    bill = world.invoice(_lines(world, 1000, 0, 1))
    path = f"/invoices/{bill['id']}"
    for amount, status, balance in ((400, "open", 600), (599, "open", 1), (1, "paid", 0)):
        world.payment(bill["id"], amount_cents=amount)
        world.staff.get(path).expect(200).has(status=status, balance_cents=balance)


@check("INV-11")
def an_invoice_of_nothing_is_paid(world: World) -> None:
    """An invoice of 0 cents is paid as soon as it is issued."""
    bill = _issue(world, _lines(world, 0, 1900, 1, 2)).expect(201)
    bill.has(status="paid", gross_cents=0, paid_cents=0, balance_cents=0, payments=[])
    world.staff.get(f"/invoices/{bill['id']}").expect(200).has(status="paid", balance_cents=0)
