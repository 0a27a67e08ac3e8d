from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

carts = APIRouter(prefix="/carts")
cart = APIRouter(prefix="/cart")


@cart.get("")
def my_cart():
    return {}


app = FastAPI()
app.include_router(carts)
app.include_router(cart)


def main():
    return TestClient(app).get("/cart").status_code
