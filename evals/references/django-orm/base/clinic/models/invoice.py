from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from clinic.models.appointment import Appointment
from clinic.models.base import Checked, ListedQuerySet
from clinic.models.patient import Patient
from clinic.models.payment import Payment
from clinic.models.treatment import Treatment


class InvoiceQuerySet(ListedQuerySet["Invoice"]):
    def complete(self) -> Self:
        """With all that is shown of an invoice."""
        return self.select_related("appointment__patient").prefetch_related(
            "appointment__treatments", "payments"
        )

    def issued(self, start: datetime, end: datetime, practitioner_id: int | None) -> Self:
        """Those issued from start until just before end, of one practitioner or of all."""
        found = self.filter(issued_at__gte=start, issued_at__lt=end)
        return (
            found
            if practitioner_id is None
            else found.filter(appointment__practitioner=practitioner_id)
        )

    def revenue_by_day(self) -> models.QuerySet["Invoice", dict[str, Any]]:
        return self.annotate(day=TruncDate("issued_at"))._revenue("day")

    def revenue_by_practitioner(self) -> models.QuerySet["Invoice", dict[str, Any]]:
        who = F("appointment__practitioner__id"), F("appointment__practitioner__name")
        return self.annotate(practitioner_id=who[0], practitioner_name=who[1])._revenue(
            "practitioner_id", "practitioner_name"
        )

    def _revenue(self, *group: str) -> models.QuerySet["Invoice", dict[str, Any]]:
        """Summed up by group. Each invoice is one row: its payments and lines multiply nothing."""
        payments = Payment.objects.filter(invoice=OuterRef("pk")).order_by()
        lines = Treatment.objects.filter(appointment=OuterRef("appointment")).order_by()
        paid = payments.values("invoice").annotate(sum=Sum("amount_cents")).values("sum")
        count = lines.values("appointment").annotate(count=Count("id")).values("count")
        return (
            self.alias(paid_so_far=Coalesce(Subquery(paid), 0), lines=Coalesce(Subquery(count), 0))
            .values(*group)
            .annotate(
                net=Sum("net_cents"),
                tax=Sum("tax_cents"),
                paid=Sum("paid_so_far"),
                invoices=Count("id"),
                treatments=Sum("lines"),
            )
            .order_by(group[0])
        )


class Invoice(Checked):
    """The treatments of an appointment, which are its lines, with their sums."""

    # Not a OneToOneField, whose constraint has no name of its own to tell a broken one by.
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, related_name="invoices", db_index=False
    )
    issued_at = models.DateTimeField(db_index=True)
    net_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"],
                name="one_invoice_per_appointment",
                violation_error_code="already_invoiced",
                violation_error_message="The appointment has an invoice.",
            ),
        ]

    @property
    def patient(self) -> Patient:
        return self.appointment.patient

    @property
    def lines(self) -> models.QuerySet[Treatment]:
        return self.appointment.treatments.all()

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.tax_cents

    @property
    def paid_cents(self) -> int:
        return sum(payment.amount_cents for payment in self.payments.all())

    @property
    def balance_cents(self) -> int:
        return self.gross_cents - self.paid_cents

    @property
    def status(self) -> str:
        return "paid" if self.balance_cents == 0 else "open"
