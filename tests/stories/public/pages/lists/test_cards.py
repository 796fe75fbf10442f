"""The cards of stories and questions in lists."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from newsroom.http import clock
from stories.models import Edition
from stories.public.pages.lists.cards import Card, live_questions
from stories.public.pages.search.editions import fetch_editions
from stories.public.pages.works.question import QuestionPage
from stories.public.templatetags.cards import question_card, story_card
from tests.factories import make_published_question

AT = datetime(2031, 3, 3, 9, tzinfo=UTC)


def make_edition(**fields):
    values = {
        "work_kind": "story",
        "slug": "pier",
        "language": "en",
        "direction": "ltr",
        "title": "Why <the> pier & gate closed",
        "summary": "A “pillar” < 2 m.",
        "first_published_at": AT - timedelta(days=3),
        "updated_at": AT - timedelta(hours=1),
        "outlet_count": 2,
        "minutes": 4,
    }
    return Edition(**values | fields)


def render(edition, at=AT, **options):
    return " ".join(re.sub(r"<svg.*?</svg>", "", story_card(Card(edition, ""), at, **options)).split())


def test_a_card_has_title_summary_update_and_outlets():
    assert render(make_edition()) == (
        '<article class="card" lang="en" dir="ltr" data-updated="1930291200"> <h3><a href="/stories/pier/">Why &lt;the&gt; pier &amp; gate'
        ' closed</a></h3> <p class="excerpt">A “pillar” &lt; 2 m.</p> <p class="counts small"><span class="strong"'
        ' dir="auto">Updated <time datetime="2031-03-03T08:00:00+00:00">08:00</time></span> <span dir="auto"> 2'
        " outlets</span></p> </article>"
    )


def test_a_short_card_has_no_summary_and_a_dated_one_the_reading_time():
    card = render(make_edition(outlet_count=0, minutes=1), short=True, dated=True)
    assert "excerpt" not in card
    assert card.endswith('<p class="counts small"> <span dir="auto">1 min read</span></p> </article>')


def test_a_topic_is_printed_above_the_title():
    assert '<p class="label">Port &amp; Lisle</p> <h3>' in render(make_edition(), topic="Port & Lisle")


def test_a_card_never_shows_what_it_showed_before():
    edition = make_edition()
    before = render(edition)
    assert "Updated" in before
    assert render(edition, AT + timedelta(days=1)) == before.replace(
        '<span class="strong" dir="auto">Updated <time datetime="2031-03-03T08:00:00+00:00">08:00</time></span>',
        '<span dir="auto"><time datetime="2031-03-03T08:00:00+00:00">3\N{NO-BREAK SPACE}March</time></span>'.replace(
            "\N{NO-BREAK SPACE}", " "
        ),
    )
    with translation.override("de"):
        assert "2 Medien" in render(edition)
    edition.title, edition.slug, edition.outlet_count = "Why the gate closed", "gate", 1
    after = render(edition)
    assert '<a href="/stories/gate/">Why the gate closed</a>' in after
    assert "1 outlet<" in after
    assert "pier" not in after.replace("pillar", "")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_card_has_the_language_of_its_story(language):
    direction = "rtl" if language == "ar" else "ltr"
    card = render(make_edition(language=language, direction=direction))
    assert card.startswith(f'<article class="card" lang="{language}" dir="{direction}" ')


def test_the_card_of_a_question_has_its_introduction_or_its_day():
    question = make_edition(work_kind="question", title="Who <pays>?", summary="The port & the city.")
    card = Card(question, "", date(2030, 11, 9))
    heading = '<article class="card" lang="en" dir="ltr"> <h3><a href="/questions/pier/">Who &lt;pays&gt;?</a></h3>'
    assert " ".join(question_card(card, AT).split()) == (
        f'{heading} <p class="excerpt">The port &amp; the city.</p> </article>'
    )
    day = '<time datetime="2030-11-09">9 November 2030</time>'
    for topic, words in (("", "as of"), ("Port & Lisle", "Port &amp; Lisle, as of")):
        short = " ".join(question_card(card, AT, topic=topic, short=True).split())
        assert short == f'{heading} <p class="small after">{words} {day}</p> </article>'


@pytest.mark.django_db
def test_the_day_of_a_question_is_that_of_its_answers_and_is_never_guessed():
    make_published_question()
    [listed] = live_questions(clock.now())
    assert listed.as_of == date(2026, 11, 9)
    with pytest.raises(KeyError):
        _ = Edition.objects.get().as_of


@pytest.mark.django_db
def test_the_day_of_a_question_is_that_of_its_short_answer_if_it_is_newer():
    make_published_question(answer_state="answered", short_answer="It fell.", short_answer_as_of=date(2026, 11, 20))
    [listed] = live_questions(clock.now())
    assert listed.as_of == date(2026, 11, 20)
    assert fetch_editions([listed.pk], at=clock.now(), with_texts=False)[listed.pk].as_of == date(2026, 11, 20)
    assert QuestionPage.load(listed.slug, at=clock.now()).as_of == date(2026, 11, 20)
