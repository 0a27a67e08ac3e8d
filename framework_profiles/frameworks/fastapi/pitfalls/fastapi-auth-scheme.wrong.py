from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/shelf")
def shelf(credentials=Depends(HTTPBearer())):
    return credentials.credentials


def main():
    return TestClient(app).get("/shelf", headers={"Authorization": "Token abc"}).status_code
