"""Dates in the demonstration: editions cover the three months before seeding, and dates in texts are consistent."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.utils import dates, timezone, translation

from stories.demo import days, documents, files
from stories.demo.desk_activity import load_desk
from stories.documents import AnyDocument, Explainer, QuestionPage
from tests.loops import for_each

# Ordinary days, ends of months, the turn of a year, a leap day, and the days on which clocks change.
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
SECTIONS_ABOUT_THE_FUTURE = {"timeline", "next"}  # sections that may name future days
ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")
every_day = for_each(SEEDED_ON)


@dataclass(frozen=True)
class Publication:
    """A publication of a page; ``document`` is None for a notice."""

    key: str
    published_at: datetime
    document: AnyDocument | None

    @property
    def day(self) -> date:
        return timezone.localdate(self.published_at)


def iter_publications(today: date) -> Iterator[Publication]:
    """Yield all publications of the demonstration, oldest first for each page."""
    for key, story in files.load_stories(today).items():
        for edition in story.editions:
            yield Publication(key, edition.at, documents.build_edition(key, edition, today=today))
        if story.withdrawn:
            yield Publication(key, story.withdrawn, None)
        for question in story.questions:
            for each in question.editions:
                yield Publication(question.key, each.at, documents.build_question_page(question, story, each))


def iter_texts(document: AnyDocument) -> Iterator[str]:
    """Yield the texts of a document, without the sections that may name future days."""
    if isinstance(document, Explainer):
        yield from (document.headline, document.standfirst, document.method_note)
        yield from (section.text for section in document.sections if section.kind not in SECTIONS_ABOUT_THE_FUTURE)
        yield from (passage.text for passage in document.passages)
        yield from (f"{figure.value} {figure.counts} {figure.according_to}" for figure in document.figures)
        yield from (picture.caption for picture in (document.lead_picture, *document.pictures) if picture)
    else:
        yield from (document.introduction, document.short_answer)
        yield from (text for answer in document.answers for text in (answer.question, answer.text))
    yield from (citation.title for citation in document.citations)


def find_days(text: str, language: str, today: date) -> Iterator[date]:
    """Yield the days named in a text. A missing year is that of ``today``; a missing day is the first of the month."""
    with translation.override(language):
        months = {str(name): number for number, name in dates.MONTHS.items()}
    names_of_months = "|".join(months)
    for number, month, year in re.findall(
        rf"\b(\d{{1,2}})\.? (?:de )?({names_of_months})\b(?:،? (?:de )?(\d{{4}}))?", text
    ):
        yield date(int(year or today.year), months[month], int(number))
    for month, year in re.findall(
        rf"\b(?:in|since|from|to|for|of|Im|En) ({names_of_months})\b(?: (?:de )?(\d{{4}}))?", text
    ):
        yield date(int(year or today.year), months[month], 1)
    yield from map(date.fromisoformat, ISO.findall(text))


@every_day
def test_no_two_editions_are_published_in_the_same_hour(today):
    hours = Counter(publication.published_at.replace(minute=0) for publication in iter_publications(today))
    assert [hour for hour, count in hours.items() if count > 1] == []


@every_day
def test_editions_cover_three_months_up_to_the_day_before(today):
    publication_days = [publication.day for publication in iter_publications(today)]
    assert min(publication_days) == today - timedelta(days=93)
    assert max(publication_days) == today - timedelta(days=1)


@every_day
def test_the_archive_has_stories_of_four_months(today):
    first_days = {
        timezone.localdate(story.editions[0].at)
        for story in files.load_stories(today).values()
        if story.editions and not story.withdrawn
    }
    assert 4 <= len({(day.year, day.month) for day in first_days}) <= 5


@every_day
def test_corrections_and_checks_cover_three_months_too(today):
    corrected = [
        (today - timezone.localdate(edition.at)).days
        for story in files.load_stories(today).values()
        for edition in story.editions
        if edition.change == "correction"
    ]
    checked = [
        (today - timezone.localdate(days.parse_moment(each.checked, today=today))).days
        for each in load_desk().review_by
        if each.checked
    ]
    for ages in (corrected, checked):
        assert len(ages) >= 3
        assert max(ages) - min(ages) >= 40


@every_day
def test_two_stories_are_at_most_two_days_old(today):
    first = {key: story.editions[0].at for key, story in files.load_stories(today).items() if story.editions}
    recent = [
        key for key, published_at in first.items() if timezone.localdate(published_at) >= today - timedelta(days=2)
    ]
    assert len(recent) == 2


@every_day
def test_a_page_is_started_before_it_is_published_and_its_editions_are_in_order(today):
    for story in files.load_stories(today).values():
        for editions in (story.editions, *(question.editions for question in story.questions)):
            moments = [story.started_at, *(edition.at for edition in editions)]
            moments += [story.withdrawn] if story.withdrawn and editions is story.editions else []
            assert moments == sorted(moments)


@every_day
def test_no_text_names_a_day_later_than_its_edition(today):
    named_days = [
        (publication, text, day)
        for publication in iter_publications(today)
        if publication.document
        for text in iter_texts(publication.document)
        for day in find_days(text, publication.document.language, today)
    ]
    assert {publication.document.language for publication, *_ in named_days if publication.document} == {
        "en",
        "de",
        "es",
        "ar",
    }
    assert len(named_days) > 80
    assert [(publication.key, text, day) for publication, text, day in named_days if day > publication.day] == []


@every_day
def test_no_article_is_newer_than_the_edition_that_cites_it(today):
    for publication in iter_publications(today):
        for citation in publication.document.citations if publication.document else ():
            assert citation.published_on is not None
            assert citation.published_on <= publication.day, (publication.key, citation.title)


@every_day
def test_as_of_dates_are_between_the_first_edition_and_their_own(today):
    first: dict[str, date] = {}
    for publication in iter_publications(today):
        if isinstance(publication.document, QuestionPage):
            started_at = first.setdefault(publication.key, publication.day)
            for answer in publication.document.answers:
                assert answer.as_of is not None
                assert started_at <= answer.as_of <= publication.day, (publication.key, answer.question)
            if publication.document.short_answer:
                as_of = publication.document.short_answer_as_of
                assert as_of is not None
                assert started_at <= as_of <= publication.day, publication.key
        elif isinstance(publication.document, Explainer):
            for figure in publication.document.figures:
                assert figure.as_of is not None
                assert figure.as_of <= publication.day, (publication.key, figure.counts)


@every_day
def test_each_new_edition_of_a_question_page_differs_and_has_a_note(today):
    for story in files.load_stories(today).values():
        for question in story.questions:
            pages = [documents.build_question_page(question, story, each) for each in question.editions]
            assert len({page.digest() for page in pages}) == len(pages)
            assert pages[-1] == documents.build_questions(today)[question.key]
            assert all(each.note for each in question.editions[1:])


@every_day
def test_timelines_are_in_order_and_some_extend_into_the_coming_weeks(today):
    upcoming_count = 0
    for story in files.load_stories(today).values():
        times = [entry.when for entry in story.sections.timeline]
        assert times == sorted(times)
        upcoming_count += sum(str(today) < when <= str(today + timedelta(days=28)) for when in times)
    assert upcoming_count >= 5


@every_day
def test_the_next_section_names_no_past_days(today):
    for key, story in files.load_stories(today).items():
        if story.state in {"live", "changed"} and story.sections.next:
            assert min(find_days(story.sections.next, story.language, today), default=today) >= today, key


def test_no_text_names_a_weekday_or_the_current_season():
    forbidden = re.compile(
        r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|this (?:year|spring|summer|autumn|winter))\b"
    )
    for publication in iter_publications(SEEDED_ON[0]):
        assert [
            text
            for text in (iter_texts(publication.document) if publication.document else ())
            if forbidden.search(text)
        ] == []


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
def test_a_tag_is_replaced_in_the_language_of_the_text_with_the_year_if_it_differs(language, tag, words):
    content = {"text": [f"since {tag}."], "n": 3}
    assert days.replace_tags(content, today=date(2026, 11, 28), language=language) == {
        "text": [f"since {words}."],
        "n": 3,
    }


def test_relative_times_follow_the_newsroom_time_zone(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    before, after = (days.parse_moment(f"{count} 07:35", today=date(2027, 3, 28)) for count in ("-1", "0"))
    assert after - before == timedelta(hours=23)


def test_timelines_have_relative_and_absolute_days():
    formatted = [days.format_when(text, today=date(2027, 1, 1)) for text in ("-1", "-1 03:40", "+31", "2016-03-11")]
    assert formatted == ["2026-12-31", "2026-12-31 03:40", "2027-02-01", "2016-03-11"]
