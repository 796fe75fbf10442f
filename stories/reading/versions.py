"""The same page in other languages, where it can be read."""

from newsroom.http.languages import Version, name_of
from stories.editions.models import Edition
from stories.reading.neighbours import Neighbours


def versions_of(edition: Edition, neighbours: Neighbours) -> list[Version]:
    """Return the page in all its languages, itself among them and the original first.

    Empty where it is in no other language.
    """
    group = edition.translation_group or edition.uid
    found = [each for each in neighbours.in_group(group) if each.work_kind == edition.work_kind]
    return [
        Version(each.language, name_of(each.language), each.get_absolute_url(), each is edition)
        for each in sorted([edition, *found], key=lambda each: (each.uid != group, each.language))
        if found
    ]
