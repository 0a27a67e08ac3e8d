from django.db import models
from django.db.models import Q, Sum


class Method(models.TextChoices):
    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def with_key(self, idempotency_key: str) -> "Payment | None":
        return self.filter(idempotency_key=idempotency_key).first()

    def sum(self) -> int:
        return self.aggregate(sum=Sum("amount_cents", default=0))["sum"]


class Payment(models.Model):
    invoice = models.ForeignKey(
        "Invoice", models.PROTECT, related_name="payments", db_index=False
    )
    amount_cents = models.BigIntegerField()
    method = models.CharField(max_length=10, choices=Method)
    balance_cents = models.BigIntegerField()
    """What was left to pay right after it."""
    paid_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "idempotency_key"], name="one_payment_per_key"
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payments_pay"),
            models.CheckConstraint(condition=Q(balance_cents__gte=0), name="payments_fit_balance"),
        ]
