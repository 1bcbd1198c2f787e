"""`dinhchinh run`: serve and keep working."""

import socket

import uvicorn

from api.app import create_app, keep_loaded
from dinhchinh.cli.state import CommandError, opened
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
        # First of all: what needs seconds to open is not opened for nothing.
        with listen(settings) as listening, open_house(settings, database) as house:
            serve(settings, house, listening)


def listen(settings: Settings) -> socket.socket:
    """The socket that the settings name. Raises CommandError when it cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as problem:
        # Python repeats the address behind the reason.
        why, _, _ = str(problem.strerror).partition(" (")
        raise CommandError(
            f"cannot listen at {settings.host}:{settings.port} ({why}); DINHCHINH_HOST and DINHCHINH_PORT "
            "say where"
        ) from None


def serve(settings: Settings, house: House, listening: socket.socket) -> None:
    """Serve and keep working until the process is told to stop."""
    config = uvicorn.Config(
        create_app(offer_services(settings, house)),
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=5,
    )
    keep_loaded()
    with awake(house):
        uvicorn.Server(config).run(sockets=[listening])
