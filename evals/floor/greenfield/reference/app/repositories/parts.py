from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.models import Part
from app.repositories.base import Repository


class PartRepository(Repository[Part]):
    model = Part

    async def locked(self, part_ids: Iterable[int]) -> Sequence[Part]:
        """The parts, locked until the transaction ends: in one order, so that nobody waits in a circle."""
        query = (
            select(Part)
            .where(Part.id.in_(part_ids))
            .order_by(Part.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self.session.scalars(query)).all()
