from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Select, cast, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from app.models import Bike, Job, Line
from app.repositories.base import Repository


@dataclass(frozen=True)
class JobFilter:
    statuses: Sequence[str] = ()
    customer_id: int | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None


@dataclass(frozen=True)
class DayTotal:
    day: date
    jobs: int
    labour_cents: int
    parts_cents: int


def _whole() -> Select[tuple[Job]]:
    """Jobs with all that is shown of them."""
    return select(Job).options(
        joinedload(Job.bike, innerjoin=True),
        selectinload(Job.lines).joinedload(Line.part, innerjoin=True),
    )


class JobRepository(Repository[Job]):
    model = Job

    async def get(self, row_id: int) -> Job | None:
        return await self.session.scalar(_whole().where(Job.id == row_id))

    async def locked(self, job_id: int) -> Job | None:
        """The job, nobody else's to change until the transaction ends."""
        return await self.session.scalar(_whole().where(Job.id == job_id).with_for_update(of=Job))

    async def list(
        self, wanted: JobFilter, after: tuple[datetime, int] | None, limit: int
    ) -> Sequence[Job]:
        query = _filtered(_whole(), wanted).order_by(Job.due_at, Job.id).limit(limit)
        if after is not None:
            query = query.where(tuple_(Job.due_at, Job.id) > after)
        return (await self.session.scalars(query)).all()

    async def done_by_day(self, start: datetime, end: datetime) -> Sequence[DayTotal]:
        """Sums over the jobs that became done from start up to end, by UTC day."""
        parts = (
            select(Line.job_id, func.sum(Line.quantity * Line.price_cents).label("cents"))
            .group_by(Line.job_id)
            .subquery()
        )
        day = cast(func.timezone("UTC", Job.finished_at), Date).label("day")
        query = (
            select(day, func.count(Job.id), _total(Job.labour_cents), _total(parts.c.cents))
            .outerjoin(parts, parts.c.job_id == Job.id)
            .where(Job.finished_at >= start, Job.finished_at < end)
            .group_by(day)
            .order_by(day)
        )
        return [DayTotal(*row) for row in await self.session.execute(query)]


def _total(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _filtered(query: Select[tuple[Job]], wanted: JobFilter) -> Select[tuple[Job]]:
    if wanted.statuses:
        query = query.where(Job.status.in_(wanted.statuses))
    if wanted.customer_id is not None:
        query = query.where(Job.bike.has(Bike.customer_id == wanted.customer_id))
    if wanted.due_from is not None:
        query = query.where(Job.due_at >= wanted.due_from)
    if wanted.due_to is not None:
        query = query.where(Job.due_at < wanted.due_to)
    return query
