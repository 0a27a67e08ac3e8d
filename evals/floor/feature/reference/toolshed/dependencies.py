"""Which object gets what: services over repositories over the request's session."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from toolshed.database import get_session
from toolshed.repositories.loans import LoanRepository
from toolshed.repositories.members import MemberRepository
from toolshed.repositories.reservations import ReservationRepository
from toolshed.repositories.tools import ToolRepository
from toolshed.services.loans import LoanService
from toolshed.services.members import MemberService
from toolshed.services.reservations import ReservationService
from toolshed.services.tools import ToolService

Session = Annotated[AsyncSession, Depends(get_session, scope="function")]


def tool_service(session: Session) -> ToolService:
    return ToolService(ToolRepository(session), LoanRepository(session))


def member_service(session: Session) -> MemberService:
    return MemberService(
        MemberRepository(session), LoanRepository(session), ReservationRepository(session)
    )


def loan_service(session: Session) -> LoanService:
    return LoanService(
        LoanRepository(session),
        ToolRepository(session),
        MemberRepository(session),
        ReservationRepository(session),
    )


def reservation_service(session: Session) -> ReservationService:
    return ReservationService(
        ReservationRepository(session),
        LoanRepository(session),
        ToolRepository(session),
        MemberRepository(session),
    )
