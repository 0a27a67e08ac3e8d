from fastapi import APIRouter

from library.dependencies import AllServices
from library.routes.base import Route
from library.schemas.sessions import SessionIn, SessionOut

router = APIRouter(route_class=Route, prefix="/sessions")


@router.post("", status_code=201)
async def login(body: SessionIn, services: AllServices) -> SessionOut:
    return SessionOut(token=await services.accounts.login(body.email, body.password))
