from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from clinic.models.base import ListedQuerySet


class Status(models.TextChoices):
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


TAKING = [Status.SCHEDULED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW]
"""In these an appointment takes its practitioner and its room."""


class AppointmentQuerySet(ListedQuerySet["Appointment"]):
    key = ("starts_at", "id")

    def complete(self) -> Self:
        """With all that is shown of an appointment."""
        return (
            self.select_related("patient", "practitioner", "room")
            .prefetch_related("treatments")
            .annotate(invoice_id=F("invoices__id"))
        )

    def lock(self, pk: int) -> "Appointment | None":
        if super().lock(pk) is None:
            return None
        # Read by a statement of its own: only that sees what the last holder left beside the row.
        return self.complete().find(pk)

    def taking(self, practitioner_id: int, room_id: int) -> Self:
        return self.filter(
            Q(practitioner_id=practitioner_id) | Q(room_id=room_id), status__in=TAKING
        )

    def in_any(self, statuses: Collection[str]) -> Self:
        return self.filter(status__in=statuses) if statuses else self

    def during(self, start: datetime | None, end: datetime | None) -> Self:
        """Those that end after the one and start before the other."""
        found = self if start is None else self.filter(ends_at__gt=start)
        return found if end is None else found.filter(starts_at__lt=end)


class Appointment(models.Model):
    patient = models.ForeignKey("Patient", models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey(
        "Practitioner", models.PROTECT, related_name="appointments", db_index=False
    )
    room = models.ForeignKey("Room", models.PROTECT, related_name="appointments", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.SCHEDULED)
    created_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()
    invoice_id: int | None
    """Of one that was read complete."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="appointments_last"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="appointments_have_a_known_status"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="appointments_in_order"),
            models.Index(fields=["practitioner", "starts_at"], name="appointments_of_practitioner"),
            models.Index(fields=["room", "starts_at"], name="appointments_in_room"),
        ]
