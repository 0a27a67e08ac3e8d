from toolshed.errors import Conflict, NotFound
from toolshed.models import Loan, Member, Reservation
from toolshed.repositories.loans import LoanRepository
from toolshed.repositories.members import MemberRepository
from toolshed.repositories.reservations import ReservationRepository


class MemberService:
    def __init__(
        self,
        members: MemberRepository,
        loans: LoanRepository,
        reservations: ReservationRepository,
    ) -> None:
        self.members = members
        self.loans = loans
        self.reservations = reservations

    async def register(self, name: str, email: str) -> Member:
        if await self.members.by_email(email):
            raise Conflict("This email is registered already.")
        return await self.members.add(Member(name=name, email=email))

    async def get(self, member_id: int) -> Member:
        member = await self.members.get(member_id)
        if member is None:
            raise NotFound(f"There is no member {member_id}.")
        return member

    async def loans_of(self, member_id: int) -> list[Loan]:
        await self.get(member_id)
        return await self.loans.of_member(member_id)

    async def reservations_of(self, member_id: int) -> list[Reservation]:
        await self.get(member_id)
        return await self.reservations.of_member(member_id)
