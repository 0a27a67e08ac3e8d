from aiohttp import web

from clinic.schemas.fields import Answer


def answer(shown: Answer, status: int = 200) -> web.Response:
    return web.json_response(text=shown.model_dump_json(by_alias=True), status=status)
