"""Open points of a story: the items of *What we don’t know yet* that have no page, and the page that is made of one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.text.markdown.dates import parse_partial_date
from stories.documents.schema import UNKNOWNS, AskedQuestion
from stories.drafts import revisions
from stories.drafts.references import get_or_create_question
from stories.models import FAQ, Story, Work
from stories.publishing.errors import InvalidStateError

ADD_PERMISSION = "stories.add_faq"
MAX_LENGTH = 300  # of a question
_POINT = re.compile(
    r"^[ ]{0,3}[-*+][ ]+\[(?P<state>open|partly)\][ ]*+(?P<question>[^\[\]\n]*?[?؟\uff1f][”’\"'»]*)"
    r"(?:[ ]*[(\uff08](?P<since>[^()\uff08\uff09\n]{1,80})[)\uff09])?(?=\s|$)",
    re.IGNORECASE | re.MULTILINE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question that a section leaves open, without a page: its words, at ``start`` to ``end`` of the text."""

    question: str
    state: str
    since: date | None
    start: int
    end: int


def iter_open_points(text: str) -> Iterator[OpenPoint]:
    """Yield the items of the text of a section that are open or partly answered, and whose question is no link.

    Words that are too long for the title of a page are left out.
    """
    for match in _POINT.finditer(text):
        if 0 < len(question := match["question"].strip()) <= MAX_LENGTH:
            yield OpenPoint(question, match["state"].lower(), _parse_day(match["since"]), *match.span("question"))


@transaction.atomic
def make_page(work: Work, question: str, *, by: User) -> FAQ | None:
    """Draft a page for the open point with these words, link the point to it, and return the question.

    The page is open, or partly answered, since the day of the point. If there is a question with these words in the
    language of the story, it is linked instead. Return None if the work is no story. Raise NotAllowedError if the user may not edit the story or add a
    question. Raise InvalidStateError if the saved text has no such point.
    """
    story = Story.objects.filter(pk=work.pk).first()
    if story is None:
        return None
    revisions.require_edit_permission(story, by=by)
    require_permission(by, ADD_PERMISSION, "You don’t have permission to add a question.")
    Work.objects.lock_existing(story.pk)
    for section in story.sections.filter(kind=UNKNOWNS.code):
        point = next((each for each in iter_open_points(section.text) if each.question == question), None)
        if point is None:
            continue
        faq = FAQ.objects.filter(question=question, language=story.language, binned_at=None).first()
        faq = faq or _draft(story, point, by=by)
        link = f"[{question}](question:{faq.uid})"
        section.text = f"{section.text[: point.start]}{link}{section.text[point.end :]}"
        section.save(update_fields=["text"])
        revisions.record_revision(story, by=by, reason=f"Linked to the question “{question}”", is_locked=True)
        return faq
    raise InvalidStateError(f"“{question}” is no longer an open point of this story.")


def _draft(story: Story, point: OpenPoint, *, by: User) -> FAQ:
    faq, _ = get_or_create_question(AskedQuestion(uid=uuid4(), question=point.question), work=story, by=by)
    faq.answer_state, faq.open_since = point.state, point.since
    faq.save(update_fields=["answer_state", "open_since"])
    revisions.record_revision(faq, by=by, reason=f"Drafted from the story “{story}”")
    return faq


def _parse_day(words: str | None) -> date | None:
    """Return the day that the words in brackets after a point name, or None."""
    if not words:
        return None
    named = _DAY.search(words)
    moment = parse_partial_date(named[0] if named else words)
    return moment.day if moment else None
