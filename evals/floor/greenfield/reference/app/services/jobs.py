from collections.abc import Sequence
from datetime import datetime

from app.clock import now
from app.errors import Conflict, NotFound, Taken
from app.models import Job, Line, Status
from app.paging import Page, cut
from app.repositories.bikes import BikeRepository
from app.repositories.jobs import JobFilter, JobRepository
from app.repositories.parts import PartRepository

FOLLOWING: dict[str, set[Status]] = {
    Status.OPEN: {Status.IN_PROGRESS, Status.CANCELLED},
    Status.IN_PROGRESS: {Status.DONE, Status.CANCELLED},
}


class JobService:
    def __init__(self, jobs: JobRepository, bikes: BikeRepository, parts: PartRepository) -> None:
        self.jobs = jobs
        self.bikes = bikes
        self.parts = parts

    async def open(
        self, bike_id: int, description: str, due_at: datetime, labour_cents: int
    ) -> Job:
        bike = await self.bikes.get(bike_id)
        if bike is None:
            raise NotFound("There is no such bike.")
        job = Job(
            bike=bike,
            description=description,
            due_at=due_at,
            created_at=now(),
            labour_cents=labour_cents,
            lines=[],
        )
        try:
            return await self.jobs.add(job)
        except Taken as error:
            raise Conflict("This bike has a job already.") from error

    async def get(self, job_id: int) -> Job:
        return _found(await self.jobs.get(job_id))

    async def list(
        self,
        statuses: Sequence[str],
        customer_id: int | None,
        due: tuple[datetime | None, datetime | None],
        after: tuple[datetime, int] | None,
        limit: int,
    ) -> Page[Job]:
        """Jobs that are due within the two instants, the first inclusive."""
        wanted = JobFilter(statuses, customer_id, *due)
        return cut(await self.jobs.list(wanted, after, limit + 1), limit)

    async def use_part(self, job_id: int, part_id: int, quantity: int) -> Job:
        job = _found(await self.jobs.locked(job_id))
        parts = await self.parts.locked([part_id])
        if not parts:
            raise NotFound("There is no such part.")
        part = parts[0]
        if job.status != Status.IN_PROGRESS:
            raise Conflict(
                f"The job is {job.status}: parts are used while it is {Status.IN_PROGRESS}."
            )
        if part.stock < quantity:
            raise Conflict(f"Only {part.stock} of this part are in stock.")
        part.stock -= quantity
        job.lines.append(Line(part=part, quantity=quantity, price_cents=part.price_cents))
        await self.jobs.flush()
        return job

    async def change_status(self, job_id: int, status: str) -> Job:
        job = _found(await self.jobs.locked(job_id))
        if status not in FOLLOWING.get(job.status, ()):
            raise Conflict(f"A job that is {job.status} cannot become {status}.")
        if status == Status.CANCELLED:
            await self._put_back(job)
        if status == Status.DONE:
            job.finished_at = now()
        job.status = status
        return job

    async def _put_back(self, job: Job) -> None:
        parts = {
            part.id: part for part in await self.parts.locked({line.part_id for line in job.lines})
        }
        for line in job.lines:
            parts[line.part_id].stock += line.quantity


def _found(job: Job | None) -> Job:
    if job is None:
        raise NotFound("There is no such job.")
    return job
