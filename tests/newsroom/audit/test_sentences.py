"""Audit entries as sentences."""

from uuid import uuid4

import pytest

from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry


def make_event(verb: str, *, by_name: str = "Ana Kestrel", before=None, after=None) -> Event:
    return Event(kind="story", uid=uuid4(), verb=verb, by_name=by_name, before=before or {}, after=after or {})


@pytest.mark.parametrize(
    ("verb", "after", "sentence"),
    [
        ("published", {"edition": 3, "label": "2.0", "revision": 14}, "published edition 2.0 from revision 14"),
        ("published", {"edition": 3}, "published edition 3"),
        (
            "scheduled",
            {"edition": 3, "revision": 14, "live_from": "2026-11-27T07:00:00+00:00"},
            "scheduled edition 3 from revision 14, for 27 November 2026, 07:00 (UTC)",
        ),
        ("sent to review", {"revision": 12, "to": "Jonas Adebar"}, "sent revision 12 to review, to Jonas Adebar"),
        ("sent to review", {"revision": 12}, "sent revision 12 to review"),
        ("taken back", {"revision": 12}, "took revision 12 back from review"),
        ("returned", {"revision": 12}, "returned revision 12"),
        ("labelled", {"revision": 3, "label": "as sent to the lawyer"}, "labelled revision 3 “as sent to the lawyer”"),
        ("bundle published", {"works": ["a", "b"]}, "sent the bundle out, 2 works together"),
        (
            "preview shared",
            {
                "link": 4,
                "label": "Dr Holm",
                "draft": "newest draft",
                "ends": "2026-11-27T07:00:00+00:00",
                "passcode": True,
            },
            "shared the newest draft with “Dr Holm”, until 27 November 2026, 07:00 (UTC)",
        ),
        ("preview shared", {"revision": 3, "label": "Dr Holm"}, "shared revision 3 with “Dr Holm”"),
        ("preview revoked", {"link": 4, "label": "Dr Holm"}, "revoked the link for “Dr Holm”"),
        ("binned", {}, "put it into the bin"),
        ("a verb of tomorrow", {"edition": 3}, "a verb of tomorrow"),
    ],
)
def test_a_sentence_contains_the_values_that_the_entry_has(verb, after, sentence):
    assert format_entry(make_event(verb, after=after)) == f"Ana Kestrel {sentence}"


def test_an_entry_without_a_user_is_attributed_to_a_command():
    assert (
        format_entry(make_event("imported", by_name="", after={"revision": 1})) == "A command imported it as revision 1"
    )


def test_a_change_lists_its_fields():
    before, after = {"name": "a", "home_page": "", "kind": 1}, {"name": "b", "home_page": "c", "kind": 2}
    assert (
        format_entry(make_event("changed", before=before, after=after))
        == "Ana Kestrel changed name, home page and kind"
    )


def test_brackets_in_a_name_are_plain_text():
    assert format_entry(make_event("took in", after={"name": "{name} [x]"})) == "Ana Kestrel joined “{name} [x]” to it"
