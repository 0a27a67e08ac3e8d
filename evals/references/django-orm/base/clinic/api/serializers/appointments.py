from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from clinic.api.fields import Id, IdInQuery, Instant, InstantCursor, Integer
from clinic.api.serializers.base import ListQuery, RefOut, Strict
from clinic.models import Appointment, Status, Treatment


class AppointmentIn(Strict):
    patient_id = Id()
    practitioner_id = Id()
    room_id = Id()
    starts_at = Instant()
    ends_at = Instant()


class StatusIn(Strict):
    status = serializers.ChoiceField(Status)


class TreatmentIn(Strict):
    service_id = Id()
    quantity = Integer(min_value=1, max_value=1000)


class AppointmentQuery(ListQuery):
    wire_names = {"statuses": "status", "start": "from", "end": "to", "after": "cursor"}

    patient_id = IdInQuery(required=False)
    practitioner_id = IdInQuery(required=False)
    room_id = IdInQuery(required=False)
    statuses = serializers.ListField(child=serializers.ChoiceField(Status), default=list)
    start = Instant(default=None)
    end = Instant(default=None)
    after = InstantCursor(default=None)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        start, end = values["start"], values["end"]
        if start is not None and end is not None and end <= start:
            raise ValidationError({"to": ["must be after from"]})
        return values


class TreatmentOut(serializers.ModelSerializer):
    service_id = serializers.IntegerField()

    class Meta:
        model = Treatment
        fields = [
            "id",
            "service_id",
            "name",
            "price_cents",
            "tax_bp",
            "quantity",
            "net_cents",
            "tax_cents",
        ]


class AppointmentOut(serializers.ModelSerializer):
    patient = RefOut()
    practitioner = RefOut()
    room = RefOut()
    treatments = TreatmentOut(many=True)
    invoice_id = serializers.IntegerField()

    class Meta:
        model = Appointment
        fields = [
            "id",
            "patient",
            "practitioner",
            "room",
            "starts_at",
            "ends_at",
            "status",
            "treatments",
            "invoice_id",
            "created_at",
        ]
