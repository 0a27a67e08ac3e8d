from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient


class AlreadyLent(Exception):
    pass


router = APIRouter()


@router.post("/loans")
def lend():
    raise AlreadyLent


app = FastAPI()
app.include_router(router)


@app.exception_handler(AlreadyLent)
def conflict(request, error):
    return JSONResponse({"detail": "already lent"}, status_code=409)


def main():
    return TestClient(app).post("/loans").status_code
