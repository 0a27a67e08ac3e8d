from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

router = APIRouter(prefix="/carts")


@router.get("/cart")
def my_cart():
    return {}


app = FastAPI()
app.include_router(router)


def main():
    return TestClient(app).get("/cart").status_code
