"""Things that tests begin with, made by the services themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from clinic.models import Appointment, Invoice, Patient, Practitioner, Room, Service, Status, User
from clinic.services import (
    accounts,
    appointments,
    invoices,
    patients,
    practitioners,
    price_list,
    rooms,
)

PASSWORD = "correct horse"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""In the morning of some Monday."""
HALF_AN_HOUR = timedelta(minutes=30)


def make_user(email: str = "ada@clinic.test") -> User:
    return accounts.register(email=email, password=PASSWORD, name="Ada")


def make_patient(user: User, **values: Any) -> Patient:
    return patients.create(user, **{"name": "Berta", "tags": [], **values})


def make_practitioner(*specialties: str) -> Practitioner:
    return practitioners.create(name="Dr. Cyan", specialties=specialties)


def make_room() -> Room:
    return rooms.create(name="1")


def make_service(user: User, price_cents: int = 1000, tax_bp: int = 1900) -> Service:
    return price_list.create(user, name="Check", price_cents=price_cents, tax_bp=tax_bp)


def make_appointment(user: User, **values: Any) -> Appointment:
    """Of a patient, practitioner and room of its own, where none is given."""
    starts_at = values.get("starts_at", NINE)
    made = {
        "patient_id": lambda: make_patient(user).pk,
        "practitioner_id": lambda: make_practitioner().pk,
        "room_id": lambda: make_room().pk,
        "starts_at": lambda: starts_at,
        "ends_at": lambda: starts_at + HALF_AN_HOUR,
    }
    missing = {name: make() for name, make in made.items() if name not in values}
    return appointments.create(**missing, **values)


def make_invoice(user: User, *prices: int, **values: Any) -> Invoice:
    """Of a treatment for each price, without tax."""
    appointment = make_appointment(user, **values)
    appointments.change_status(user, appointment.pk, status=Status.CONFIRMED)
    for price in prices:
        service = make_service(user, price, tax_bp=0)
        appointments.add_treatment(appointment.pk, service_id=service.pk, quantity=1)
    appointments.change_status(user, appointment.pk, status=Status.COMPLETED)
    return invoices.issue_invoice(user, appointment.pk, issued_at=NINE)
