"""Fill the tables of the desk with as many rows as a large newsroom has, in a few SQL statements.

The rows of each table are computed from a number ``n``, which counts from 1; their keys are consecutive. Columns for
which ``fill`` is given no value get NULL or a default.
"""

import json
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import NOT_PROVIDED

from newsroom.accounts.models import Contributor, Invitation, User
from newsroom.audit.models import AccessEntry, Event
from newsroom.background.models import Failure, Job
from newsroom.http.clock import FOREVER
from newsroom.media.models import Image
from newsroom.notifications.models import Notice
from newsroom.site.models import AboutPage, Report
from stories.documents import Explainer, QuestionPage
from stories.drafts import status_index
from stories.editions.models import EditionAnswer, EditionForecast, EditionQuestionState, EditionTopic
from stories.models import (
    FAQ,
    Article,
    AutosaveSlot,
    Bundle,
    BundleMember,
    Byline,
    Citation,
    Comment,
    Document,
    Draft,
    Edition,
    Freshness,
    HouseWord,
    Outlet,
    OutletAlias,
    Override,
    Revision,
    SourceSummary,
    Story,
    StoryQuestion,
    Work,
    WorkImage,
    WorkTopic,
)
from topics.models import Topic, TopicAlias

# All keys are greater than this one, so that they do not collide with the keys of rows that tests create.
BASE = 10_000_000
# Titles, names and other texts are built from these words. Each word is in at least one text in seven.
WORDS = ("harbour", "bridge", "election", "drought", "railway", "hospital", "budget")


_NO_UID = UUID(int=0)
BODIES = (
    Explainer(uid=_NO_UID, slug="many", headline="Harbour bridge").body(),
    QuestionPage(uid=_NO_UID, slug="many", question="Why the harbour?").body(),
)


def is_sqlite() -> bool:
    """Return whether the current database is SQLite."""
    return connection.vendor == "sqlite"


def uid(letter: str, number: str = "n") -> str:
    """Return SQL for the uid of the row ``number``; ``letter`` is a hexadecimal digit that identifies the table."""
    if is_sqlite():
        return f"'{letter}' || printf('%031x', {number})"
    return f"('{letter}' || lpad(to_hex({number}), 31, '0'))::uuid"


def digest(letter: str, number: str = "n") -> str:
    """Return SQL for a digest of the row ``number``."""
    return f"printf('{letter}%063x', {number})" if is_sqlite() else f"'{letter}' || lpad(to_hex({number}), 63, '0')"


def minutes(number: str) -> str:
    """Return SQL for the moment this many minutes after the beginning of 2025."""
    if is_sqlite():
        return f"datetime('2025-01-01', ({number}) || ' minutes')"
    return f"timestamptz '2025-01-01 00:00+00' + ({number}) * interval '1 minute'"


def far_ahead(number: str) -> str:
    """Return SQL for the moment this many minutes after the beginning of 2099."""
    if is_sqlite():
        return f"datetime('2099-01-01', ({number}) || ' minutes')"
    return f"timestamptz '2099-01-01 00:00+00' + ({number}) * interval '1 minute'"


def forever() -> str:
    """Return SQL for the moment that means “no end”."""
    return f"'{FOREVER:%Y-%m-%d %H:%M:%S}'" if is_sqlite() else f"timestamptz '{FOREVER.isoformat()}'"


def day(number: str, *, first: str = "2025-01-01", days: int = 700) -> str:
    """Return SQL for one of ``days`` days, the first of which is ``first``."""
    if is_sqlite():
        return f"date('{first}', (({number}) % {days}) || ' days')"
    return f"(date '{first}' + ({number})::int % {days})"


def truth(condition: str) -> str:
    """Return SQL for a boolean column."""
    return f"({condition})"


def word(number: str) -> str:
    """Return SQL for one of ``WORDS``."""
    cases = " ".join(f"WHEN {place} THEN '{each}'" for place, each in enumerate(WORDS))
    return f"(CASE ({number}) % {len(WORDS)} {cases} END)"


def fill(model: type[models.Model], count: int, *, where: str = "", **expressions: str) -> None:
    """Insert rows of a model; ``expressions`` maps fields to SQL in terms of ``n``. Parent tables are not filled."""
    columns: dict[str, str] = {}
    for field in (model._meta.concrete_model or model)._meta.local_concrete_fields:
        if field.name in expressions:
            columns[str(field.column)] = expressions.pop(field.name)
        elif not (field.null or field.primary_key or field.generated) and field.db_default is NOT_PROVIDED:
            columns[str(field.column)] = _default_sql(field)
    if expressions:
        raise ValueError(f"{model.__name__} has no column for {', '.join(expressions)}")
    names = ", ".join(f'"{name}"' for name in columns)
    if is_sqlite():
        step = f"SELECT n + 1 FROM m WHERE n < {count}"  # noqa: S608 -- a number
        numbers = f"(WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL {step}) SELECT n FROM m)"  # noqa: S608
    else:
        numbers = f"(SELECT n FROM generate_series(1, {count}) AS n)"  # noqa: S608 -- a number
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(columns.values())}'  # noqa: S608
            f" FROM {numbers} AS numbers {f'WHERE {where}' if where else ''}"
        )


def _default_sql(field: Any) -> str:
    if isinstance(field, models.JSONField):
        value = field.get_default()
        return f"'{'[]' if isinstance(value, list) else '{}'}'"
    if isinstance(field, models.UUIDField):
        return "lower(hex(randomblob(16)))" if is_sqlite() else "gen_random_uuid()"
    if isinstance(field, models.DateTimeField) and not field.has_default():
        return minutes("n")
    value = (
        ""
        if isinstance(field, (models.CharField, models.TextField)) and not field.has_default()
        else field.get_default()
    )
    if isinstance(value, bool):
        return str(int(value)) if is_sqlite() else str(value)
    if isinstance(value, (int, float)):
        return str(value)
    return f"'{value}'"


def fill_the_desk(stories: int) -> None:
    """Fill every table that a list of the desk reads, in proportion to the number of stories; then run ANALYZE."""
    n, questions, topics, outlets = stories, stories // 4, stories // 10, stories // 20
    articles, pictures, people = stories, stories // 4, max(20, stories // 200)
    _fill_people(people)
    title, key = f"{word('n')} || ' ' || n || ' ' || {word('n / 7')}", f"{BASE} + n"
    person = f"{BASE} + 1 + n % {people}"
    fill(
        Image, pictures, id=key, uid=uid("a"), title=title, tags=f"{word('n')} || ', pier ' || n % 50", found_by=f"{title} || ' pier'",
        width="1600", height="900", digest=digest("a"), created_by=person,
    )  # fmt: skip
    fill(
        Topic, topics, id=key, uid=uid("b"), name=title, folded_name=title, slug="'topic-' || n",
        wikidata="'Q' || n", kind="CASE WHEN n % 50 = 0 THEN 'event' ELSE 'subject' END",
        merged_into=f"CASE WHEN n % 100 = 0 THEN {BASE} + n - 1 END",
    )  # fmt: skip
    fill(TopicAlias, topics, id=key, name="'alias ' || n", folded="'alias ' || n", topic=key)
    fill(
        Outlet, outlets, id=key, uid=uid("c"), name=f"{title} || ' post'", folded_name=f"{title} || ' post'", slug="'outlet-' || n",
        country="'Country ' || n % 40", home_page="'https://outlet' || n || '.example/'", retired=truth("n % 500 = 0"),
    )  # fmt: skip
    fill(OutletAlias, outlets, id=key, name="'alias ' || n", folded="'alias ' || n", outlet=key)
    fill(
        Article, articles, id=key, uid=uid("d"), outlet=f"CASE WHEN n % 1000 <> 0 THEN {BASE} + 1 + n % {outlets} END",
        proposed_outlet="CASE WHEN n % 1000 = 0 THEN 'Paper ' || n ELSE '' END", title=title,
        url=f"'https://outlet' || (1 + n % {outlets}) || '.example/' || n", author=f"{word('n')} || ' author'",
        published_on=day("n"), paywalled=truth("n % 400 = 0"),
    )  # fmt: skip
    fill(Contributor, people, id=key, uid=uid("e"), name="'Contributor ' || n")
    _fill_works(n, questions, title=title, people=people)
    _fill_editions(n, questions, title=title, people=people)
    _fill_parts(n, questions, topics=topics, outlets=outlets, articles=articles, pictures=pictures, people=people)
    _fill_the_rest(n, people=people)
    status_index.add_missing_statuses()
    with connection.cursor() as cursor:
        if not is_sqlite():
            # With a long pending list, the planner would not use the GIN index.
            cursor.execute(
                "SELECT gin_clean_pending_list(pg_class.oid) FROM pg_class JOIN pg_am ON pg_am.oid = relam"
                " WHERE amname = 'gin' AND relkind = 'i'"
            )
        cursor.execute("ANALYZE")


def _fill_people(people: int) -> None:
    fill(
        User, people, id=f"{BASE} + n", username="'many' || n", first_name=f"{word('n')}", last_name="'Person ' || n",
        is_active=truth("n % 5 > 0"), date_joined=minutes("n"), is_staff=truth("n > 0"),
    )  # fmt: skip
    fill(
        Invitation, people, id=f"{BASE} + n", email="'many' || n || '@lisle.example'", token_digest=digest("f"), invited_by=f"{BASE} + n",
        ends_at=minutes("n + 20000"),
    )  # fmt: skip


def _fill_works(stories: int, questions: int, *, title: str, people: int) -> None:
    """Make works, a few of which are in review, returned, approved, in the trash or in German."""
    both, key = stories + questions, f"{BASE} + n"
    fill(
        Work, both, id=key, uid=uid("1"), kind=f"CASE WHEN n <= {stories} THEN 'story' ELSE 'question' END",
        slug="'work-' || n", language="CASE WHEN n % 1000 = 0 THEN 'de' ELSE 'en' END",
        owner=f"CASE WHEN n % 10 > 0 THEN {BASE} + 1 + n % {people} END",
        state="CASE WHEN n % 500 = 7 THEN 'returned' WHEN n % 400 = 3 THEN 'in_review' WHEN n % 700 = 9 THEN 'approved' ELSE 'draft' END",
        reviewed_at=f"CASE WHEN n % 500 = 7 OR n % 400 = 3 OR n % 700 = 9 THEN {minutes('n')} END",
        binned_at=f"CASE WHEN n % 300 = 1 THEN {minutes('n')} END", created_at=minutes("n"),
    )  # fmt: skip
    fill(Story, stories, work_ptr=key, headline=title)
    question = f"'Why ' || {title}"
    offset = f"{BASE} + {stories} + n"
    fill(FAQ, questions, work_ptr=offset, question=question, folded_question=f"'why ' || {title}")
    cast = "" if is_sqlite() else "::jsonb"
    story_body, question_body = (f"'{json.dumps(body)}'{cast}" for body in BODIES)
    for letter, first, every in (("2", 1, 1), ("3", 2, 10)):
        # The first revision of each work, and a second one of every tenth work.
        number = f"n * {every}"
        fill(
            Document, both // every, id=f"{BASE * first} + {number}", digest=digest(letter),
            kind=f"CASE WHEN {number} <= {stories} THEN 'story' ELSE 'question' END", schema="1",
            body=f"CASE WHEN {number} <= {stories} THEN {story_body} ELSE {question_body} END",
        )  # fmt: skip
        fill(
            Revision, both // every, id=f"{BASE * first} + {number}", work=f"{BASE} + {number}", number=str(first),
            document=f"{BASE * first} + {number}", created_at=minutes(number), created_by=f"{BASE} + 1 + n % {people}",
        )  # fmt: skip
    fill(
        Draft, both, work=key, kind=f"CASE WHEN n <= {stories} THEN 'story' ELSE 'question' END", saved_at=minutes("n"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute(
                f"INSERT INTO \"stories_draft_index\" (rowid, words) SELECT work_id, {word('work_id')} || ' ' || "  # noqa: S608
                f"{word('work_id / 7')} || ' pier' FROM \"stories_draft\" WHERE work_id > {BASE}"
            )
        else:
            cursor.execute(
                f'UPDATE "stories_draft" SET "words" = ({word("work_id")} || \' \' || {word("work_id / 7")} || '  # noqa: S608
                f"' pier')::tsvector WHERE work_id > {BASE}"
            )


def _fill_editions(stories: int, questions: int, *, title: str, people: int) -> None:
    """Make editions of nine works in ten; one in 250 is a notice, and one in 900 is scheduled."""
    both, key = stories + questions, f"{BASE} + n"
    fill(
        Edition, both, where="n % 10 <> 5", id=key, work=key, uid=uid("1"), number="1",
        work_kind=f"CASE WHEN n <= {stories} THEN 'story' ELSE 'question' END",
        kind="CASE WHEN n % 250 = 2 THEN 'notice' ELSE 'page' END", notice="CASE WHEN n % 250 = 2 THEN 'Gone.' ELSE '' END",
        document=key, revision=key, slug="'work-' || n", language="'en'", title=title, folded_title=title,
        live_from=f"CASE WHEN n % 900 = 4 THEN {far_ahead('n')} ELSE {minutes('n')} END", is_scheduled=truth("n % 900 = 4"),
        live_until=forever(), first_published_at=minutes("n"), updated_at=minutes("n"), change="'first'",
        published_by=f"{BASE} + 1 + n % {people}", bundle="NULL",
    )  # fmt: skip


def _fill_parts(
    stories: int, questions: int, *, topics: int, outlets: int, articles: int, pictures: int, people: int
) -> None:
    """Link works to topics, outlets and more. A quarter of works share a topic, and a quarter of stories an outlet."""
    both, key = stories + questions, f"{BASE} + n"
    fill(WorkTopic, both, id=key, uid=uid("4"), work=key, topic=f"{BASE} + 2 + (n * 7) % {topics - 1}")
    fill(WorkTopic, both // 4, id=f"{BASE * 2} + n", uid=uid("5"), work=f"{BASE} + n * 4", topic=f"{BASE} + 1")
    fill(
        WorkTopic, 500, id=f"{BASE * 3} + n", uid=uid("6"), work=key, topic="NULL", proposed_name="'proposed ' || n % 300",
    )  # fmt: skip
    fill(
        SourceSummary, stories, id=key, uid=uid("7"), story=key, text="'It said so.'",
        proposed_outlets="CASE WHEN n % 800 = 5 THEN '[\"Paper\"]' ELSE '[]' END" + ("" if is_sqlite() else "::jsonb"),
    )  # fmt: skip
    passage_outlets = SourceSummary.outlets.through
    fill(passage_outlets, stories, sourcesummary=key, outlet=f"{BASE} + 2 + (n * 3) % {outlets - 1}")
    fill(passage_outlets, stories // 4, sourcesummary=f"{BASE} + n * 4", outlet=f"{BASE} + 1")
    fill(Citation, both, id=key, work=key, article=f"{BASE} + 1 + n % {articles}", number="1")
    fill(StoryQuestion, stories, id=key, uid=uid("8"), story=key, faq=f"{BASE} + {stories} + 1 + n % {questions}")
    fill(Byline, stories, id=key, story=key, contributor=f"{BASE} + 1 + n % {people}")
    fill(WorkImage, stories // 2, id=key, uid=uid("9"), work=key, image=f"{BASE} + 1 + n % {pictures // 2}")
    fill(
        EditionTopic, both, where="n % 10 <> 5", edition=key, topic=f"{BASE} + 2 + (n * 7) % {topics - 1}",
        live_from=minutes("n"), live_until=forever(),
    )  # fmt: skip
    _fill_days(stories, questions)


def _fill_days(stories: int, questions: int) -> None:
    """Give live stories a forecast and live questions a state and an answer; the days of one in 100 are past."""
    both, key = stories + questions, f"{BASE} + n"
    live = "n % 10 <> 5 AND n % 250 <> 2"
    span = {"edition": key, "uid": uid("1"), "live_from": minutes("n"), "live_until": forever()}
    some_day = f"CASE WHEN n % 100 = 0 THEN {day('n')} ELSE {day('n', first='2040-01-01', days=7_000)} END"
    fill(
        EditionForecast, stories, where=live, id=key, forecast=uid("f"), language="'en'", speaker=f"{word('n')} || ' board'",
        speaker_folded=f"{word('n')} || ' board'", speaker_kind="'institution'", expected=word("n"), due_on=some_day,
        state="CASE WHEN n % 3 = 0 THEN 'came_true' ELSE 'open' END",
        decided_on=f"CASE WHEN n % 3 = 0 THEN {day('n')} END", frozen=digest("f"), **span,
    )  # fmt: skip
    asked = f"{live} AND n > {stories}"
    fill(
        EditionQuestionState, both, where=asked, id=key, language="'en'", state="CASE WHEN n % 2 = 0 THEN 'open' ELSE 'answered' END",
        open_since=f"CASE WHEN n % 2 = 0 THEN {day('n')} END", first_expires_on=some_day, valid_until=some_day, **span,
    )  # fmt: skip
    fill(EditionAnswer, both, where=asked, id=key, answer=uid("1"), expires_on=some_day, **span)


def _fill_the_rest(stories: int, *, people: int) -> None:
    key, person = f"{BASE} + n", f"{BASE} + 1 + n % {people}"
    fill(
        Event, stories, id=key, kind="CASE WHEN n % 5 = 0 THEN 'topic' ELSE 'story' END", uid=uid("1"),
        verb="CASE WHEN n % 3000 = 0 THEN 'merged' WHEN n % 2 = 0 THEN 'changed' ELSE 'published' END",
        at=minutes("n"), by=f"CASE WHEN n % 50 > 0 THEN {person} END", by_name="'Person ' || n % 90",
        reason=f"{word('n')} || ' reason'",
    )  # fmt: skip
    fill(
        AccessEntry, stories, id=key, account=f"CASE WHEN n % 20 > 0 THEN {person} END", connection=digest("e", "n % 300"),
        verb="CASE WHEN n % 10 = 0 THEN 'failed' WHEN n % 900 = 1 THEN 'locked out' ELSE 'signed in' END", at=minutes("n"),
    )  # fmt: skip
    fill(Bundle, stories // 20, id=key, uid=uid("1"), title=f"{word('n')} || n", created_by=person)
    fill(BundleMember, stories // 5, id=key, bundle=f"{BASE} + 1 + n % {stories // 20}", work=key)
    fill(
        Report, stories // 10, id=key, kind="'story'", uid=uid("1"), title=f"{word('n')} || n", problem=f"{word('n')} || ' is wrong'",
        received_at=minutes("n"), state="CASE WHEN n % 50 = 0 THEN 'open' ELSE 'dismissed' END",
        decided_by=f"CASE WHEN n % 50 <> 0 THEN {person} END", reason="'Not so.'",
        decided_at=f"CASE WHEN n % 50 <> 0 THEN {minutes('n + 30')} END",
    )  # fmt: skip
    fill(
        Override, stories // 10, where="n % 10 <> 5", id=key, edition=key, code="'x'", message=f"{word('n')} || ' message'", reason="'Because.'",
        by=person, at=minutes("n"), reviewed_by=f"CASE WHEN n % 40 > 0 THEN {BASE} + 1 + (n + 1) % {people} END",
        reviewed_at=f"CASE WHEN n % 40 > 0 THEN {minutes('n')} END",
    )  # fmt: skip
    fill(AboutPage, 40, id=key, title="'About ' || n", slug="'about-' || n", text=word("n"), shown=truth("n < 5"))
    fill(HouseWord, 200, id=key, written="'word' || n", folded="'word' || n", preferred=word("n"), language="'en'")
    fill(
        Freshness,
        stories // 2,
        uid=uid("1"),
        review_by=f"CASE WHEN n % 100 = 0 THEN {day('n')} ELSE {day('n', first='2040-01-01', days=7_000)} END",
    )
    fill(
        Comment, stories // 4, id=key, uid=uid("1"), work=key, author=person, author_label="'Somebody'", text="'Is it so?'",
        made_at=minutes("n"), resolved_at=f"CASE WHEN n % 9 > 0 THEN {minutes('n')} END",
        resolved_by=f"CASE WHEN n % 9 > 0 THEN {person} END",
    )  # fmt: skip
    fill(
        Notice, stories, id=key, person=person, kind="'comment'", thing_kind="'story'", thing_uid=uid("1"), words="'Somebody said so.'",
        address="'/admin/'", told_at=minutes("n"), read_at=f"CASE WHEN n % 30 > 0 THEN {minutes('n')} END",
    )  # fmt: skip
    fill(
        AutosaveSlot,
        stories // 40,
        id=key,
        work=key,
        kind="'story'",
        person=person,
        window=uid("1"),
        saved_at=minutes("n"),
    )
    fill(
        Job, stories // 20, id=uid("1"), status="'FAILED'", task_path="'newsroom.media.tasks.prepare_renditions'", queue_name="'default'",
        backend_name="'default'", enqueued_at=minutes("n"),
    )  # fmt: skip
    fill(
        Failure, stories // 20, id=key, task=uid("1"), first_at=minutes("n"), last_at=minutes("n"), error=f"{word('n')} || ' error'",
    )  # fmt: skip
