from collections.abc import Iterable

from clinic.cursors import IdKey, Page
from clinic.models import Practitioner
from clinic.unit_of_work import Work


class PractitionerService:
    def __init__(self, work: Work) -> None:
        self._work = work

    def create(self, name: str, specialties: Iterable[str]) -> Practitioner:
        with self._work() as work:
            practitioner = Practitioner(name=name, specialties=specialties)
            work.practitioners.save(practitioner)
        return practitioner

    def list(self, specialty: str | None, after: IdKey | None, limit: int) -> Page[Practitioner]:
        with self._work.reading() as work:
            return work.practitioners.list(specialty, after, limit)
