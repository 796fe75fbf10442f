"""What becomes of reviews when whoever was asked for them leaves."""

from datetime import datetime

from newsroom.accounts.models import User
from stories.models import State, Work


def ask_everybody(user: User, by: User, at: datetime) -> None:
    """Let what waits for a review by ``user`` wait for whoever reviews."""
    Work.objects.filter(assigned_to=user, state=State.IN_REVIEW).update(assigned_to=None)
