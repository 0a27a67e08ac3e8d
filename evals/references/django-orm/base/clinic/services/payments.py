from django.db import transaction

from clinic import clock
from clinic.errors import Conflict, NotFound
from clinic.models import Action, Invoice, Payment, User
from clinic.services.audit import Facts, record


def pay(
    user: User, invoice_id: int, *, amount_cents: int, method: str, key: str | None = None
) -> Payment:
    """Pay an invoice, whole or in part; with a key only once, however often it is sent."""
    with transaction.atomic():
        invoice = Invoice.objects.lock(invoice_id)
        if invoice is None:
            raise NotFound("invoice")
        earlier = None if key is None else invoice.payments.with_key(key)
        if earlier is not None:
            return _same(earlier, amount_cents, method)
        balance_cents = invoice.gross_cents - invoice.payments.sum()
        if amount_cents > balance_cents:
            raise Conflict("exceeds_balance", f"Only {balance_cents} cents are left to pay.")
        payment = Payment.objects.create(
            invoice=invoice,
            amount_cents=amount_cents,
            method=method,
            balance_cents=balance_cents - amount_cents,
            paid_at=clock.now(),
            idempotency_key=key,
        )
        record(user, Action.PAYMENT_RECORDED, payment.pk, {}, _facts(payment))
    return payment


def _same(earlier: Payment, amount_cents: int, method: str) -> Payment:
    if (earlier.amount_cents, earlier.method) != (amount_cents, method):
        raise Conflict("idempotency_conflict", "The key belongs to another payment.")
    return earlier


def _facts(payment: Payment) -> Facts:
    return {
        "invoice_id": payment.invoice_id,
        "amount_cents": payment.amount_cents,
        "method": payment.method,
    }
