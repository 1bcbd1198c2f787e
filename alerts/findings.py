"""What leaves the building of the machine's label on a claim. Pure."""

from models import Label


def finding(label: Label, alert_worthy: bool) -> Label | None:
    """What an office may say of a claim: a contradiction below the alert threshold is a hint, not a finding."""
    if label is Label.NOT_ENOUGH_EVIDENCE or (label is Label.CONTRADICTED and not alert_worthy):
        return None
    return label
