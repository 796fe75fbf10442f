"""Shared previews for people without an account: open, behind a passcode, ended, and with comments."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.test import Client

from newsroom.http import clock
from stories.models import SharedPreview
from stories.workflow import shared_previews
from stories.workflow.comments import verbs
from tests.factories import make_question, make_story, make_user
from tests.stories.admin.form_data import filled

PASSCODE = "slate harbour"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def open_pages() -> Iterator[tuple[str, Any]]:
    """Yield the response to each step of a reader with a link."""
    maker, question = make_user(role="Writer"), make_question()
    story = make_story(questions=(question,))

    def share(label: str, **options: Any) -> str:
        """Make a link to the story, and return its address."""
        ends_at = clock.now() + timedelta(days=7)
        options = {"takes_comments": True, **options}
        shared = shared_previews.create_link(story, by=maker, label=label, ends_at=ends_at, **options)
        return f"/preview/{shared.token}/"

    guest, address = Client(), share("For our lawyer")
    yield "draft", guest.get(address)
    yield "question of the draft", guest.get(f"{address}questions/{question.uid}/")
    yield "question of another draft", guest.get(f"{address}questions/{make_question().uid}/")
    yield from _post_comments(guest, address)
    yield from _enter_passcode(share("With a passcode", passcode=PASSCODE))
    yield "without comments", guest.get(share("Without comments", takes_comments=False))
    SharedPreview.objects.update(ends_at=clock.now())
    yield "ended", guest.get(address)
    revoked = share("Revoked")
    shared_previews.revoke_link(SharedPreview.objects.latest("pk"), by=maker)
    yield "revoked", guest.get(revoked)


def _post_comments(guest: Client, address: str) -> Iterator[tuple[str, Any]]:
    form = filled(guest.get(address)) | {"text": "Who signed it?", "name": "Dr Holm"}
    comments = f"{address}comments/"
    yield "comment from another site", guest.post(comments, form, headers={"Sec-Fetch-Site": "cross-site"})
    yield "empty comment", guest.post(comments, form | {"text": " "}, headers=SAME_ORIGIN)
    yield "long comment", guest.post(comments, form | {"text": "long " * 2_000}, headers=SAME_ORIGIN)
    with patch.object(verbs, "acquire_comment_slot", return_value=False):
        yield "one comment too many", guest.post(comments, form, headers=SAME_ORIGIN)
    yield "comment", guest.post(comments, form, headers=SAME_ORIGIN, follow=True)


def _enter_passcode(address: str) -> Iterator[tuple[str, Any]]:
    guest = Client()
    yield "passcode", guest.get(address)
    form = filled(guest.get(address))
    yield "passcode, empty", guest.post(address, form | {"passcode": " "})
    yield "passcode, from an old form", guest.post(address, form | {"passcode": PASSCODE, "seal": "0" * 64})
    yield "passcode, wrong", guest.post(address, form | {"passcode": "slate"})
    with patch.object(shared_previews, "try_passcode", return_value=shared_previews.AttemptResult.TOO_OFTEN):
        yield "passcode, too many attempts", guest.post(address, form | {"passcode": "slate"})
    yield "passcode, right", guest.post(address, form | {"passcode": PASSCODE}, follow=True)
