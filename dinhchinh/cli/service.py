"""`dinhchinh run`: serve and keep working."""

import uvicorn

from api.app import create_app, keep_loaded
from dinhchinh.cli.state import opened
from dinhchinh.logs import start_logging
from dinhchinh.pipeline import House
from dinhchinh.schedule import awake
from dinhchinh.serving import offer_services
from dinhchinh.settings import Settings
from dinhchinh.wiring import open_house


def run() -> None:
    """Serve the console, the API and the public pages, and keep reading: one process."""
    with opened() as (settings, database):
        start_logging(settings.log_format)
        with open_house(settings, database) as house:
            serve(settings, house)


def serve(settings: Settings, house: House) -> None:
    """Serve and keep working until the process is told to stop."""
    config = uvicorn.Config(
        create_app(offer_services(settings, house)),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=5,
    )
    keep_loaded()
    with awake(house):
        uvicorn.Server(config).run()
