"""The JSON API: one noun a file, with what is sent to it beside it. What is shown is in `api.views`.

Every route names its action (`allowed`); a test fails for one that does not.
"""

from fastapi import APIRouter

from api.routers import (
    accounts,
    alerts,
    audit,
    briefs,
    checking,
    claims,
    fact_sheets,
    health,
    news,
    passages,
    record_tasks,
    reports,
    reviewing,
    statistics,
    subscriptions,
    websub,
)

ROUTERS: tuple[APIRouter, ...] = (
    alerts.router,
    briefs.router,
    reviewing.router,
    record_tasks.router,
    fact_sheets.router,
    passages.router,
    reports.router,
    claims.router,
    checking.router,
    news.router,
    subscriptions.router,
    accounts.router,
    audit.router,
    statistics.router,
    health.router,
    websub.router,
)
