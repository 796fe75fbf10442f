"""Fills a database with many public pages at once, by copying one of each kind: what lists are held against."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model
from django.test import Client

from newsroom.db.keyset import Cursor
from newsroom.http.clock import FOREVER
from stories.models import Edition, EditionOutlet, EditionTopic, Outlet, Work
from tests.factories import edition_of, make_outlet, make_published_question, make_published_story, make_topic
from tests.recorded_sql import statements
from topics.models import Topic

IS_SQLITE = connection.vendor == "sqlite"
# Before the pages that tests publish; one minute lies between a page and the one before it.
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
TOPICS, OUTLETS = 40, 20
RARE = 400  # one page of so many is in German


@dataclass(frozen=True, slots=True)
class Many:
    """What the pages name: all of them one topic and one outlet, and each one of the ``few`` too."""

    topic: Topic
    outlet: Outlet
    few: Topic
    merged: Topic
    story: str
    question: str


def fill(number: int) -> Many:
    """Make ``number`` stories, a tenth as many questions, and to a quarter of them an edition that has ended.

    One page in 400 is in German, one edition in 20 is an update and one in 50 a correction.
    """
    topic, few, merged = make_topic(name="Everything"), make_topic(name="A few"), make_topic(name="What was everything")
    outlet = make_outlet(name="The Every Day")
    others = [make_topic() for _ in range(TOPICS)], [make_outlet() for _ in range(OUTLETS)]
    story = edition_of(make_published_story(topics=(topic,), outlets=(outlet,)))
    question = edition_of(make_published_question(topics=(topic,)))
    _copy(story, number, topics=(topic, others[0]), outlets=(outlet, others[1]), first=1_000_000)
    _copy(question, number // 10, topics=(topic, others[0]), outlets=(outlet, others[1]), first=5_000_000)
    Topic.objects.filter(pk=merged.pk).update(merged_into=topic)
    for thing, keys in ((few, range(5)), (merged, range(5, 10))):
        _name(EditionTopic, "topic_id", str(thing.pk), f"e.id IN ({', '.join(str(1_000_001 + 97 * n) for n in keys)})")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Work, Edition, EditionTopic, EditionOutlet]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    connection.check_constraints()  # once, and not at the end of each test
    return Many(topic, outlet, few, merged, story.slug, question.slug)


def _copy(
    page: Edition, number: int, *, topics: tuple[Topic, list[Topic]], outlets: tuple[Outlet, list[Outlet]], first: int
) -> None:
    """Copy a page ``number`` times, with keys from ``first`` on."""
    uid = _uid(f"{first} + n")
    work = {"id": f"{first} + n", "uid": uid, "slug": "'many-' || n"}
    _insert(Work, page.work_id, work, number)
    began = _moment("n")
    told = "CASE WHEN n % 50 = 5 THEN 'correction' WHEN n % 20 = 3 THEN 'update' ELSE 'first' END"
    edition = {
        **work,
        "work_id": f"{first} + n",
        "number": "2",
        "language": f"CASE WHEN n % {RARE} = 7 THEN 'de' ELSE 'en-GB' END",
        "live_from": began,
        "updated_at": began,
        "first_published_at": began,
        "live_until": _quoted(FOREVER),
        "change": told,
        "note": "'What the note says.'",
        "was_wrong": "'It was nine.'",
        "is_right": "'It was ten.'",
    }
    _insert(Edition, page.pk, edition, number)
    ended = {
        "id": f"{first} + 1000000 + n",
        "number": "1",
        "live_from": _moment("n + 0.7"),
        "updated_at": _moment("n + 0.7"),
        "live_until": began,
        "change": "'first'",
    }
    _insert(Edition, page.pk, {**edition, **ended}, number, only="n % 4 = 0")
    here = f"e.id > {first} AND e.id <= {first + 2_000_000}"
    for model, column, (every, some) in ((EditionTopic, "topic_id", topics), (EditionOutlet, "outlet_id", outlets)):
        _name(model, column, str(every.pk), here)
        _name(model, column, f"{some[0].pk} + e.id % {len(some)}", here)


def _insert(model: type[Model], key: int, values: dict[str, str], number: int, *, only: str = "n > 0") -> None:
    """Insert copies of a row, with these expressions of ``n`` in the place of its values."""
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    copied = ", ".join(values.get(column, f't."{column}"') for column in columns)
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    numbers = (
        f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {number})"
        if IS_SQLITE
        else f"WITH numbers(n) AS (SELECT generate_series(1, {number}))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) {numbers}'
            f' SELECT {copied} FROM "{table}" t, numbers WHERE t.id = {key} AND {only} ORDER BY n'
        )


def _name(model: type[Model], column: str, thing: str, where: str) -> None:
    """Let editions name a thing."""
    columns = "position, live_from, live_until, work_kind, language, updated_at, uid, edition_id"
    language = "CASE WHEN e.language = 'de' THEN 'de' ELSE 'en' END"
    values = f"0, e.live_from, e.live_until, e.work_kind, {language}, e.updated_at, e.uid, e.id"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}, {column})'
            f" SELECT {values}, {thing} FROM stories_edition e WHERE {where} ORDER BY e.id"
        )


def _uid(number: str) -> str:
    return f"printf('%032x', {number})" if IS_SQLITE else f"lpad(to_hex({number}), 32, '0')::uuid"


def _moment(minutes: str) -> str:
    """Return the moment so many minutes before the newest, as the database writes it."""
    if IS_SQLITE:
        return f"strftime('%Y-%m-%d %H:%M:%f', '{NEWEST:%Y-%m-%d}', '-' || ({minutes}) || ' minutes') || '000'"
    return f"{_quoted(NEWEST)} - ({minutes}) * interval '1 minute'"


def _quoted(moment: datetime) -> str:
    return f"'{moment:%Y-%m-%d %H:%M:%S}'" if IS_SQLITE else f"'{moment.isoformat()}'::timestamptz"


def addresses(many: Many) -> list[str]:
    """Return the addresses of all lists: as they begin, from a place far down, and of what few and many pages name."""
    place = f"before={Cursor(NEWEST - timedelta(minutes=9_000), UUID(int=0))}"
    every, few, outlet = many.topic.slug, many.few.slug, many.outlet.slug
    return [
        "/",
        "/stories/",
        f"/stories/?{place}",
        f"/stories/archive/{NEWEST - timedelta(days=1):%Y/%m}/",
        "/questions/",
        f"/questions/?{place}",
        f"/questions/?topic={every}",
        f"/questions/?topic={every}&{place}",
        "/topics/",
        "/topics/?kind=subject&from=topic",
        f"/topics/{every}/",
        f"/topics/{every}/?{place}",
        f"/topics/{few}/",
        "/sources/",
        "/sources/?kind=newspaper&from=the",
        f"/sources/{outlet}/",
        f"/sources/{outlet}/?{place}",
        "/corrections/",
        f"/corrections/?{place}",
    ]


def feeds(many: Many) -> list[str]:
    """Return the addresses of the feeds of stories and corrections."""
    return [
        "/feeds/stories.atom",
        "/feeds/stories.rss",
        "/feeds/stories.json",
        f"/topics/{many.topic.slug}/feed.atom",
        f"/sources/{many.outlet.slug}/feed.atom",
        "/corrections/feed.atom",
    ]


def calls(many: Many) -> list[str]:
    """Return the calls of the API that list something, narrowed in each way and in two at once."""
    topic, few, outlet = f"topic={many.topic.uid}", f"topic={many.few.uid}", f"outlet={many.outlet.uid}"
    place = f"cursor={Cursor(NEWEST - timedelta(minutes=9_000), UUID(int=0))}"
    narrowed = ["", topic, few, outlet, "language=de", "language=de-AT", "language=en-GB", f"{few}&{outlet}"]
    narrowed += [f"{topic}&{outlet}", f"{topic}&language=de", f"{topic}&language=en-US", f"{outlet}&language=en-gb"]
    narrowed += [f"{topic}&until=2025-12-25T00:00:00Z", f"{topic}&{place}", f"{topic}&{outlet}&{place}", place]
    named = ["", "kind=subject", "kind=person", "kind=newspaper", "limit=100"]
    return [
        *(f"/api/v1/{kind}?{words}" for kind in ("stories", "questions") for words in narrowed),
        *(f"/api/v1/topics?{words}" for words in named if "paper" not in words),
        *(f"/api/v1/outlets?{words}" for words in named if words in {"", "kind=newspaper", "limit=100"}),
        f"/api/v1/topics/{many.topic.slug}",
        f"/api/v1/topics/{many.few.uid}",
        f"/api/v1/outlets/{many.outlet.slug}",
    ]


def machines() -> list[str]:
    """Return the addresses that only machines ask for, and that list nothing that grows without end."""
    return [
        "/sitemap.xml",
        "/sitemap-pages.xml",
        "/sitemap-topics-1.xml",
        "/sitemap-sources-1.xml",
        "/news-sitemap.xml",
        "/robots.txt",
        "/llms.txt",
        "/readyz",
    ]


def pages(many: Many) -> list[str]:
    """Return the addresses of one story and one question among many, and of what is made of them."""
    story, question = many.story, many.question
    whole = [
        f"/stories/{story}/{ending}"
        for ending in ("", "history/", "history/1/", "changes/?from=1", "changes.atom", "changes.json", "embed/")
    ]
    copies = [f"/stories/{story}.{ending}" for ending in ("txt", "md", "json")]
    asked = [f"/questions/{question}/", f"/questions/{question}/history/", f"/questions/{question}.json"]
    twins = [f"/api/v1/stories/{story}{ending}" for ending in ("", "/editions", "/editions/1")]
    page = f"{settings.SITE_URL}/stories/{story}/"
    return [
        *whole,
        *copies,
        *asked,
        *twins,
        f"/api/v1/questions/{question}",
        f"/oembed?url={page}",
        f"/reports/?page=/stories/{story}/&edition=1",
    ]


def queries_of(client: Client, address: str) -> list[str]:
    """Return the SQL of what a page asks, with its values."""
    with statements() as asked:
        answer = client.get(address)
    # A month without a story in a language is none.
    assert answer.status_code == 200 or "/ar/stories/archive/" in address, address
    return [sql for sql in asked if sql.lstrip("(").startswith(("SELECT", "EXECUTE"))]
