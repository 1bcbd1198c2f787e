"""The JSON API: one noun a file, with what is sent to it beside it. What is shown is in `api.views`.

Every route names its action (`allowed`); a test fails for one that does not.
"""

from fastapi import APIRouter

from api.routers import (
    accounts,
    alerts,
    audit,
    briefs,
    bulk,
    checking,
    claims,
    duty,
    fact_sheets,
    gaps,
    grouping,
    health,
    news,
    passages,
    presence,
    record_tasks,
    reports,
    retention,
    reviewing,
    routing,
    search,
    snoozing,
    statistics,
    stream,
    subscriptions,
    websub,
)

ROUTERS: tuple[APIRouter, ...] = (
    alerts.router,
    grouping.router,
    snoozing.router,
    presence.router,
    bulk.router,
    briefs.router,
    reviewing.router,
    record_tasks.router,
    fact_sheets.router,
    passages.router,
    gaps.router,
    reports.router,
    claims.router,
    checking.router,
    search.router,
    stream.router,
    news.router,
    subscriptions.router,
    duty.router,
    routing.router,
    accounts.router,
    audit.router,
    retention.router,
    statistics.router,
    health.router,
    websub.router,
)
