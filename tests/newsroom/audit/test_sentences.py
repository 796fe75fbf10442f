"""Audit entries as sentences."""

from uuid import uuid4

import pytest

from newsroom.audit.models import Event
from newsroom.audit.sentences import PHRASES, VERB_LABELS, format_entry


def make_event(verb: str, *, by_name: str = "Ana Kestrel", before=None, after=None) -> Event:
    return Event(kind="story", uid=uuid4(), verb=verb, by_name=by_name, before=before or {}, after=after or {})


LIVE_FROM = "2026-11-27T07:00:00+00:00"
# For each verb, the values of an entry, and its sentence.
SENTENCES = {
    "sent to review": ({"revision": 12, "to": "Jonas Adebar"}, "sent revision 12 to Jonas Adebar for review"),
    "taken back": ({"revision": 12}, "cancelled the review of revision 12"),
    "approved": ({"revision": 12}, "approved revision 12"),
    "returned": ({"revision": 12}, "returned revision 12"),
    "restored": ({"from": 3, "revision": 12}, "restored revision 3 as revision 12"),
    "labelled": ({"revision": 3, "label": "as sent to the lawyer"}, "labelled revision 3 “as sent to the lawyer”"),
    "given over": ({"owner": "Jonas Adebar"}, "assigned it to Jonas Adebar"),
    "name refused": ({"what": "topic", "name": "Sluice"}, "rejected the proposed topic “Sluice”"),
    "next look set": ({"review_by": "2026-12-01"}, "set a review date, 2026-12-01"),
    "next look cleared": ({}, "removed the review date"),
    "checked": ({"review_by": "2026-12-01"}, "checked it against its sources, next review by 2026-12-01"),
    "commented": ({}, "commented on it"),
    "answered": ({}, "answered a comment on it"),
    "comment resolved": ({}, "resolved a comment on it"),
    "comment opened again": ({}, "reopened a comment on it"),
    "comment taken in": ({"label": "Dr Holm"}, "received a comment from “Dr Holm”"),
    "imported": ({"revision": 1}, "imported it as revision 1"),
    "binned": ({}, "moved it to the bin"),
    "taken out of the bin": ({}, "restored it from the bin"),
    "duplicated": ({"of": "The pier"}, "duplicated it from “The pier”"),
    "linked as a translation": ({"of": "El muelle"}, "made it a translation of “El muelle”"),
    "unlinked as a translation": ({}, "removed its translation link"),
    "preview shared": (
        {"link": 4, "label": "Dr Holm", "draft": "newest draft", "ends": LIVE_FROM, "passcode": True},
        "shared the newest draft with “Dr Holm”, until 27 November 2026, 07:00 (UTC)",
    ),
    "preview revoked": ({"label": "Dr Holm"}, "revoked the link for “Dr Holm”"),
    "published": (
        {"edition": 3, "label": "2", "revision": 14, "bundle": "Together"},
        "published edition 2 from revision 14 in the bundle “Together”",
    ),
    "scheduled": (
        {"edition": 3, "revision": 14, "live_from": LIVE_FROM, "bundle": "Together"},
        "scheduled edition 3 from revision 14, for 27 November 2026, 07:00 (UTC), in the bundle “Together”",
    ),
    "cancelled": (
        {"edition": 3, "live_from": LIVE_FROM},
        "cancelled edition 3 that was to go live on 27 November 2026, 07:00 (UTC)",
    ),
    "moved": ({"edition": 3, "live_from": LIVE_FROM}, "moved edition 3 to 27 November 2026, 07:00 (UTC)"),
    "carried over": ({"edition": 3, "revision": 14}, "included the change in edition 3 as revision 14"),
    "withdrawn": ({}, "withdrew the page"),
    "expiry scheduled": ({"live_from": LIVE_FROM}, "set an end date, 27 November 2026, 07:00 (UTC)"),
    "answers renewed": ({"answers": ["a", "b"], "edition": 3}, "renewed 2 answers in edition 3"),
    "forecast decided": ({"edition": 3}, "decided a forecast in edition 3"),
    "bundle published": ({"works": ["a", "b"]}, "published the bundle, 2 pages"),
    "bundle undone": ({}, "undid the bundle"),
    "bundle gathered": ({"works": ["a", "b"]}, "created a bundle of 2 pages"),
    "put on the front page": (
        {"place": 1, "until": LIVE_FROM},
        "put it on the front page, at position 1, until 27 November 2026, 07:00 (UTC)",
    ),
    "moved on the front page": (
        {"place": 1, "until": LIVE_FROM},
        "moved it to position 1 on the front page, until 27 November 2026, 07:00 (UTC)",
    ),
    "taken off the front page": ({}, "took it off the front page"),
    "erased": ({"scope": "edition 2"}, "erased edition 2"),
    "override reviewed": (
        {"check": "topics.some", "edition": 3},
        "checked an override of topics.some in edition 3",
    ),
    "report dismissed": ({}, "dismissed a reader report"),
    "report settled": ({"edition": 3}, "corrected what a reader reported, in edition 3"),
    "report taken up again": ({}, "reopened a reader report"),
    "level set": ({"check": "topics.some", "level": "hint"}, "made the check topics.some a hint"),
    "added": ({"name": "Locks"}, "added it"),
    "changed": ({"name": "Locks", "kind": "place"}, "changed “name” and “kind”"),
    "put back": ({"name": "Locks", "kind": "place"}, "restored “name” and “kind”"),
    "deleted": ({}, "deleted it"),
    "confirmed": ({"name": "Locks"}, "confirmed it, as “Locks”"),
    "took in a proposed name": ({"name": "Sluice"}, "added the name “Sluice”"),
    "put in the navigation": ({"language": "en", "place": 2}, "put it in the navigation (en), at position 2"),
    "moved in the navigation": ({"language": "en", "place": 1}, "moved it to position 1 in the navigation (en)"),
    "taken out of the navigation": ({"language": "en"}, "took it out of the navigation"),
    "merged": ({"to": "Locks"}, "merged it into “Locks”"),
    "took in": ({"name": "Weirs"}, "merged “Weirs” into it"),
    "gone live": (
        {"given_up": 3},
        "let the site send e-mails and notifications again, without 3 tasks from before the restore",
    ),
    "tried again": ({"task": "Prepare renditions"}, "retried “Prepare renditions”"),
    "given up": ({"task": "Prepare renditions"}, "stopped retrying “Prepare renditions”"),
    "rerendering begun": ({}, "started rendering all editions again"),
    "rerendered": ({"changed": 3}, "rendered all editions again, with changes in 3 editions"),
    "password set": ({}, "changed the password"),
    "single sign-on connected": ({"provider": "Example SSO"}, "connected the account with Example SSO"),
    "single sign-on disconnected": ({"provider": "Example SSO"}, "disconnected the account from Example SSO"),
    "second factor added": ({"factor": "a passkey"}, "set up two-factor authentication: a passkey"),
    "second factor removed": ({"factor": "a passkey"}, "removed two-factor authentication: a passkey"),
    "recovery codes made anew": ({}, "created new recovery codes"),
    "left": ({}, "removed all access"),
    "forgotten": ({}, "removed the personal data"),
    "invited": ({"roles": "Writer"}, "invited someone as Writer"),
    "invited again": ({"roles": "Writer"}, "sent the invitation again, as Writer"),
    "invitation withdrawn": ({}, "withdrew the invitation"),
    "invitation taken up": ({"roles": "Writer"}, "accepted the invitation as Writer"),
}
BEFORE = {"changed": {"name": "Weirs", "kind": "event"}, "put back": {"name": "Weirs", "kind": "event"}}


def test_every_verb_has_a_sentence():
    assert set(SENTENCES) == set(PHRASES)


def test_every_verb_with_a_label_has_a_sentence():
    assert set(VERB_LABELS) <= set(PHRASES)


@pytest.mark.parametrize("verb", SENTENCES)
def test_an_entry_is_a_sentence_with_its_values(verb):
    after, sentence = SENTENCES[verb]
    entry = make_event(verb, before=BEFORE.get(verb), after=after)
    assert format_entry(entry) == f"Ana Kestrel {sentence}"


@pytest.mark.parametrize(
    ("verb", "after", "sentence"),
    [
        ("published", {"edition": 3, "label": "2", "revision": 14}, "published edition 2 from revision 14"),
        ("published", {"edition": 3}, "published edition 3"),
        ("sent to review", {"revision": 12}, "sent revision 12 for review"),
        ("preview shared", {"revision": 3, "label": "Dr Holm"}, "shared revision 3 with “Dr Holm”"),
        ("a verb of tomorrow", {"edition": 3}, "a verb of tomorrow"),
    ],
)
def test_parts_without_a_value_are_left_out(verb, after, sentence):
    assert format_entry(make_event(verb, after=after)) == f"Ana Kestrel {sentence}"


@pytest.mark.parametrize(
    ("verb", "after", "sentence"),
    [
        ("bundle published", {"works": ["a"]}, "published the bundle, 1 page"),
        ("bundle gathered", {"works": ["a"]}, "created a bundle of 1 page"),
        ("rerendered", {"changed": 1}, "rendered all editions again, with changes in 1 edition"),
    ],
)
def test_one_thing_is_counted_in_the_singular(verb, after, sentence):
    assert format_entry(make_event(verb, after=after)) == f"Ana Kestrel {sentence}"


def test_an_entry_without_a_user_is_attributed_to_a_command():
    assert (
        format_entry(make_event("imported", by_name="", after={"revision": 1})) == "A command imported it as revision 1"
    )


def test_a_change_lists_its_fields():
    before, after = {"name": "a", "home_page": "", "kind": 1}, {"name": "b", "home_page": "c", "kind": 2}
    assert (
        format_entry(make_event("changed", before=before, after=after))
        == "Ana Kestrel changed “name”, “home page” and “kind”"
    )


def test_brackets_in_a_name_are_plain_text():
    assert (
        format_entry(make_event("took in", after={"name": "{name} [x]"})) == "Ana Kestrel merged “{name} [x]” into it"
    )
