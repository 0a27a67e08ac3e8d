from django.db import models
from django.db.models import Q

from clinic.models.appointment import Appointment
from clinic.models.service import Service


class Treatment(models.Model):
    """A service as it was on the price list when it was put on an appointment."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="treatments")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=100)
    price_cents = models.BigIntegerField()
    tax_bp = models.IntegerField()
    quantity = models.IntegerField()
    net_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="treatments_have_a_quantity"),
        ]
