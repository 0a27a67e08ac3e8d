from aiohttp import web

from clinic.authentication import public

routes = web.RouteTableDef()


@routes.get("/health")
@public
async def health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
