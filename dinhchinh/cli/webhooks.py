"""`dinhchinh webhooks`: keeping deliveries going."""

import typer

from alerts.keys import give_up_unreadable
from dinhchinh.cli.state import opened
from dinhchinh.home import now, open_cipher
from models import writing

app = typer.Typer(help="Webhooks.", no_args_is_help=True)


@app.command("give-up-secrets")
def give_up_secrets() -> None:
    """Switch off the subscriptions whose secret no key opens; their owners rotate and resume."""
    with opened() as (settings, database), writing(database.sessions) as session:
        count = give_up_unreadable(session, open_cipher(settings), now=now())
    typer.echo(f"{count} subscriptions switched off")
