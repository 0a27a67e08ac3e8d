from collections.abc import Iterable

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clinic.models.base import Base


class Practitioner(Base):
    __tablename__ = "practitioners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    specialty_rows: Mapped[set["PractitionerSpecialty"]] = relationship(
        cascade="all, delete-orphan", lazy="raise"
    )

    @property
    def specialties(self) -> list[str]:
        """Sorted here: databases differ in how they order text."""
        return sorted(row.word for row in self.specialty_rows)

    @specialties.setter
    def specialties(self, words: Iterable[str]) -> None:
        self.specialty_rows = {PractitionerSpecialty(word=word) for word in set(words)}


class PractitionerSpecialty(Base):
    __tablename__ = "practitioner_specialties"

    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True, index=True)
