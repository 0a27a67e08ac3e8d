from collections.abc import Sequence

from sqlalchemy import func, select

from app.models import OPEN_STATUSES, Bike, Job
from app.repositories.base import Repository


class BikeRepository(Repository[Bike]):
    model = Bike

    async def of_customer(self, customer_id: int) -> Sequence[tuple[Bike, int]]:
        """The bikes, each with the number of its open jobs."""
        query = (
            select(Bike, func.count(Job.id))
            .outerjoin(Job, (Job.bike_id == Bike.id) & Job.status.in_(OPEN_STATUSES))
            .where(Bike.customer_id == customer_id)
            .group_by(Bike.id)
            .order_by(Bike.id)
        )
        return (await self.session.execute(query)).tuples().all()
