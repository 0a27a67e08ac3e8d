from fastapi import FastAPI

from app.routes.books import router

app = FastAPI()
app.include_router(router)


@app.get("/health")
async def health() -> dict:
    return {"status": "ok"}
