"""Who owns session and transaction: a unit of work, which a service opens for one block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from clinic.database import Database
from clinic.repositories.appointments import AppointmentRepository
from clinic.repositories.audit import AuditRepository
from clinic.repositories.invoices import InvoiceRepository
from clinic.repositories.patients import PatientRepository
from clinic.repositories.payments import PaymentRepository
from clinic.repositories.practitioners import PractitionerRepository
from clinic.repositories.reports import ReportRepository
from clinic.repositories.rooms import RoomRepository
from clinic.repositories.services import ServiceRepository
from clinic.repositories.users import UserRepository


class UnitOfWork:
    """The repositories of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self.users = UserRepository(session)
        self.patients = PatientRepository(session)
        self.practitioners = PractitionerRepository(session)
        self.rooms = RoomRepository(session)
        self.services = ServiceRepository(session)
        self.appointments = AppointmentRepository(session)
        self.invoices = InvoiceRepository(session)
        self.payments = PaymentRepository(session)
        self.reports = ReportRepository(session)
        self.audit = AuditRepository(session)


class Work:
    """Opens units of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[UnitOfWork]:
        """A unit that writes: committed at the end of the block, rolled back on an error."""
        async with self._database.writing() as session:
            yield UnitOfWork(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """A unit that only reads: all its queries see the same state."""
        async with self._database.reading() as session:
            yield UnitOfWork(session)
