from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from clinic.database import only_where
from clinic.models.base import Base
from clinic.text import fold


class Patient(Base):
    __tablename__ = "patients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_folded: Mapped[str]
    email: Mapped[str | None]
    email_folded: Mapped[str | None]
    birth_date: Mapped[date | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    tag_rows: Mapped[set["PatientTag"]] = relationship(cascade="all, delete-orphan", lazy="raise")

    @property
    def tags(self) -> list[str]:
        """Sorted here: databases differ in how they order text."""
        return sorted(row.word for row in self.tag_rows)

    @tags.setter
    def tags(self, words: Iterable[str]) -> None:
        rows = {row.word: row for row in self.tag_rows}
        self.tag_rows = {rows.get(word) or PatientTag(word=word) for word in set(words)}

    @validates("name")
    def _fold_name(self, _: str, name: str) -> str:
        self.name_folded = fold(name)
        return name

    @validates("email")
    def _fold_email(self, _: str, email: str | None) -> str | None:
        self.email_folded = None if email is None else fold(email)
        return email


class PatientTag(Base):
    __tablename__ = "patient_tags"

    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True, index=True)


ONE_PATIENT_PER_EMAIL = Index(
    "uq_patients_email_folded",
    Patient.email_folded,
    unique=True,
    **only_where(Patient.deleted_at.is_(None)),
)
Index(None, Patient.created_at, Patient.id)
