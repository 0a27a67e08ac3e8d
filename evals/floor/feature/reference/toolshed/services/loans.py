from datetime import UTC, datetime

from toolshed.errors import Conflict, NotFound
from toolshed.models import Loan, Status
from toolshed.repositories.loans import LoanRepository
from toolshed.repositories.members import MemberRepository
from toolshed.repositories.reservations import ReservationRepository
from toolshed.repositories.tools import ToolRepository


class LoanService:
    def __init__(
        self,
        loans: LoanRepository,
        tools: ToolRepository,
        members: MemberRepository,
        reservations: ReservationRepository,
    ) -> None:
        self.loans = loans
        self.tools = tools
        self.members = members
        self.reservations = reservations

    async def borrow(self, tool_id: int, member_id: int) -> Loan:
        tool = await self.tools.get_for_update(tool_id)
        if tool is None or tool.retired:
            raise NotFound(f"There is no tool {tool_id}.")
        if await self.members.get(member_id) is None:
            raise NotFound(f"There is no member {member_id}.")
        if await self.loans.open_for_tool(tool_id):
            raise Conflict("This tool is out.")
        if ready := await self.reservations.ready_for(tool_id):
            if ready.member_id != member_id:
                raise Conflict("This tool is kept for another member.")
            ready.status = Status.FULFILLED
        return await self.loans.add(
            Loan(tool_id=tool_id, member_id=member_id, borrowed_at=datetime.now(UTC))
        )

    async def give_back(self, loan_id: int) -> Loan:
        loan = await self.loans.get(loan_id)
        if loan is None:
            raise NotFound(f"There is no loan {loan_id}.")
        await self.tools.get_for_update(loan.tool_id)
        await self.loans.refresh(loan)
        if loan.returned_at is not None:
            raise Conflict("This tool is back already.")
        loan.returned_at = datetime.now(UTC)
        if following := await self.reservations.first_waiting(loan.tool_id):
            following.status = Status.READY
        return loan
