"""The days of the demonstration: the past three months up to whichever day it is brought in on, and each text agrees with its own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.utils import dates, timezone, translation

from stories.demo import days, documents, files
from stories.documents import AnyDocument, Explainer, QuestionPage
from tests.loops import for_each

# Ends of months and of years, a leap day, and the days on which clocks are set forward and back.
SEEDED_ON = [
    *(
        date(2026, 11, 28),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 28),
    ),
    *(date(2027, 5, 31), date(2027, 7, 15), date(2027, 8, 31), date(2027, 10, 31), date(2027, 11, 30)),
    date(2028, 2, 29),
]
AHEAD = {"timeline", "next"}  # the sections that tell of days to come
ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")
every_day = for_each(SEEDED_ON)


@dataclass(frozen=True)
class Gone:
    """What went out at a moment; ``document`` is None for a notice."""

    key: str
    at: datetime
    document: AnyDocument | None

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


def gone_out(today: date) -> Iterator[Gone]:
    """Yield every edition of the demonstration, oldest first for each page."""
    for key, story in files.load_stories(today).items():
        for edition in story.editions:
            yield Gone(key, edition.at, documents.build_edition(key, edition, today=today))
        if story.withdrawn:
            yield Gone(key, story.withdrawn, None)
        for question in story.questions:
            for each in question.editions:
                yield Gone(question.key, each.at, documents.build_question_page(question, story, each))


def texts_of(document: AnyDocument) -> Iterator[str]:
    """Yield what readers are told in a document, without the sections that tell of days to come."""
    if isinstance(document, Explainer):
        yield from (document.headline, document.standfirst, document.method_note)
        yield from (section.text for section in document.sections if section.kind not in AHEAD)
        yield from (passage.text for passage in document.passages)
        yield from (picture.caption for picture in (document.lead_picture, *document.pictures) if picture)
    else:
        yield document.introduction
        yield from (text for answer in document.answers for text in (answer.question, answer.text))
    yield from (citation.title for citation in document.citations)


def days_in(text: str, language: str, today: date) -> Iterator[date]:
    """Yield the days that a text names; one without a year is of the year of ``today``, as is a month for its first."""
    with translation.override(language):
        months = {str(name): number for number, name in dates.MONTHS.items()}
    named = "|".join(months)
    for number, month, year in re.findall(rf"\b(\d{{1,2}})\.? (?:de )?({named})\b(?:،? (?:de )?(\d{{4}}))?", text):
        yield date(int(year or today.year), months[month], int(number))
    for month, year in re.findall(rf"\b(?:in|since|from|to|for|of|Im|En) ({named})\b(?: (?:de )?(\d{{4}}))?", text):
        yield date(int(year or today.year), months[month], 1)
    yield from map(date.fromisoformat, ISO.findall(text))


@every_day
def test_no_two_editions_share_an_hour(today):
    hours = Counter(gone.at.replace(minute=0) for gone in gone_out(today))
    assert [hour for hour, count in hours.items() if count > 1] == []


@every_day
def test_editions_cover_three_months_up_to_the_day_before(today):
    seen = [gone.day for gone in gone_out(today)]
    assert today - timedelta(days=92) < min(seen) < today - timedelta(days=75)
    assert max(seen) == today - timedelta(days=1)
    assert 3 <= len({(day.year, day.month) for day in seen}) <= 4


@every_day
def test_two_stories_are_two_days_old_at_most(today):
    first = {key: story.editions[0].at for key, story in files.load_stories(today).items() if story.editions}
    new = [key for key, at in first.items() if timezone.localdate(at) >= today - timedelta(days=2)]
    assert len(new) == 2


@every_day
def test_a_page_begins_before_it_goes_out_and_its_editions_follow_each_other(today):
    for story in files.load_stories(today).values():
        for editions in (story.editions, *(question.editions for question in story.questions)):
            moments = [story.begun, *(edition.at for edition in editions)]
            moments += [story.withdrawn] if story.withdrawn and editions is story.editions else []
            assert moments == sorted(moments)


@every_day
def test_no_text_names_a_day_later_than_its_edition(today):
    named = [
        (gone, text, day)
        for gone in gone_out(today)
        if gone.document
        for text in texts_of(gone.document)
        for day in days_in(text, gone.document.language, today)
    ]
    assert {gone.document.language for gone, *_ in named if gone.document} == {"en", "de", "es", "ar"}
    assert len(named) > 80
    assert [(gone.key, text, day) for gone, text, day in named if day > gone.day] == []


@every_day
def test_no_article_is_younger_than_the_edition_that_cites_it(today):
    for gone in gone_out(today):
        for citation in gone.document.citations if gone.document else ():
            assert citation.published_on is not None
            assert citation.published_on <= gone.day, (gone.key, citation.title)


@every_day
def test_no_answer_is_older_than_the_first_or_younger_than_its_edition(today):
    first: dict[str, date] = {}
    for gone in gone_out(today):
        if isinstance(gone.document, QuestionPage):
            begun = first.setdefault(gone.key, gone.day)
            for answer in gone.document.answers:
                assert answer.as_of is not None
                assert begun <= answer.as_of <= gone.day, (gone.key, answer.question)


@every_day
def test_each_new_edition_of_a_question_says_something_new(today):
    for story in files.load_stories(today).values():
        for question in story.questions:
            pages = [documents.build_question_page(question, story, each) for each in question.editions]
            assert len({page.digest() for page in pages}) == len(pages)
            assert pages[-1] == documents.build_questions(today)[question.key]
            assert all(each.note for each in question.editions[1:])


@every_day
def test_timelines_go_on_in_their_order_and_some_into_the_coming_weeks(today):
    ahead = 0
    for story in files.load_stories(today).values():
        whens = [entry.when for entry in story.sections.timeline]
        assert whens == sorted(whens)
        ahead += sum(str(today) < when <= str(today + timedelta(days=28)) for when in whens)
    assert ahead >= 5


@every_day
def test_what_happens_next_lies_ahead(today):
    for key, story in files.load_stories(today).items():
        if story.state in {"live", "changed"} and story.sections.next:
            assert min(days_in(story.sections.next, story.language, today), default=today) >= today, key


def test_no_text_has_a_weekday_or_a_season_of_its_own():
    unfit = re.compile(
        r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|this (?:year|spring|summer|autumn|winter))\b"
    )
    for gone in gone_out(SEEDED_ON[0]):
        assert [text for text in (texts_of(gone.document) if gone.document else ()) if unfit.search(text)] == []


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [
        ("en", "{-19}", "9 November"),
        ("en", "{+64}", "31 January 2027"),
        ("en", "{-178 month}", "June"),
        ("en", "{-400 month}", "October 2025"),
        ("en", "{-400 year}", "2025"),
        ("de", "{-19}", "9. November"),
        ("de", "{+64}", "31. Januar 2027"),
        ("es", "{-19}", "9 de noviembre"),
        ("es", "{+64}", "31 de enero de 2027"),
        ("ar", "{-19}", "9 نوفمبر"),
        ("ar", "{-178 month}", "يونيو"),
    ],
)
def test_a_tag_is_told_in_the_language_of_the_text_and_with_its_year_in_another_year(language, tag, words):
    found = {"text": [f"since {tag}."], "n": 3}
    assert days.replace_tags(found, today=date(2026, 11, 28), language=language) == {
        "text": [f"since {words}."],
        "n": 3,
    }


def test_a_moment_is_counted_in_days_by_the_clocks_of_the_newsroom(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    before, after = (days.parse_moment(f"{count} 07:35", today=date(2027, 3, 28)) for count in ("-1", "0"))
    assert after - before == timedelta(hours=23)


def test_a_timeline_counts_days_and_keeps_those_long_past():
    told = [days.format_when(written, today=date(2027, 1, 1)) for written in ("-1", "-1 03:40", "+31", "2016-03-11")]
    assert told == ["2026-12-31", "2026-12-31 03:40", "2027-02-01", "2016-03-11"]
