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
    chat,
    checking,
    claims,
    disputes,
    duty,
    gaps,
    grouping,
    health,
    news,
    passages,
    presence,
    reports,
    routing,
    snoozing,
    statistics,
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
    passages.router,
    gaps.router,
    reports.router,
    claims.router,
    checking.router,
    news.router,
    subscriptions.router,
    duty.router,
    routing.router,
    disputes.router,
    accounts.router,
    chat.router,
    audit.router,
    statistics.router,
    health.router,
    websub.router,
)
