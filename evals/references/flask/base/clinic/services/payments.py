from clinic import clock
from clinic.errors import Conflict, NotFound
from clinic.models import Method, Payment, User
from clinic.services.audit import Facts, record
from clinic.unit_of_work import Work


class PaymentService:
    def __init__(self, work: Work) -> None:
        self._work = work

    def pay(
        self, user: User, invoice_id: int, amount_cents: int, method: Method, key: str | None
    ) -> Payment:
        """Pay an invoice, whole or in part; with a key only once, however often it is sent."""
        with self._work() as work:
            invoice = work.invoices.lock(invoice_id)
            if invoice is None:
                raise NotFound("invoice")
            earlier = work.payments.get_by_key(invoice_id, key) if key is not None else None
            if earlier is not None:
                return _same(earlier, amount_cents, method)
            balance_cents = invoice.gross_cents - work.payments.sum(invoice_id)
            if amount_cents > balance_cents:
                raise Conflict("exceeds_balance", f"Only {balance_cents} cents are left to pay.")
            payment = Payment(
                invoice_id=invoice_id,
                amount_cents=amount_cents,
                method=method,
                balance_cents=balance_cents - amount_cents,
                paid_at=clock.now(),
                idempotency_key=key,
            )
            work.payments.save(payment)
            record(work, user, "payment.recorded", payment.id, {}, _facts(payment))
        return payment


def _same(earlier: Payment, amount_cents: int, method: Method) -> Payment:
    if (earlier.amount_cents, earlier.method) != (amount_cents, method):
        raise Conflict("idempotency_conflict", "The key belongs to another payment.")
    return earlier


def _facts(payment: Payment) -> Facts:
    return {
        "invoice_id": payment.invoice_id,
        "amount_cents": payment.amount_cents,
        "method": payment.method,
    }
