"""Renewed answers: new dates reach readers in a minor edition, and nothing of the draft does."""

from datetime import date, timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from stories import publishing
from stories.documents.dated_answers import DatedAnswer, list_dated_answers
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, EditionAnswer, Freshness
from stories.publishing import review
from stories.publishing.renew_answers import (
    AnswerDates,
    ChangedAnswerError,
    InvalidDatesError,
    propose_dates,
    renew_answers,
)
from tests.clocks import MONDAY
from tests.factories import edition_of, make_published_question, make_update, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TODAY = MONDAY.date()
OLD = AnswerDates(TODAY - timedelta(days=10), TODAY + timedelta(days=4))
NEW = AnswerDates(TODAY + timedelta(days=1), TODAY + timedelta(days=15))
DAY = timedelta(days=1)
SHORT = "Lorries may use it again once the harbour office has measured the pillar, the board says, and not before."


@pytest.fixture
def faq(editor, set_time):
    """Return a question with two answers and a short answer that expire on Friday; it is Tuesday."""
    faq = make_published_question(by=editor, owner=editor)
    faq.answers.update(as_of=OLD.as_of, expires_on=OLD.expires_on)
    faq.short_answer, faq.answer_state = SHORT, "partly"
    faq.short_answer_as_of, faq.short_answer_expires_on = OLD
    faq.open_since, faq.missing = OLD.as_of, "The log of the pillar."
    faq.save()
    revisions.record_revision(faq, by=editor)
    publishing.publish(faq, by=editor, change=make_update(), overrides={})
    set_time.go(days=1)
    return faq


def live_document(faq, at):
    return Edition.objects.live(at).get(work=faq).document.value()


def dates_of(document):
    return {answer.uid: AnswerDates(answer.as_of, answer.expires_on) for answer in list_dated_answers(document)}


def renew(faq, editor, set_time, answers=None, **options):
    answers = answers or [faq.answers.order_by("position")[0].uid]
    options = {"seen": edition_of(faq), "at": set_time(), **options}
    return renew_answers(faq, dict.fromkeys(answers, NEW), by=editor, **options)


def test_renewed_answers_and_the_short_answer_have_new_dates_for_readers(faq, editor, set_time):
    first, second = faq.answers.order_by("position")
    renewed = renew(faq, editor, set_time, [faq.uid, first.uid])
    dates = dates_of(live_document(faq, set_time()))
    assert dates == {faq.uid: NEW, first.uid: NEW, second.uid: OLD}
    live = EditionAnswer.objects.filter(edition=renewed.edition)
    assert {row.answer: row.expires_on for row in live}[first.uid] == NEW.expires_on


def test_a_renewal_is_a_minor_edition_that_leaves_updated_and_is_in_the_history(faq, editor, set_time, client):
    before = edition_of(faq)
    edition = renew(faq, editor, set_time).edition
    assert (edition.change, edition.updated_at) == (Change.MINOR, before.updated_at)
    history = client.get(f"/questions/{faq.slug}/history/").content.decode()
    assert f"/questions/{faq.slug}/history/{edition.label}/#compared" in history
    assert "Minor change" in history


def test_one_changed_word_beside_the_dates_forbids_a_minor_edition(faq, editor):
    answer = faq.answers.first()
    answer.as_of, answer.expires_on = NEW
    answer.text = f"{answer.text} Twice."
    answer.save()
    revisions.record_revision(faq, by=editor)
    with pytest.raises(publishing.NotReadyError, match="Not a minor change"):
        publishing.publish(faq, by=editor, change=ChangeNote(Change.MINOR))


def test_unpublished_edits_stay_in_the_draft_which_gets_the_dates(faq, editor, set_time):
    first, second = faq.answers.order_by("position")
    second.text = "The board signs it since Sunday."
    second.save()
    faq.introduction = "Nobody has read this yet."
    faq.save()
    revisions.record_revision(faq, by=editor)
    old = live_document(faq, set_time())
    renew(faq, editor, set_time, [first.uid])
    live = live_document(faq, set_time())
    assert (live.introduction, live.answers[1].text) == (old.introduction, old.answers[1].text)
    draft = revisions.get_newest_revision(faq).document.value()
    assert draft.introduction == "Nobody has read this yet."
    assert [answer.text for answer in draft.answers][1] == "The board signs it since Sunday."
    assert dates_of(draft)[first.uid] == NEW
    first.refresh_from_db()
    assert (first.as_of, first.expires_on) == NEW


def test_a_date_that_an_editor_has_set_in_the_draft_stays_there(faq, editor, set_time):
    answer = faq.answers.first()
    own = AnswerDates(TODAY, TODAY + 40 * DAY)
    faq.answers.filter(pk=answer.pk).update(as_of=own.as_of, expires_on=own.expires_on)
    revisions.record_revision(faq, by=editor)
    renewed = renew(faq, editor, set_time, [answer.uid])
    assert renewed.kept_in_draft
    assert dates_of(revisions.get_newest_revision(faq).document.value())[answer.uid] == own


def test_the_dates_are_carried_over_into_a_waiting_schedule(faq, editor, set_time):
    first = faq.answers.first()
    faq.introduction = "The pillar was measured on Monday."
    faq.save()
    revisions.record_revision(faq, by=editor)
    later = set_time() + 2 * DAY
    publishing.schedule(faq, by=editor, at=later, change=make_update())
    renew(faq, editor, set_time, [first.uid])
    scheduled = live_document(faq, later)
    assert scheduled.introduction == "The pillar was measured on Monday."
    assert dates_of(scheduled)[first.uid] == NEW


def test_an_answer_whose_text_changed_since_it_was_read_is_refused_by_name(faq, editor, set_time):
    read, answer = edition_of(faq), faq.answers.first()
    faq.answers.filter(pk=answer.pk).update(text="The board signs it since Sunday.")
    revisions.record_revision(faq, by=editor)
    published = publishing.publish(faq, by=editor, change=make_update())
    with pytest.raises(ChangedAnswerError) as refusal:
        renew(faq, editor, set_time, [answer.uid], seen=read)
    assert str(refusal.value) == f"“{answer.question}” changed since you opened this list. Read it again."
    assert edition_of(faq) == published
    assert not Freshness.objects.filter(uid=faq.uid).exists()
    renew(faq, editor, set_time, [answer.uid])


def test_a_short_answer_that_changed_is_refused_by_the_name_of_its_question(faq, editor, set_time):
    read = edition_of(faq)
    faq.short_answer = SHORT.replace("not before", "only then")
    faq.save()
    revisions.record_revision(faq, by=editor)
    publishing.publish(faq, by=editor, change=make_update())
    with pytest.raises(ChangedAnswerError, match="The short answer to “May lorries use pier"):
        renew(faq, editor, set_time, [faq.uid], seen=read)
    renew(faq, editor, set_time, seen=read)  # the other answers did not change


def test_an_expired_answer_beside_it_stops_no_renewal(faq, editor, set_time):
    set_time.go(days=30)
    first, second = faq.answers.order_by("position")
    today = set_time().date()
    dates = {first.uid: AnswerDates(today, today + 14 * DAY)}
    renew_answers(faq, dates, seen=edition_of(faq), by=editor, at=set_time())
    assert dates_of(live_document(faq, set_time()))[second.uid] == OLD


def test_a_renewal_needs_no_approval_but_the_right_to_publish(faq, editor, set_time, settings):
    settings.REQUIRE_APPROVAL = True
    with pytest.raises(NotAllowedError):
        renew(faq, make_user(role="Writer"), set_time)
    assert renew(faq, editor, set_time).edition.label == "3"


def test_whoever_renews_an_answer_may_still_approve_the_draft(faq, editor, set_time, settings):
    settings.REQUIRE_APPROVAL = True
    writer, reviewer = make_user(role="Writer"), make_user(role="Editor")
    faq.introduction = "Nobody has read this yet."
    faq.save()
    revisions.record_revision(faq, by=writer)
    review.send_for_review(faq, by=writer)
    renew(faq, reviewer, set_time)
    review.approve(faq, by=reviewer, revision_number=revisions.get_newest_revision(faq).number)


def test_the_question_is_checked_and_next_due_when_its_first_answer_expires(faq, editor, set_time):
    renew(faq, editor, set_time, [faq.uid, *faq.answers.values_list("uid", flat=True)])
    freshness = Freshness.objects.of(faq.uid)
    assert (freshness.checked_on, freshness.review_by) == (set_time().date(), NEW.expires_on)
    sentences = [format_entry(event) for event in Event.objects.about(faq.uid)]
    assert "Ana Kestrel renewed 3 answers in edition 3" in [
        sentence.replace(str(editor), "Ana Kestrel") for sentence in sentences
    ]


def test_a_question_without_an_owner_gets_no_review_date(faq, editor, set_time):
    faq.owner = None
    faq.save()
    renew(faq, editor, set_time)
    freshness = Freshness.objects.of(faq.uid)
    assert (freshness.checked_on, freshness.review_by) == (set_time().date(), None)


@pytest.mark.parametrize(
    ("as_of", "expires_on", "message"),
    [
        (TODAY + 2 * DAY, TODAY + 9 * DAY, "in the future"),
        (TODAY - 9 * DAY, TODAY, "has passed"),
        (TODAY + DAY, TODAY + DAY, "a day 1 to 365 days"),
        (TODAY + DAY, TODAY + 367 * DAY, "a day 1 to 365 days"),
    ],
)
def test_dates_that_say_nothing_are_refused(faq, editor, set_time, as_of, expires_on, message):
    with pytest.raises(InvalidDatesError, match=message):
        renew_answers(
            faq, {faq.uid: AnswerDates(as_of, expires_on)}, seen=edition_of(faq), by=editor, at=set_time()
        )  # fmt: skip
    assert edition_of(faq).number == 2


def test_the_same_dates_once_more_publish_nothing(faq, editor, set_time):
    renew(faq, editor, set_time)
    with pytest.raises(publishing.NothingNewError):
        renew(faq, editor, set_time)


def test_the_edition_of_another_question_is_refused(faq, editor, set_time):
    other = make_published_question(by=editor)
    with pytest.raises(publishing.InvalidStateError):
        renew(faq, editor, set_time, seen=edition_of(other))


@pytest.mark.parametrize(
    ("as_of", "expires_on", "days"),
    [
        (date(2031, 2, 1), date(2031, 2, 15), 14),
        (date(2031, 2, 1), date(2031, 2, 1), 1),
        (date(2029, 2, 1), date(2031, 2, 1), 365),
        (None, date(2031, 2, 15), 7),
    ],
)
def test_proposed_dates_last_as_long_as_before(faq, as_of, expires_on, days):
    answer = DatedAnswer(faq.uid, "", SHORT, "", as_of, expires_on)
    proposed = propose_dates(answer, published_on=date(2031, 2, 8), at=MONDAY)
    assert proposed == AnswerDates(TODAY, TODAY + days * DAY)
