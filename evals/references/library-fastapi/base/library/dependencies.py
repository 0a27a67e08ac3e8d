"""What the routes ask for: services, who is asking, which loan is asked about, the query."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError

from library.cursors import LARGEST_ID
from library.errors import Forbidden, NotFound, Unauthorized
from library.models import User
from library.schemas.fields import Query
from library.schemas.parsing import values_of
from library.services import Services

_ID = re.compile("[0-9]{1,10}")
_bearer = HTTPBearer(auto_error=False)
Q = TypeVar("Q", bound=Query)


async def get_services(request: Request) -> Services:
    services: Services = request.state.services
    return services


AllServices = Annotated[Services, Depends(get_services)]


async def get_user(
    services: AllServices,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> User:
    if credentials is None:
        raise Unauthorized
    return await services.accounts.me(credentials.credentials)


CurrentUser = Annotated[User, Depends(get_user)]


async def require_librarian(user: CurrentUser) -> None:
    if user.role != "librarian":
        raise Forbidden


logged_in = Depends(get_user)
librarians_only = Depends(require_librarian)


async def get_loan_id(loan_id: str, services: AllServices) -> AsyncIterator[int]:
    """The id in the path; that there is no such loan is told before what else is wrong."""
    if not _ID.fullmatch(loan_id) or not 1 <= int(loan_id) <= LARGEST_ID:
        raise NotFound("loan")
    try:
        yield int(loan_id)
    except RequestValidationError:
        await services.loans.read(int(loan_id))
        raise


LoanId = Annotated[int, Depends(get_loan_id, scope="function")]


def query_of(schema: type[Q]) -> Any:
    """The query; parsed here because FastAPI takes the last of a parameter that is given twice."""

    async def get_query(request: Request) -> Q:
        try:
            return schema.model_validate(values_of(request.query_params.multi_items()))
        except ValidationError as error:
            told = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
            raise RequestValidationError(told) from error

    return Depends(get_query)
