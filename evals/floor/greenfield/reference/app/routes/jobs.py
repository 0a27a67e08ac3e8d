from typing import Annotated

from fastapi import APIRouter, Depends, Query, status

from app.dependencies import job_service
from app.schemas.fields import Id, Instant
from app.schemas.jobs import JobIn, JobOut, StatusIn, StatusName, UseIn
from app.schemas.pages import JobCursor, Limit, PageOut, job_cursor, job_position
from app.services.jobs import JobService

router = APIRouter(prefix="/jobs", tags=["jobs"])
Service = Annotated[JobService, Depends(job_service)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def open_job(body: JobIn, service: Service) -> JobOut:
    job = await service.open(body.bike_id, body.description, body.due_at, body.labour_cents)
    return JobOut.model_validate(job)


@router.get("")
async def list_jobs(
    service: Service,
    statuses: Annotated[list[StatusName], Query(alias="status")] = [],  # noqa: B006  FastAPI copies it
    customer_id: Id | None = None,
    due_from: Instant | None = None,
    due_to: Instant | None = None,
    limit: Limit = 20,
    cursor: JobCursor | None = None,
) -> PageOut[JobOut]:
    after = job_position(cursor) if cursor is not None else None
    page = await service.list(statuses, customer_id, (due_from, due_to), after, limit)
    return PageOut(
        items=[JobOut.model_validate(job) for job in page.items],
        next_cursor=job_cursor(page.last.due_at, page.last.id) if page.last else None,
    )


@router.get("/{job_id}")
async def read_job(job_id: Id, service: Service) -> JobOut:
    return JobOut.model_validate(await service.get(job_id))


@router.post("/{job_id}/parts", status_code=status.HTTP_201_CREATED)
async def use_part(job_id: Id, body: UseIn, service: Service) -> JobOut:
    return JobOut.model_validate(await service.use_part(job_id, body.part_id, body.quantity))


@router.put("/{job_id}/status")
async def change_status(job_id: Id, body: StatusIn, service: Service) -> JobOut:
    return JobOut.model_validate(await service.change_status(job_id, body.status))
