from fastapi import APIRouter

from clinic.dependencies import AllServices, CurrentUser
from clinic.routes.base import Route
from clinic.schemas.users import UserIn, UserOut

router = APIRouter(route_class=Route, prefix="/users")


@router.post("", status_code=201)
async def register(body: UserIn, services: AllServices) -> UserOut:
    user = await services.accounts.register(body.email, body.password, body.name)
    return UserOut.model_validate(user)


@router.get("/me")
async def me(user: CurrentUser) -> UserOut:
    return UserOut.model_validate(user)
