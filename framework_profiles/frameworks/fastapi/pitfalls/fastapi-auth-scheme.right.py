from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import APIKeyHeader
from fastapi.testclient import TestClient

app = FastAPI()
header = APIKeyHeader(name="Authorization", auto_error=False)


def token(value: Annotated[str | None, Depends(header)]) -> str:
    scheme, _, rest = (value or "").partition(" ")
    if scheme.lower() != "token" or not rest:
        raise HTTPException(401, "Not authenticated")
    return rest


@app.get("/shelf")
def shelf(value: Annotated[str, Depends(token)]):
    return value


def main():
    return TestClient(app).get("/shelf", headers={"Authorization": "Token abc"}).status_code
