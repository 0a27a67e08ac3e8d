"""What the routes ask for: services, who is asking, which thing is asked about, the query."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError

from clinic.cursors import LARGEST_ID
from clinic.errors import Forbidden, NotFound, Unauthorized
from clinic.models import User
from clinic.schemas.fields import Query
from clinic.schemas.parsing import values_of
from clinic.services import Services

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


async def require_manager(user: CurrentUser) -> None:
    if user.role != "manager":
        raise Forbidden


logged_in = Depends(get_user)
managers_only = Depends(require_manager)


def _id_of(what: str, read: Callable[[Services, int], Awaitable[object]]) -> Any:
    """The id in the path; of a thing that is missing this is told before what else is wrong."""

    async def get_id(request: Request, services: AllServices) -> AsyncIterator[int]:
        (text,) = request.path_params.values()
        if not _ID.fullmatch(text) or not 1 <= int(text) <= LARGEST_ID:
            raise NotFound(what)
        try:
            yield int(text)
        except RequestValidationError:
            await read(services, int(text))
            raise

    return Depends(get_id, scope="function")


PatientId = Annotated[int, _id_of("patient", lambda services, id_: services.patients.read(id_))]
ServiceId = Annotated[int, _id_of("service", lambda services, id_: services.price_list.read(id_))]
AppointmentId = Annotated[
    int, _id_of("appointment", lambda services, id_: services.appointments.read(id_))
]
InvoiceId = Annotated[int, _id_of("invoice", lambda services, id_: services.invoices.read(id_))]


def query_of(schema: type[Q]) -> Any:
    """The query; parsed here because FastAPI takes the last of a parameter that is given twice."""

    async def get_query(request: Request) -> Q:
        try:
            return schema.model_validate(values_of(schema, request.query_params.multi_items()))
        except ValidationError as error:
            told = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
            raise RequestValidationError(told) from error

    return Depends(get_query)
