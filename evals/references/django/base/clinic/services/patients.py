from collections.abc import Mapping
from typing import Any

from clinic import clock
from clinic.cursors import InstantKey, Page
from clinic.errors import NotFound
from clinic.filters import PatientFilter
from clinic.models import Patient, User
from clinic.services.audit import Facts, record
from clinic.unit_of_work import Work


class PatientService:
    def __init__(self, work: Work) -> None:
        self._work = work

    def create(self, user: User, values: Mapping[str, Any]) -> Patient:
        with self._work() as work:
            patient = Patient(**values, created_at=clock.now())
            work.patients.save(patient)
            record(work, user, "patient.created", patient.id, {}, _facts(patient))
        return patient

    def list(self, wanted: PatientFilter, after: InstantKey | None, limit: int) -> Page[Patient]:
        with self._work.reading() as work:
            return work.patients.list(wanted, after, limit)

    def read(self, patient_id: int) -> Patient:
        with self._work.reading() as work:
            return _found(work.patients.get(patient_id))

    def update(self, user: User, patient_id: int, changes: Mapping[str, Any]) -> Patient:
        with self._work() as work:
            patient = _found(work.patients.lock(patient_id))
            old = _facts(patient)
            for field, value in changes.items():
                setattr(patient, field, value)
            work.patients.save(patient)
            record(work, user, "patient.updated", patient.id, old, _facts(patient))
        return patient

    def delete(self, user: User, patient_id: int) -> None:
        """The patient is hidden, not gone: appointments and what follows from them stay."""
        with self._work() as work:
            patient = _found(work.patients.lock(patient_id))
            patient.deleted_at = clock.now()
            work.patients.save(patient)
            record(
                work,
                user,
                "patient.deleted",
                patient.id,
                {"deleted": False},
                {"deleted": True},
            )


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
