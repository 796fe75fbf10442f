"""What somebody typed and did not save yet: what the home of the desk says of their works."""

from newsroom.accounts.models import User
from stories.models import AutosaveSlot


def unsaved_of(user: User) -> list[AutosaveSlot]:
    """Return where ``user`` left text that is not saved yet, the newest first, each work once; of new ones each."""
    slots = AutosaveSlot.objects.holding().by_person(user).select_related("work__story", "work__faq")
    found: dict[object, AutosaveSlot] = {}
    for slot in slots:
        if slot.work is None or slot.work.binned_at is None:
            found.setdefault(slot.work_id or f"new {slot.pk}", slot)
    return list(found.values())
