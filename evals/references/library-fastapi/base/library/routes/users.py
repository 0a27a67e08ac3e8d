from fastapi import APIRouter

from library.dependencies import AllServices
from library.routes.base import Route
from library.schemas.users import UserIn, UserOut

router = APIRouter(route_class=Route, prefix="/users")


@router.post("", status_code=201)
async def register(body: UserIn, services: AllServices) -> UserOut:
    user = await services.accounts.register(body.email, body.password, body.name)
    return UserOut.model_validate(user)
