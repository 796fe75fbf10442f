"""The same page in other languages, where it can be read."""

from datetime import datetime

from newsroom.languages import Version, name_of
from stories.models.edition import Edition


def versions_of(edition: Edition, *, at: datetime) -> list[Version]:
    """Return the page in all its languages at ``at``, itself among them and the original first. One query.

    Empty where it is in no other language.
    """
    group = edition.translation_group or edition.uid
    others = Edition.objects.live(at).versions(edition.work_kind, group).exclude(uid=edition.uid)
    found = list(others.only("uid", "work_kind", "slug", "language"))
    return [
        Version(each.language, name_of(each.language), each.get_absolute_url(), each is edition)
        for each in sorted([edition, *found], key=lambda each: (each.uid != group, each.language))
        if found
    ]
