"""The table of permissions as a page of the documentation, written from the one that decides."""

from api.permissions import OWN_DESK, ROLES, Action
from models import UserRole

_ABOUT = """\
# Who may do what

Written by `dinhchinh user roles` from the table that decides (`api/permissions.py`); a test holds this page to it, and
another tries every cell over HTTP.

**own desk**: only for alerts and briefs of one's own desk and for those of none; another desk's are as good as not
there (404). An account without a desk works for all of them. **yes**: whatever the desk. **–**: refused (403).
The scope is what an API key is limited to (`dinhchinh key add --scope`); a key never does more than its account.
"""
_BEYOND = """\
Beyond the table: whoever wrote a text of a brief cannot approve it, in any role. Editors see and keep their own
subscriptions alone. Nobody changes their own role or switches themselves off. No role reads or changes what the audit
log holds but by reading it, and none deletes from it.
"""


def render_table() -> str:
    """The page, as Markdown."""
    roles = list(UserRole)
    head = ["action", *(role.replace("_", " ") for role in roles), "scope"]
    rows = [head, ["---"] * len(head)]
    rows += [
        [str(action), *(_cell(action, role) for role in roles), f"`{action.name.lower()}`"]
        for action in ROLES
    ]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"{_ABOUT}\n{table}\n\n{_BEYOND}"


def _cell(action: Action, role: UserRole) -> str:
    if role not in ROLES[action]:
        return "–"
    return "own desk" if action in OWN_DESK and role is not UserRole.ADMIN else "yes"
