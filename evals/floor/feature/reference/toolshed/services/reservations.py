from datetime import UTC, datetime

from toolshed.errors import Conflict, NotFound
from toolshed.models import OPEN_STATUSES, Reservation, Status
from toolshed.repositories.loans import LoanRepository
from toolshed.repositories.members import MemberRepository
from toolshed.repositories.reservations import ReservationRepository
from toolshed.repositories.tools import ToolRepository


class ReservationService:
    """Whoever changes a tool's queue holds the lock on the tool."""

    def __init__(
        self,
        reservations: ReservationRepository,
        loans: LoanRepository,
        tools: ToolRepository,
        members: MemberRepository,
    ) -> None:
        self.reservations = reservations
        self.loans = loans
        self.tools = tools
        self.members = members

    async def reserve(self, tool_id: int, member_id: int) -> Reservation:
        tool = await self.tools.get_for_update(tool_id)
        if tool is None or tool.retired:
            raise NotFound(f"There is no tool {tool_id}.")
        if await self.members.get(member_id) is None:
            raise NotFound(f"There is no member {member_id}.")
        loan = await self.loans.open_for_tool(tool_id)
        if loan is None:
            raise Conflict("Only a tool that is out can be reserved.")
        if loan.member_id == member_id:
            raise Conflict("This member has the tool.")
        if await self.reservations.open_of(tool_id, member_id):
            raise Conflict("This member is in the queue already.")
        return await self.reservations.add(
            Reservation(
                tool_id=tool_id,
                member_id=member_id,
                status=Status.WAITING,
                created_at=datetime.now(UTC),
            )
        )

    async def queue_of(self, tool_id: int) -> list[Reservation]:
        tool = await self.tools.get(tool_id)
        if tool is None or tool.retired:
            raise NotFound(f"There is no tool {tool_id}.")
        return await self.reservations.queue_of(tool_id)

    async def cancel(self, reservation_id: int) -> None:
        reservation = await self.reservations.get(reservation_id)
        if reservation is None:
            raise NotFound(f"There is no reservation {reservation_id}.")
        await self.tools.get_for_update(reservation.tool_id)
        await self.reservations.refresh(reservation)
        if reservation.status not in OPEN_STATUSES:
            raise Conflict(f"This reservation is {reservation.status} already.")
        was_ready = reservation.status == Status.READY
        reservation.status = Status.CANCELLED
        if was_ready and (following := await self.reservations.first_waiting(reservation.tool_id)):
            following.status = Status.READY
