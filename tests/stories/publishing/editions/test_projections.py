"""The states of questions, answers that expire, and forecasts, as each edition has them."""

import json
from datetime import date
from uuid import uuid4

import pytest

from stories import drafts, publishing
from stories.documents import Answer, Cell, Claim, Forecast, NamedOutlet, Origin
from stories.documents.forecasts import frozen_digest
from stories.drafts import revisions
from stories.models import (
    ClaimCell,
    Document,
    EditionAnswer,
    EditionForecast,
    EditionOutlet,
    EditionQuestionState,
    Outlet,
    Story,
    StoryClaim,
    StoryForecast,
)
from stories.publishing.erase import erase_passage, erase_work
from tests.factories import (
    edition_of,
    make_outlet,
    make_published_question,
    make_published_story,
    make_update,
    reduce_checks_to_hints,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAY, NEXT_DAY = date(2096, 11, 25), date(2096, 12, 9)


def publish_changed(work, by, **fields):
    """Publish the work with other values of these fields, also points of one outlet, and return the new edition."""
    reduce_checks_to_hints("claims.outlets")
    drafts.restore(work, drafts.build_document(work).changed(**fields), by=by)
    revisions.record_revision(work, by=by)
    return publishing.publish(type(work).objects.get(pk=work.pk), by=by, change=make_update())


def make_forecast(**fields):
    return Forecast(
        uid=uuid4(), **{"speaker": "Finance Ministry", "expected": "It opens.", "due_on": NEXT_DAY, **fields}
    )


def test_an_edition_of_a_question_has_its_state_and_its_first_expiry(administrator):
    faq = make_published_question(by=administrator)
    assert not EditionQuestionState.objects.exists()
    answer = Answer(uid=uuid4(), question="May bicycles use it?", text="They may.", expires_on=DAY)
    edition = publish_changed(
        faq,
        administrator,
        state="partly",
        open_since=date(2026, 11, 9),
        short_answer="Lorries may use it.",
        short_answer_as_of=date(2026, 11, 9),
        short_answer_expires_on=NEXT_DAY,
        answers=(*drafts.build_document(faq).answers, answer),
    )
    state = EditionQuestionState.objects.get()
    assert (state.edition, state.uid, state.language) == (edition, faq.uid, "en")
    assert (state.state, state.open_since, state.first_expires_on) == ("partly", date(2026, 11, 9), DAY)
    assert (state.live_from, state.live_until) == (edition.live_from, edition.live_until)
    assert list(EditionAnswer.objects.values_list("uid", "answer", "expires_on")) == [
        (faq.uid, faq.uid, NEXT_DAY),
        (faq.uid, answer.uid, DAY),
    ]


@pytest.mark.parametrize(
    ("state", "open_since", "first"), [("open", DAY, None), ("partly", DAY, DAY), ("answered", None, DAY)]
)
def test_an_edition_has_no_date_that_its_readers_do_not_see(state, open_since, first, administrator):
    faq = make_published_question(by=administrator)
    fields = {"short_answer": "Lorries may.", "short_answer_expires_on": DAY, "missing": "The log."}
    publish_changed(faq, administrator, state=state, open_since=DAY, **fields)
    assert EditionQuestionState.objects.values_list("open_since", "first_expires_on").get() == (open_since, first)
    assert list(EditionAnswer.objects.values_list("expires_on", flat=True)) == ([first] if first else [])


def test_the_span_of_a_forecast_ends_with_its_edition(administrator):
    story = make_published_story(by=administrator)
    forecast = make_forecast()
    first = publish_changed(story, administrator, forecasts=(forecast,))
    decided = forecast.model_copy(update={"state": "void", "outcome": "It was cancelled.", "decided_on": NEXT_DAY})
    second = publish_changed(story, administrator, forecasts=(decided,))
    rows = EditionForecast.objects.order_by("live_from")
    assert [(row.edition, row.forecast, row.state, row.decided_on) for row in rows] == [
        (first, forecast.uid, "open", None),
        (second, forecast.uid, "void", NEXT_DAY),
    ]
    assert rows[0].live_until == rows[1].live_from == second.live_from
    assert (rows[0].speaker, rows[0].speaker_folded) == ("Finance Ministry", "finance ministry")
    assert rows[0].frozen == frozen_digest(forecast, None)


@pytest.mark.parametrize(
    ("fields", "is_frozen"),
    [
        ({"expected": "It closes."}, True),
        ({"due_on": DAY}, True),
        ({"chance": 70}, True),
        ({"outlet": NamedOutlet(uid=None, name="Another")}, True),
        ({"state": "void", "outcome": "It was cancelled.", "decided_on": DAY}, False),
    ],
)
def test_only_the_frozen_words_of_a_forecast_change_its_digest(fields, is_frozen):
    forecast = make_forecast()
    changed = forecast.model_copy(update=fields)
    assert (frozen_digest(changed, None) != frozen_digest(forecast, None)) == is_frozen


def test_a_new_name_of_the_outlet_does_not_change_the_digest_of_a_forecast():
    uid = uuid4()
    old, new = (make_forecast(outlet=NamedOutlet(uid=uid, name=name)) for name in ("The Wire", "Ansgar Wire"))
    assert frozen_digest(old, None) == frozen_digest(new, None)


def test_another_number_of_the_source_does_not_change_the_digest_of_a_forecast():
    article, forecast = uuid4(), make_forecast()
    third, seventh = (forecast.model_copy(update={"source": number}) for number in (3, 7))
    assert frozen_digest(third, article) == frozen_digest(seventh, article) != frozen_digest(third, uuid4())


def test_an_outlet_that_only_a_claim_names_is_public_with_the_story(administrator, client):
    story, outlet = make_published_story(by=administrator), make_outlet()
    cell = Cell(uid=uuid4(), outlet=NamedOutlet(uid=outlet.uid, name=outlet.name), value="two")
    edition = publish_changed(story, administrator, claims=(Claim(uid=uuid4(), claim="Gates", cells=(cell,)),))
    assert EditionOutlet.objects.filter(edition=edition, outlet=outlet).exists()
    assert edition_of(story).outlet_count == edition.outlet_count
    page = client.get(f"/sources/{outlet.slug}/").content.decode()
    assert page.count(f'href="/stories/{story.slug}/"') == 1


def test_an_outlet_that_only_an_origin_or_a_draft_names_has_no_page(administrator, client):
    story, outlet, other = make_published_story(by=administrator), make_outlet(), make_outlet()
    origin = Origin(uid=uuid4(), name="Agency", outlet=NamedOutlet(uid=outlet.uid, name=outlet.name))
    publish_changed(story, administrator, origins=(origin,))
    cell = Cell(uid=uuid4(), outlet=NamedOutlet(uid=other.uid, name=other.name), value="two")
    claim = Claim(uid=uuid4(), claim="Gates", cells=(cell,))
    drafts.restore(story, drafts.build_document(story).changed(claims=(claim,)), by=administrator)
    revisions.record_revision(story, by=administrator)
    assert not EditionOutlet.objects.filter(outlet__in=(outlet, other)).exists()
    for each in (outlet, other):
        assert client.get(f"/sources/{each.slug}/").status_code == 404


def test_an_erased_story_leaves_no_outlet_that_only_its_points_forecasts_or_origins_name(administrator):
    names = [NamedOutlet(uid=make_outlet().uid, name=name) for name in ("A", "B", "C")]
    story = make_published_story(by=administrator)
    publish_changed(
        story,
        administrator,
        claims=(Claim(uid=uuid4(), claim="Gates", cells=(Cell(uid=uuid4(), outlet=names[0], value="two"),)),),
        forecasts=(make_forecast(outlet=names[1]),),
        origins=(Origin(uid=uuid4(), name="Agency", outlet=names[2]),),
    )
    erase_work(story, by=administrator, reason="Court order 4/2026")
    assert not Outlet.objects.filter(uid__in=[each.uid for each in names]).exists()


@pytest.mark.parametrize("part", ["claim", "cell", "forecast", "origin"])
def test_an_erased_claim_cell_forecast_or_origin_leaves_no_word(part, administrator):
    story = make_published_story(by=administrator)
    outlet = NamedOutlet(uid=make_outlet(name="Radio Tessen").uid, name="Radio Tessen")
    cell = Cell(uid=uuid4(), outlet=outlet, value="qxsecret" if part == "cell" else "two")
    claim = Claim(uid=uuid4(), claim="Qxsecret" if part == "claim" else "Gates", cells=(cell,))
    forecast = make_forecast(speaker="Qxsecret" if part == "forecast" else "Ministry")
    origin = Origin(uid=uuid4(), name="Qxsecret" if part == "origin" else "Ansgar")
    publish_changed(story, administrator, claims=(claim,), forecasts=(forecast,), origins=(origin,))
    uid = {"claim": claim, "cell": cell, "forecast": forecast, "origin": origin}[part].uid
    erase_passage(story, uid, by=administrator, reason="Court order 4/2026")
    assert not [row for row in Document.objects.all() if "qxsecret" in json.dumps(row.body).lower()]
    assert not EditionForecast.objects.filter(speaker__icontains="qxsecret").exists()
    rows = [*StoryClaim.objects.all(), *ClaimCell.objects.all(), *StoryForecast.objects.all()]
    assert "qxsecret" not in f"{rows} {Story.objects.get(pk=story.pk).origins}".lower()
    left = drafts.build_document(Story.objects.get(pk=story.pk))
    # A claim without its only cell goes too.
    assert [len(left.claims), len(left.forecasts), len(left.origins)] == [
        int(part not in gone) for gone in (("claim", "cell"), ("forecast",), ("origin",))
    ]
