from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from clinic.cursors import InstantKey, Page
from clinic.filters import PatientFilter
from clinic.models import ONE_PATIENT_PER_EMAIL, Patient, PatientTag
from clinic.repositories.base import Repository, conflict_when_broken
from clinic.text import fold


class PatientRepository(Repository[Patient]):
    """Deleted patients are found by nobody."""

    def save(self, patient: Patient) -> None:
        message = "Another patient has this email."
        with conflict_when_broken(ONE_PATIENT_PER_EMAIL, "email_taken", message):
            super().save(patient)

    def get(self, patient_id: int) -> Patient | None:
        return self._session.scalar(_present().where(Patient.id == patient_id))

    def lock(self, patient_id: int) -> Patient | None:
        """As get, and nobody else changes the patient until the end of the transaction."""
        return self._session.scalar(_present().where(Patient.id == patient_id).with_for_update())

    def list(self, wanted: PatientFilter, after: InstantKey | None, limit: int) -> Page[Patient]:
        order = (Patient.created_at, Patient.id)
        return self._page(_matching(wanted), order, after, limit)


def _present() -> Select[Patient]:
    return (
        select(Patient).where(Patient.deleted_at.is_(None)).options(selectinload(Patient.tag_rows))
    )


def _matching(wanted: PatientFilter) -> Select[Patient]:
    query = _present()
    if wanted.search is not None:
        text = fold(wanted.search)
        query = query.where(
            or_(
                Patient.name_folded.contains(text, autoescape=True),
                Patient.email_folded.contains(text, autoescape=True),
            )
        )
    if wanted.tags:
        words = set(wanted.tags)
        found = (
            select(func.count())
            .where(PatientTag.patient_id == Patient.id, PatientTag.word.in_(words))
            .scalar_subquery()
        )
        query = query.where(found >= (len(words) if wanted.all_tags else 1))
    return query
