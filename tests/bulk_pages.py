"""Fill a database with many public pages by copying one of each kind, to measure the cost of lists."""

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
# The copies of a page are one minute apart, and all are older than the pages that tests publish.
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
TOPICS, OUTLETS = 40, 20
RARE = 400  # one page in this many is in German


@dataclass(frozen=True, slots=True)
class Many:
    """Objects that the pages refer to: all pages have ``topic`` and ``outlet``; five have ``few``, and five ``merged``.

    ``story`` and ``question`` are the slugs of the pages that were copied.
    """

    topic: Topic
    outlet: Outlet
    few: Topic
    merged: Topic
    story: str
    question: str


def fill(number: int) -> Many:
    """Make ``number`` stories and a tenth as many questions; a quarter of them also have an edition that has ended.

    One page in 400 is in German; one live edition in 20 is an update, and one in 50 is a correction.
    """
    topic, few, merged = make_topic(name="Everything"), make_topic(name="A few"), make_topic(name="What was everything")
    outlet = make_outlet(name="The Every Day")
    others = [make_topic() for _ in range(TOPICS)], [make_outlet() for _ in range(OUTLETS)]
    story = edition_of(make_published_story(topics=(topic,), outlets=(outlet,)))
    question = edition_of(make_published_question(topics=(topic,)))
    _copy(story, number, topics=(topic, others[0]), outlets=(outlet, others[1]), first=1_000_000)
    _copy(question, number // 10, topics=(topic, others[0]), outlets=(outlet, others[1]), first=5_000_000)
    Topic.objects.filter(pk=merged.pk).update(merged_into=topic)
    for rare, keys in ((few, range(5)), (merged, range(5, 10))):
        _link(EditionTopic, "topic_id", str(rare.pk), f"e.id IN ({', '.join(str(1_000_001 + 97 * n) for n in keys)})")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Work, Edition, EditionTopic, EditionOutlet]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    connection.check_constraints()  # once here, not at the end of each test
    return Many(topic, outlet, few, merged, story.slug, question.slug)


def _copy(
    page: Edition, number: int, *, topics: tuple[Topic, list[Topic]], outlets: tuple[Outlet, list[Outlet]], first: int
) -> None:
    """Copy a page ``number`` times, with consecutive keys after ``first``."""
    uid = _uid(f"{first} + n")
    work = {"id": f"{first} + n", "uid": uid, "slug": "'many-' || n"}
    _insert(Work, page.work_id, work, number)
    started = _moment("n")
    change = "CASE WHEN n % 50 = 5 THEN 'correction' WHEN n % 20 = 3 THEN 'update' ELSE 'first' END"
    edition = {
        **work,
        "work_id": f"{first} + n",
        "number": "2",
        "language": f"CASE WHEN n % {RARE} = 7 THEN 'de' ELSE 'en-GB' END",
        "live_from": started,
        "updated_at": started,
        "first_published_at": started,
        "live_until": _quoted(FOREVER),
        "change": change,
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
        "live_until": started,
        "change": "'first'",
    }
    _insert(Edition, page.pk, {**edition, **ended}, number, only="n % 4 = 0")
    copies = f"e.id > {first} AND e.id <= {first + 2_000_000}"
    for model, column, (every, some) in ((EditionTopic, "topic_id", topics), (EditionOutlet, "outlet_id", outlets)):
        _link(model, column, str(every.pk), copies)
        _link(model, column, f"{some[0].pk} + e.id % {len(some)}", copies)


def _insert(model: type[Model], key: int, values: dict[str, str], number: int, *, only: str = "n > 0") -> None:
    """Insert copies of a row; ``values`` contains SQL in terms of ``n`` for the columns that differ."""
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


def _link(model: type[Model], column: str, target: str, where: str) -> None:
    """Link the editions that match ``where`` to the topic or outlet with the key ``target``."""
    columns = "position, live_from, live_until, work_kind, language, updated_at, uid, edition_id"
    language = "CASE WHEN e.language = 'de' THEN 'de' ELSE 'en' END"
    values = f"0, e.live_from, e.live_until, e.work_kind, {language}, e.updated_at, e.uid, e.id"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}, {column})'
            f" SELECT {values}, {target} FROM stories_edition e WHERE {where} ORDER BY e.id"
        )


def _uid(number: str) -> str:
    return f"printf('%032x', {number})" if IS_SQLITE else f"lpad(to_hex({number}), 32, '0')::uuid"


def _moment(minutes: str) -> str:
    """Return SQL for the moment this many minutes before ``NEWEST``."""
    if IS_SQLITE:
        return f"strftime('%Y-%m-%d %H:%M:%f', '{NEWEST:%Y-%m-%d}', '-' || ({minutes}) || ' minutes') || '000'"
    return f"{_quoted(NEWEST)} - ({minutes}) * interval '1 minute'"


def _quoted(moment: datetime) -> str:
    return f"'{moment:%Y-%m-%d %H:%M:%S}'" if IS_SQLITE else f"'{moment.isoformat()}'::timestamptz"


def addresses(many: Many) -> list[str]:
    """Return addresses of public lists: first pages, pages far down, and lists for a common and a rare topic."""
    cursor = f"before={Cursor(NEWEST - timedelta(minutes=9_000), UUID(int=0))}"
    every, few, outlet = many.topic.slug, many.few.slug, many.outlet.slug
    return [
        "/",
        "/stories/",
        f"/stories/?{cursor}",
        f"/stories/archive/{NEWEST - timedelta(days=1):%Y/%m}/",
        "/questions/",
        f"/questions/?{cursor}",
        f"/questions/?topic={every}",
        f"/questions/?topic={every}&{cursor}",
        "/topics/",
        "/topics/?kind=subject&from=topic",
        f"/topics/{every}/",
        f"/topics/{every}/?{cursor}",
        f"/topics/{few}/",
        "/sources/",
        "/sources/?kind=newspaper&from=the",
        f"/sources/{outlet}/",
        f"/sources/{outlet}/?{cursor}",
        "/corrections/",
        f"/corrections/?{cursor}",
    ]


def feeds(many: Many) -> list[str]:
    """Return addresses of feeds of stories and corrections."""
    return [
        "/feeds/stories.atom",
        "/feeds/stories.rss",
        "/feeds/stories.json",
        f"/topics/{many.topic.slug}/feed.atom",
        f"/sources/{many.outlet.slug}/feed.atom",
        "/corrections/feed.atom",
    ]


def calls(many: Many) -> list[str]:
    """Return addresses of the API: lists with filters and combinations of filters, and single topics and outlets."""
    topic, few, outlet = f"topic={many.topic.uid}", f"topic={many.few.uid}", f"outlet={many.outlet.uid}"
    cursor = f"cursor={Cursor(NEWEST - timedelta(minutes=9_000), UUID(int=0))}"
    work_filters = ["", topic, few, outlet, "language=de", "language=de-AT", "language=en-GB", f"{few}&{outlet}"]
    work_filters += [f"{topic}&{outlet}", f"{topic}&language=de", f"{topic}&language=en-US", f"{outlet}&language=en-gb"]
    work_filters += [f"{topic}&until=2025-12-25T00:00:00Z", f"{topic}&{cursor}", f"{topic}&{outlet}&{cursor}", cursor]
    entity_filters = ["", "kind=subject", "kind=person", "kind=newspaper", "limit=100"]
    return [
        *(f"/api/v1/{kind}?{words}" for kind in ("stories", "questions") for words in work_filters),
        *(f"/api/v1/topics?{words}" for words in entity_filters if "paper" not in words),
        *(f"/api/v1/outlets?{words}" for words in entity_filters if words in {"", "kind=newspaper", "limit=100"}),
        f"/api/v1/topics/{many.topic.slug}",
        f"/api/v1/topics/{many.few.uid}",
        f"/api/v1/outlets/{many.outlet.slug}",
    ]


def machines() -> list[str]:
    """Return addresses that only machines request, and whose content does not grow without limit."""
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
    """Return addresses about one story and one question among many: pages, copies, feeds and calls of the API."""
    story, question = many.story, many.question
    story_pages = [
        f"/stories/{story}/{ending}"
        for ending in ("", "history/", "history/1/", "changes/?from=1", "changes.atom", "changes.json", "embed/")
    ]
    copies = [f"/stories/{story}.{ending}" for ending in ("txt", "md", "json")]
    question_pages = [f"/questions/{question}/", f"/questions/{question}/history/", f"/questions/{question}.json"]
    api_calls = [f"/api/v1/stories/{story}{ending}" for ending in ("", "/editions", "/editions/1")]
    page = f"{settings.SITE_URL}/stories/{story}/"
    return [
        *story_pages,
        *copies,
        *question_pages,
        *api_calls,
        f"/api/v1/questions/{question}",
        f"/oembed?url={page}",
        f"/reports/?page=/stories/{story}/&edition=1",
    ]


def queries_of(client: Client, address: str) -> list[str]:
    """Return the SELECT statements of a request, with their values."""
    with statements() as recorded:
        answer = client.get(address)
    # The archive of a month without a story in the language answers 404.
    assert answer.status_code == 200 or "/ar/stories/archive/" in address, address
    return [sql for sql in recorded if sql.lstrip("(").startswith(("SELECT", "EXECUTE"))]
