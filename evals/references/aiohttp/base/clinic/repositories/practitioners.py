from sqlalchemy import select
from sqlalchemy.orm import selectinload

from clinic.cursors import IdKey, Page
from clinic.models import Practitioner, PractitionerSpecialty
from clinic.repositories.base import Repository


class PractitionerRepository(Repository[Practitioner]):
    async def lock(self, practitioner_id: int) -> Practitioner | None:
        """The row alone; nobody else books the practitioner until the end of the transaction."""
        return await self._session.scalar(
            select(Practitioner).where(Practitioner.id == practitioner_id).with_for_update()
        )

    async def list(
        self, specialty: str | None, after: IdKey | None, limit: int
    ) -> Page[Practitioner]:
        query = select(Practitioner).options(selectinload(Practitioner.specialty_rows))
        if specialty is not None:
            query = query.where(
                Practitioner.specialty_rows.any(PractitionerSpecialty.word == specialty)
            )
        return await self._page(query, (Practitioner.id,), after, limit)
