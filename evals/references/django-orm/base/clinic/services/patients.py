from collections.abc import Iterable
from typing import Any

from django.db import transaction

from clinic import clock
from clinic.cursors import InstantKey
from clinic.errors import NotFound
from clinic.models import Action, Page, Patient, PatientTag, User
from clinic.services.audit import Facts, record


def create(user: User, *, tags: Iterable[str], **values: Any) -> Patient:
    with transaction.atomic():
        patient = Patient(**values, created_at=clock.now())
        patient.save()
        PatientTag.objects.replace(patient, tags)
        record(user, Action.PATIENT_CREATED, patient.pk, {}, _facts(patient))
    return patient


def list(
    *,
    search: str | None,
    tags: Iterable[str],
    match: str,
    after: InstantKey | None,
    limit: int,
) -> Page[Patient]:
    found = Patient.objects.present().containing(search).tagged(tags, with_all=match == "all")
    return found.complete().page(after, limit)


def read(patient_id: int) -> Patient:
    return _found(Patient.objects.present().complete().find(patient_id))


def update(
    user: User, patient_id: int, *, tags: Iterable[str] | None = None, **changes: Any
) -> Patient:
    """Change the fields that are given."""
    with transaction.atomic():
        patient = _found(Patient.objects.present().lock(patient_id))
        old = _facts(patient)
        for field, value in changes.items():
            setattr(patient, field, value)
        patient.save()
        if tags is not None:
            PatientTag.objects.replace(patient, tags)
        record(user, Action.PATIENT_UPDATED, patient.pk, old, _facts(patient))
    return patient


def delete(user: User, patient_id: int) -> None:
    """The patient is hidden, not gone: appointments and what follows from them stay."""
    with transaction.atomic():
        patient = _found(Patient.objects.present().lock(patient_id))
        patient.deleted_at = clock.now()
        patient.save(update_fields=["deleted_at"])
        record(user, Action.PATIENT_DELETED, patient.pk, {"deleted": False}, {"deleted": True})


def _found(patient: Patient | None) -> Patient:
    if patient is None:
        raise NotFound("patient")
    return patient


def _facts(patient: Patient) -> Facts:
    return {
        "name": patient.name,
        "email": patient.email,
        "birth_date": patient.birth_date and patient.birth_date.isoformat(),
        "note": patient.note,
        "tags": patient.tags,
    }
