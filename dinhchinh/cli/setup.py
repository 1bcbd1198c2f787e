"""`dinhchinh init`: set up, or bring up to date."""

import typer
from sqlalchemy import func, select

from api.accounts import create_desk
from dinhchinh.cli.state import current_settings
from dinhchinh.home import now, open_cipher, prepare_home
from dinhchinh.settings import Settings
from migrations.schema import upgrade_schema
from models import Desk, open_engine, open_sessions, writing


def init() -> None:
    """Make the home folder, the secret key and the database's newest schema; running it again does no harm."""
    settings = current_settings()
    initialise(settings)
    typer.echo(f"ready: {settings.database_url.split('@')[-1]}, home {settings.home}")


def initialise(settings: Settings) -> None:
    """What `init` does, for any settings."""
    prepare_home(settings)
    open_cipher(settings)
    engine = open_engine(settings.database_url)
    try:
        upgrade_schema(engine)
        with writing(open_sessions(engine)) as session:
            if session.scalar(select(func.count()).select_from(Desk)) == 0:
                create_desk(session, slug="trung-uong", name=settings.office, now=now())
    finally:
        engine.dispose()
