from typing import Annotated

from fastapi import APIRouter

from library.dependencies import (
    AllServices,
    CurrentUser,
    LoanId,
    librarians_only,
    logged_in,
    query_of,
)
from library.routes.base import Route
from library.schemas.loans import LoanIn, LoanOut, LoanPage, LoanQuery, ReturnIn

router = APIRouter(route_class=Route, prefix="/loans", dependencies=[logged_in])


@router.post("", status_code=201, dependencies=[librarians_only])
async def lend_book(body: LoanIn, services: AllServices) -> LoanOut:
    loan = await services.loans.lend(body.book_id, body.user_id, body.due_on)
    return LoanOut.model_validate(loan)


@router.get("")
async def list_loans(
    query: Annotated[LoanQuery, query_of(LoanQuery)], user: CurrentUser, services: AllServices
) -> LoanPage:
    page = await services.loans.list(user, query.filter, query.cursor, query.limit)
    return LoanPage.of(page)


@router.post("/{loan_id}/return", dependencies=[librarians_only])
async def return_book(loan_id: LoanId, body: ReturnIn, services: AllServices) -> LoanOut:
    loan = await services.loans.give_back(loan_id, body.returned_on)
    return LoanOut.model_validate(loan)
