"""Forecasts are decided on the page that readers see, or in the draft."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from stories import drafts, publishing
from stories.documents import CitedArticle, Forecast, NamedOutlet
from stories.drafts import revisions
from stories.models import Article, Story
from stories.publishing import NotReadyError
from stories.publishing.decide_forecast import (
    DecidedMeanwhileError,
    Decision,
    InvalidDecisionError,
    decide_forecast,
    propose_note,
    save_decision,
)
from stories.publishing.review import NotApprovedError
from tests.factories import edition_of, make_outlet, make_published_story, make_update, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DUE = date(2026, 6, 30)


@pytest.fixture
def forecast():
    return Forecast(uid=uuid4(), speaker="Finance ministry", expected="The tunnel opens.", due_on=DUE)


@pytest.fixture
def story(administrator, forecast):
    """Return a story whose forecast readers see."""
    story = make_published_story(by=administrator)
    change_draft(story, administrator, forecasts=(forecast,))
    publishing.publish(Story.objects.get(pk=story.pk), by=administrator, change=make_update())
    return Story.objects.get(pk=story.pk)


def change_draft(story, by, **fields):
    drafts.restore(story, drafts.build_document(story).changed(**fields), by=by)
    revisions.record_revision(story, by=by)


def make_source(**fields):
    return CitedArticle(
        number=1,
        article=uuid4(),
        outlet=NamedOutlet(uid=make_outlet(name="Ansgar Wire").uid, name="Ansgar Wire"),
        url="https://wire.example/tunnel",
        title="Tunnel delayed again",
        **fields,
    )


def dropped(outcome="It was dropped."):
    return Decision("void", outcome, timezone.localdate())


def decide(story, forecast, decision, by, *, seen=None, note="It was dropped."):
    return decide_forecast(
        story, forecast.uid, decision, seen=seen or edition_of(story), note=note, by=by, at=clock.now()
    )


def find_public(story):
    (forecast,) = edition_of(story).document.value().forecasts
    return forecast


def test_a_decision_is_an_update_with_a_note_and_leaves_the_draft_unpublished(story, forecast, administrator):
    change_draft(story, administrator, standfirst="Not ready yet.")
    edition = decide(story, forecast, dropped(), administrator, note="The tunnel was dropped.").edition
    assert (edition.change, edition.note) == ("update", "The tunnel was dropped.")
    assert (find_public(story).state, find_public(story).outcome) == ("void", "It was dropped.")
    draft = drafts.build_document(story)
    assert draft.forecasts == edition.document.value().forecasts
    assert draft.standfirst == "Not ready yet." != edition.document.value().standfirst
    assert Event.objects.filter(verb="forecast decided", by=administrator).count() == 1


def test_an_article_that_the_page_does_not_cite_becomes_its_source(story, forecast, administrator):
    given = Story.objects.get(pk=story.pk).citations_given
    decision = Decision("not_true", "It opens in 2029.", timezone.localdate(), make_source())
    decide(story, forecast, decision, administrator)
    document = edition_of(story).document.value()
    cited = next(each for each in document.citations if each.number == document.forecasts[0].outcome_source)
    assert (cited.number, cited.url) == (given + 1, "https://wire.example/tunnel")
    assert Article.objects.filter(url=cited.url, uid=cited.article).exists()
    assert drafts.build_document(story).forecasts == document.forecasts


def test_a_source_that_only_the_draft_cites_keeps_its_number(story, forecast, administrator):
    source = make_source().model_copy(update={"number": Story.objects.get(pk=story.pk).citations_given + 1})
    change_draft(story, administrator, citations=(*drafts.build_document(story).citations, source))
    other = source.model_copy(update={"article": Article.objects.get(url=source.url).uid, "number": 1})
    decide(story, forecast, Decision("in_part", "One tube.", timezone.localdate(), other), administrator)
    assert find_public(story).outcome_source == source.number
    assert [each.url for each in drafts.build_document(story).citations].count(source.url) == 1


def test_all_checks_apply(story, forecast, administrator):
    with pytest.raises(NotReadyError, match="A decided forecast needs an outcome"):
        decide(story, forecast, Decision("came_true", "It opened.", timezone.localdate()), administrator)
    assert find_public(story).state == "open"


def test_a_decision_lies_not_in_the_future_and_is_none_without_an_outcome(story, forecast, administrator):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for decision in (Decision("void", "It was dropped.", tomorrow), Decision("open", "", timezone.localdate())):
        with pytest.raises(InvalidDecisionError):
            decide(story, forecast, decision, administrator)


def test_a_decision_needs_approval_where_changes_do(story, forecast, administrator, settings):
    settings.REQUIRE_APPROVAL, settings.ALLOW_SELF_APPROVAL = True, False
    with pytest.raises(NotApprovedError):
        decide(story, forecast, dropped(), administrator)


def test_a_writer_decides_in_the_draft_only(story, forecast):
    writer = make_user(role="Writer")
    with pytest.raises(NotAllowedError):
        decide(story, forecast, dropped(), writer)
    save_decision(story, forecast.uid, dropped(), seen=edition_of(story), by=writer, at=clock.now())
    assert drafts.build_document(story).forecasts[0].state == "void"
    assert find_public(story).state == "open"


def test_the_second_of_two_editors_sees_the_first_decision(story, forecast, administrator):
    seen = edition_of(story)
    decide(story, forecast, dropped(), administrator, seen=seen)
    with pytest.raises(DecidedMeanwhileError, match=r"since you opened it \(Void") as refusal:
        decide(story, forecast, dropped("It was never meant."), make_user(role="Editor"), seen=seen)
    assert refusal.value.forecast.outcome == "It was dropped."
    assert find_public(story).outcome == "It was dropped."


def test_a_decision_in_the_draft_is_not_overwritten_unseen(story, forecast, administrator):
    seen = edition_of(story)
    save_decision(story, forecast.uid, dropped(), seen=seen, by=administrator, at=clock.now())
    with pytest.raises(DecidedMeanwhileError):
        save_decision(story, forecast.uid, dropped("Never meant."), seen=seen, by=administrator, at=clock.now())


def test_a_decision_can_be_changed_and_the_history_has_both(story, forecast, administrator):
    decide(story, forecast, dropped(), administrator)
    decide(story, forecast, dropped("It was never meant."), administrator, note="It was never meant.")
    notes = story.editions.order_by("live_from").values_list("note", flat=True)
    assert list(notes)[-2:] == ["It was dropped.", "It was never meant."]
    assert find_public(story).outcome == "It was never meant."


def test_the_proposed_note_says_who_expected_what_and_whether_it_came_true(forecast):
    assert propose_note(forecast, "not_true", language="en") == (
        "Finance ministry expected by 30 June 2026: “The tunnel opens.” It did not come true."
    )
    assert "30. Juni 2026" in propose_note(forecast, "not_true", language="de")
    without_day = forecast.model_copy(update={"due_on": None})
    assert propose_note(without_day, "void", language="en") == (
        "Finance ministry: “The tunnel opens.” Its outcome cannot be judged."
    )
