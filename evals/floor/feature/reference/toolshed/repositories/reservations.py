from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from toolshed.models import OPEN_STATUSES, Reservation, Status


class ReservationRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, reservation_id: int) -> Reservation | None:
        return await self.session.get(Reservation, reservation_id)

    async def refresh(self, reservation: Reservation) -> None:
        """Read it again: what was read before a lock was taken may be stale."""
        await self.session.refresh(reservation)

    async def open_of(self, tool_id: int, member_id: int) -> Reservation | None:
        query = select(Reservation).where(
            Reservation.tool_id == tool_id,
            Reservation.member_id == member_id,
            Reservation.status.in_(OPEN_STATUSES),
        )
        return await self.session.scalar(query)

    async def ready_for(self, tool_id: int) -> Reservation | None:
        query = select(Reservation).where(
            Reservation.tool_id == tool_id, Reservation.status == Status.READY
        )
        return await self.session.scalar(query)

    async def first_waiting(self, tool_id: int) -> Reservation | None:
        query = (
            select(Reservation)
            .where(Reservation.tool_id == tool_id, Reservation.status == Status.WAITING)
            .order_by(Reservation.id)
            .limit(1)
        )
        return await self.session.scalar(query)

    async def queue_of(self, tool_id: int) -> list[Reservation]:
        query = (
            select(Reservation)
            .where(Reservation.tool_id == tool_id, Reservation.status.in_(OPEN_STATUSES))
            .options(selectinload(Reservation.member))
            .order_by(Reservation.id)
        )
        return list(await self.session.scalars(query))

    async def of_member(self, member_id: int) -> list[Reservation]:
        query = (
            select(Reservation)
            .where(Reservation.member_id == member_id)
            .options(selectinload(Reservation.tool))
            .order_by(Reservation.id)
        )
        return list(await self.session.scalars(query))

    async def add(self, reservation: Reservation) -> Reservation:
        self.session.add(reservation)
        await self.session.flush()
        return reservation
