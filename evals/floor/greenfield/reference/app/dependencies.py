"""Which object gets what: services over repositories over the request's session."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_session
from app.repositories.bikes import BikeRepository
from app.repositories.customers import CustomerRepository
from app.repositories.jobs import JobRepository
from app.repositories.parts import PartRepository
from app.services.bikes import BikeService
from app.services.customers import CustomerService
from app.services.jobs import JobService
from app.services.parts import PartService
from app.services.reports import ReportService

Session = Annotated[AsyncSession, Depends(get_session, scope="function")]


def customer_service(session: Session) -> CustomerService:
    return CustomerService(CustomerRepository(session))


def bike_service(session: Session) -> BikeService:
    return BikeService(BikeRepository(session), CustomerRepository(session))


def part_service(session: Session) -> PartService:
    return PartService(PartRepository(session))


def job_service(session: Session) -> JobService:
    return JobService(JobRepository(session), BikeRepository(session), PartRepository(session))


def report_service(session: Session) -> ReportService:
    return ReportService(JobRepository(session))
