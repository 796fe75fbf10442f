"""Set the levels of checks, and review overrides."""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError, require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from stories import checks
from stories.checks import Level
from stories.models import CheckLevel, Override

LEVEL_PERMISSION = "stories.change_checklevel"
REVIEW_PERMISSION = "stories.review_work"


@transaction.atomic
def set_levels(wanted: Mapping[str, Level], *, by: User) -> list[str]:
    """Set the levels of the checks with these codes, and return the codes whose level changed.

    Each change gets an audit entry. Raise NotAllowedError if the user may not change levels. Raise ValidationError for
    an unknown code, and for a change to a level that is fixed.
    """
    require_permission(by, LEVEL_PERMISSION, "Only administrators can change the levels of checks.")
    known_checks = {each.code: each for each in checks.list_checks()}
    rows = {row.code: row for row in CheckLevel.objects.select_for_update()}
    changed: list[str] = []
    for code, level in wanted.items():
        if code not in known_checks:
            raise ValidationError(f"There is no check “{code}”.", code="unknown")
        before = Level(rows[code].level) if code in rows else known_checks[code].level
        if level is before:
            continue
        if not known_checks[code].is_overridable:
            raise ValidationError(f"“{known_checks[code].sentence}” Its level is fixed.", code="fixed")
        CheckLevel.objects.update_or_create(code=code, defaults={"level": level})
        Event.objects.write(
            "check", get_check_uid(code), "level set", by=by, before={"check": code, "level": before},
            after={"check": code, "level": level},
        )  # fmt: skip
        changed.append(code)
    return changed


def get_check_uid(code: str) -> UUID:
    """Return the uid of a check in the audit log. It is derived from the code, so it never changes."""
    return uuid5(NAMESPACE_URL, f"newsroom:check:{code}")


@transaction.atomic
def review_override(override: Override, *, by: User, note: str = "") -> None:
    """Mark an override as reviewed by ``by``, who must not have made it; ``note`` is the reviewer's opinion.

    Raise NotAllowedError if the user may not review, or made the override. Raise ValidationError if it has already been
    reviewed.
    """
    require_permission(by, REVIEW_PERMISSION, "Only editors can check overrides.")
    locked = Override.objects.select_for_update(of=("self",)).select_related("edition").get(pk=override.pk)
    if locked.by_id == by.pk:
        raise NotAllowedError("You overrode this, so someone else must check it.")
    if locked.reviewed_at is not None:
        raise ValidationError("Someone has already checked this.", code="reviewed")
    locked.reviewed_by, locked.reviewed_at, locked.review_note = by, clock.now(), note.strip()
    locked.save(update_fields=["reviewed_by", "reviewed_at", "review_note"])
    Event.objects.write(
        locked.edition.work_kind,
        locked.edition.uid,
        "override reviewed",
        by=by,
        after={"check": locked.code, "edition": locked.edition.number, "label": locked.edition.label},
        reason=locked.review_note,
    )
