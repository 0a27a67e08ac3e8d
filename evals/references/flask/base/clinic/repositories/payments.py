from sqlalchemy import BigInteger, cast, func, select

from clinic.models import Payment
from clinic.repositories.base import Repository


class PaymentRepository(Repository[Payment]):
    def get_by_key(self, invoice_id: int, idempotency_key: str) -> Payment | None:
        return self._session.scalar(
            select(Payment).where(
                Payment.invoice_id == invoice_id, Payment.idempotency_key == idempotency_key
            )
        )

    def sum(self, invoice_id: int) -> int:
        """What was paid of an invoice so far."""
        paid = cast(func.coalesce(func.sum(Payment.amount_cents), 0), BigInteger)
        return self._session.scalar(select(paid).where(Payment.invoice_id == invoice_id)) or 0
