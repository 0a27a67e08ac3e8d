"""Payments: in parts and never above the balance, and once for each key."""

from __future__ import annotations

from evals.behaviour.asking import Client, Json, Reply
from evals.behaviour.checks import check
from evals.contracts.clinic.checks.making import World

_KEY = "Idempotency-Key"


def _pay(asking: Client, invoice_id: int, amount: Json, key: str | None = None, method: str = "card") -> Reply:
    body = {"amount_cents": amount, "method": method}
    return asking.post(f"/invoices/{invoice_id}/payments", body, {_KEY: key})


def _owed(world: World, cents: int) -> int:
    """Id of an invoice over so much, 1000 at most."""
    one = world.completed()
    world.treatment(one["id"], service_id=world.priced(1, 0), quantity=cents)
    invoice_id: int = world.invoice(one["id"])["id"]
    return invoice_id


def _owed_nothing(world: World) -> int:
    """Id of a shared invoice over 0 cents, which nobody can pay."""
    return world.shared("invoice of nothing", lambda: world.invoice(world.billable(0)["id"]))


def _owed_much(world: World) -> tuple[int, list[int]]:
    """Id of a shared invoice over 1 000 000.00, and the amounts that were paid so far."""
    dated: dict[str, Json] = {"issued_at": "2031-01-01T00:00:00Z"}
    invoice_id = world.shared("large invoice", lambda: world.invoice(world.billable(100000000)["id"], **dated))
    bill = world.staff.get(f"/invoices/{invoice_id}").needed(200)
    return invoice_id, [one["amount_cents"] for one in bill["payments"]]


def _stands(world: World, invoice_id: int, *amounts: int) -> None:
    """Assert that the invoice has payments of these amounts and no others."""
    bill = world.staff.get(f"/invoices/{invoice_id}").expect(200).has(paid_cents=sum(amounts))
    world.equal([one["amount_cents"] for one in bill["payments"]], list(amounts), "amounts of the payments")


@check("PAY-01", "GEN-23")
def a_payment_is_paid_now(world: World) -> None:
    """`paid_at` is the current time, also when the invoice is dated otherwise."""
    invoice, _ = _owed_much(world)
    before = world.patient()["created_at"]
    now = _pay(world.staff, invoice, 1).expect(201)["paid_at"]
    after = world.patient()["created_at"]
    world.that(before <= now <= after, f"{now} lies between {before} and {after}")


@check("PAY-01", "PAY-02")
def the_whole_balance_can_be_paid_and_no_more(world: World) -> None:
    """What is left can be paid to the last cent, and then not a single one."""
    invoice = _owed(world, 777)
    for amount, balance in ((1, 776), (775, 1), (1, 0)):
        _pay(world.staff, invoice, amount).expect(201).has(balance_cents=balance)
    world.refused(_pay(world.staff, invoice, 1), 409, "exceeds_balance")
    _stands(world, invoice, 1, 775, 1)


@check("PAY-01", "GEN-14")
def payments_go_beyond_32_bits(world: World) -> None:
    """Payments and balances of billions, the largest payment that there is among them, are exact to the cent."""
    appointment = world.completed()["id"]
    for quantity in (1000, 1000, 1000, 1000, 1000, 999):
        world.treatment(appointment, service_id=world.priced(100000000, 10000), quantity=quantity)
    invoice = world.invoice(appointment)["id"]
    amounts = (2147483648, 1000000000000, 197652516352)
    for amount, balance in zip(amounts, (1197652516352, 197652516352, 0), strict=True):
        _pay(world.staff, invoice, amount).expect(201).has(amount_cents=amount, balance_cents=balance)
    _stands(world, invoice, *amounts)


@check("PAY-02")
def more_than_the_balance_is_refused(world: World) -> None:
    """One cent above the balance is refused and not booked, at first and after a part."""
    invoice = _owed(world, 1000)
    world.refused(_pay(world.staff, invoice, 1001), 409, "exceeds_balance")
    _pay(world.staff, invoice, 400).expect(201)
    world.refused(_pay(world.staff, invoice, 601), 409, "exceeds_balance")
    world.refused(_pay(world.staff, invoice, 1000), 409, "exceeds_balance")
    _stands(world, invoice, 400)


@check("PAY-02")
def an_invoice_of_nothing_takes_nothing(world: World) -> None:
    """A single cent for an invoice of 0 cents is refused."""
    invoice = _owed_nothing(world)
    world.refused(_pay(world.staff, invoice, 1), 409, "exceeds_balance")
    _stands(world, invoice)


@check("PAY-02", "GEN-08")
def the_largest_amount_is_valid_and_too_much(world: World) -> None:
    """The largest amount there is exceeds the balance; one more, nothing and less are invalid."""
    invoice = _owed_nothing(world)
    world.refused(_pay(world.staff, invoice, 1000000000000), 409, "exceeds_balance")
    for amount in (1000000000001, 0, -1):
        world.invalid(_pay(world.staff, invoice, amount), "amount_cents")
    _stands(world, invoice)


@check("PAY-01", "PAY-03", "INV-09")
def payments_are_shown_as_answered(world: World) -> None:
    """A payment shows what was paid, how, for which invoice and what is left; the invoice shows all in order."""
    invoice = _owed(world, 1000)
    answered = [
        _pay(world.staff, invoice, 500, method="cash").expect(201).body,
        _pay(world.manager, invoice, 200, world.word("k"), "transfer").expect(201).body,
        _pay(world.staff, invoice, 300).expect(201).body,
    ]
    wanted = ((500, "cash", 500), (200, "transfer", 300), (300, "card", 0))
    shown = [[one[name] for name in ("amount_cents", "method", "balance_cents")] for one in answered]
    world.equal(shown, [list(one) for one in wanted], "amounts, methods and balances")
    world.equal([one["invoice_id"] for one in answered], [invoice] * 3, "their invoice")
    world.staff.get(f"/invoices/{invoice}").expect(200).has(payments=answered)


@check("PAY-04")
def a_key_has_sixty_four_visible_characters_at_most(world: World) -> None:
    """Keys of 1 and of 64 characters are accepted, every visible ASCII character among them."""
    invoice, paid = _owed_much(world)
    visible = "".join(map(chr, range(0x21, 0x7F)))
    for key in ("0", visible[:64], visible[64:]):
        _pay(world.staff, invoice, 1, key).expect(201)
    _stands(world, invoice, *paid, 1, 1, 1)


@check("PAY-04")
def other_keys_are_refused(world: World) -> None:
    """A key that is empty, too long, or holds a space or a letter outside ASCII is refused, and nothing paid."""
    invoice, paid = _owed_much(world)
    for key in ("", "k" * 65, "a key", "cl\u00e9"):
        world.invalid(_pay(world.staff, invoice, 1, key), _KEY)
    _stands(world, invoice, *paid)


@check("PAY-04", "GEN-37", "GEN-38", "GEN-39")
def a_bad_key_is_named_beside_the_body(world: World) -> None:
    """A wrong key is named together with the wrong fields, and before any conflict."""
    invoice = _owed_nothing(world)
    world.invalid(_pay(world.staff, invoice, 0, "k" * 65, "gold"), _KEY, "amount_cents", "method")
    world.invalid(_pay(world.staff, invoice, 1, "k" * 65), _KEY)


@check("PAY-05")
def the_same_payment_is_made_once_for_a_key(world: World) -> None:
    """The same payment with the same key is answered as the first time, whatever was paid since, and made once."""
    invoice, key = _owed(world, 1000), world.word("k")
    first = _pay(world.staff, invoice, 300, key).expect(201).has(balance_cents=700)
    for others in ((), (200,), (500,)):
        for amount in others:
            _pay(world.staff, invoice, amount, world.word("k")).expect(201)
        world.equal(_pay(world.staff, invoice, 300, key).expect(201).body, first.body, "the answer to the repetition")
    _stands(world, invoice, 300, 200, 500)


@check("PAY-05")
def a_key_belongs_to_no_user(world: World) -> None:
    """Another user who sends the same payment with the same key gets the same answer; nothing is paid or recorded."""
    (invoice, paid), key = _owed_much(world), world.word("k")
    first = _pay(world.staff, invoice, 300, key).expect(201)
    world.equal(_pay(world.manager, invoice, 300, key).expect(201).body, first.body, "the answer to the manager")
    _stands(world, invoice, *paid, 300)
    rows = [(row["action"], row["user_id"]) for row in world.audit("payment", first["id"])]
    world.equal(rows, [("payment.recorded", world.session.staff["id"])], "actions on the payment, and users")


@check("PAY-05")
def the_same_payment_may_be_written_otherwise(world: World) -> None:
    """A repeated payment is told by its values, not by the order of its members or its white space."""
    (invoice, paid), headers = _owed_much(world), {_KEY: world.word("k")}
    path = f"/invoices/{invoice}/payments"
    first = world.staff.post(path, b'{"amount_cents":300,"method":"card"}', headers).expect(201)
    again = world.staff.post(path, b'{ "method" : "card",\n "amount_cents" : 300 }', headers).expect(201)
    world.equal(again.body, first.body, "the answer")
    _stands(world, invoice, *paid, 300)


@check("PAY-06")
def a_key_with_another_payment_is_refused(world: World) -> None:
    """A taken key with another amount or another method is refused; the first payment keeps it."""
    (invoice, paid), key = _owed_much(world), world.word("k")
    first = _pay(world.staff, invoice, 300, key, "card").expect(201)
    world.refused(_pay(world.staff, invoice, 301, key, "card"), 409, "idempotency_conflict")
    world.refused(_pay(world.staff, invoice, 300, key, "cash"), 409, "idempotency_conflict")
    world.equal(_pay(world.staff, invoice, 300, key, "card").expect(201).body, first.body, "the answer")
    _stands(world, invoice, *paid, 300)


@check("PAY-06")
def a_key_conflict_comes_before_the_balance(world: World) -> None:
    """A taken key with an amount above the balance is refused for the key, the invoice being paid."""
    invoice, key = _owed(world, 1000), world.word("k")
    _pay(world.staff, invoice, 1000, key).expect(201)
    world.refused(_pay(world.staff, invoice, 1, key), 409, "idempotency_conflict")


@check("PAY-06", "GEN-39")
def a_bad_body_is_told_before_the_key_and_the_balance(world: World) -> None:
    """A taken key with an invalid body is refused as invalid, and so is an amount above the balance."""
    (invoice, _), key = _owed_much(world), world.word("k")
    _pay(world.staff, invoice, 300, key).expect(201)
    for amount in (300, 301, 999999999999):
        world.invalid(_pay(world.staff, invoice, amount, key, "gold"), "method")
    world.invalid(_pay(world.staff, _owed_nothing(world), 1, None, "gold"), "method")


@check("PAY-07")
def a_refused_payment_takes_no_key(world: World) -> None:
    """A key that came with an invalid payment, or one above the balance, is free for a payment of another amount."""
    invoice, key = _owed(world, 1000), world.word("k")
    world.invalid(_pay(world.staff, invoice, 300, key, "gold"), "method")
    world.refused(_pay(world.staff, invoice, 1001, key), 409, "exceeds_balance")
    first = _pay(world.staff, invoice, 400, key).expect(201).has(amount_cents=400, balance_cents=600)
    world.equal(_pay(world.staff, invoice, 400, key).expect(201).body, first.body, "the answer from then on")
    _stands(world, invoice, 400)


@check("PAY-08")
def a_key_belongs_to_its_invoice(world: World) -> None:
    """A key that is taken on one invoice makes a payment on another, of the same or another amount."""
    (first, paid), second, key, another = _owed_much(world), _owed(world, 1000), world.word("k"), world.word("k")
    one = _pay(world.staff, first, 300, key).expect(201)
    other = _pay(world.staff, second, 300, key).expect(201).has(invoice_id=second, amount_cents=300)
    world.that(one["id"] != other["id"], "the payments have different ids")
    _pay(world.staff, first, 301, another).expect(201)
    _pay(world.staff, second, 699, another, "cash").expect(201).has(invoice_id=second, amount_cents=699)
    _stands(world, first, *paid, 300, 301)
    _stands(world, second, 300, 699)


@check("PAY-09")
def keys_differ_in_case(world: World) -> None:
    """Two keys that differ in case only make two payments, equal or not."""
    (invoice, paid), key = _owed_much(world), world.word("k")
    one = _pay(world.staff, invoice, 300, key).expect(201)
    other = _pay(world.staff, invoice, 300, key.upper()).expect(201)
    world.that(one["id"] != other["id"], "the payments have different ids")
    _pay(world.staff, invoice, 1, key.title()).expect(201)
    _stands(world, invoice, *paid, 300, 300, 1)


@check("PAY-10")
def equal_payments_without_key_all_count(world: World) -> None:
    """The same payment sent three times without key is three payments, until the balance is used up."""
    invoice = _owed(world, 1000)
    ids = {_pay(world.staff, invoice, 300).expect(201)["id"] for _ in range(3)}
    world.equal(len(ids), 3, "number of different payments")
    world.refused(_pay(world.staff, invoice, 300), 409, "exceeds_balance")
    _stands(world, invoice, 300, 300, 300)
