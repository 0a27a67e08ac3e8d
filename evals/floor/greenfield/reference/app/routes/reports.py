from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.dependencies import report_service
from app.schemas.reports import RevenueOut, Span
from app.services.reports import ReportService

router = APIRouter(prefix="/reports", tags=["reports"])
Service = Annotated[ReportService, Depends(report_service)]


@router.get("/revenue")
async def revenue(span: Annotated[Span, Query()], service: Service) -> list[RevenueOut]:
    return [
        RevenueOut.model_validate(total) for total in await service.revenue(span.start, span.end)
    ]
