from django.db import models

from clinic.models.base import ListedQuerySet


class Action(models.TextChoices):
    PATIENT_CREATED = "patient.created"
    PATIENT_UPDATED = "patient.updated"
    PATIENT_DELETED = "patient.deleted"
    SERVICE_CREATED = "service.created"
    SERVICE_UPDATED = "service.updated"
    STATUS_CHANGED = "appointment.status_changed"
    INVOICE_ISSUED = "invoice.issued"
    PAYMENT_RECORDED = "payment.recorded"

    @property
    def entity(self) -> str:
        return self.value.partition(".")[0]


class Entity(models.TextChoices):
    PATIENT = "patient"
    SERVICE = "service"
    APPOINTMENT = "appointment"
    INVOICE = "invoice"
    PAYMENT = "payment"


class AuditEntryQuerySet(ListedQuerySet["AuditEntry"]):
    key = ("at", "id")


class AuditEntry(models.Model):
    at = models.DateTimeField()
    user = models.ForeignKey("User", models.PROTECT, related_name="+")
    action = models.CharField(max_length=30, choices=Action)
    entity = models.CharField(max_length=12, choices=Entity)
    entity_id = models.BigIntegerField()
    changes = models.JSONField()

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="audit_in_order"),
            models.Index(fields=["entity", "entity_id"], name="audit_of_entity"),
        ]
