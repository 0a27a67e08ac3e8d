# +++
# id = "fastapi-health"
# title = "health route"
# applies-to = ["fastapi"]
# layers = ["routes"]
# path = "routes/health.py"
# estimate = 2
# +++
from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
