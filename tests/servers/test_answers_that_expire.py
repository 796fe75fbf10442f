"""Answers expire by the clock alone, while readers read, editors publish and no worker runs: nothing stale is shown."""

import itertools
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

import pytest
from django.utils import timezone

from newsroom.errors import RefusedError
from newsroom.http.clock import start_of_next_day
from newsroom.page_cache.models import StoredPage
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ
from stories.publishing.renew_answers import AnswerDates, renew_answers
from tests.databases import process_variables
from tests.factories import edition_of, make_question, make_story, make_update, make_user
from tests.servers import shown_states
from tests.servers.moved_clock import MovedClock
from tests.servers.server_process import run_server, send_request
from tests.servers.shown_states import History, Shown, Version, is_stale

MIDDAY = datetime(2031, 3, 3, 12, tzinfo=UTC)
SLUGS = ("limits", "pillars", "permits", "cranes")
# The clock is set to shortly before midnight, again and again. In five minutes this takes fifty days, with the day on
# which the clocks go forward among them.
DAY, BEFORE_MIDNIGHT = 6.0, timedelta(seconds=3)
READERS, READING_PAUSE, EDITING_PAUSE = 4, 0.02, 1.0
READ: dict[str, Callable[[str], dict[str, list[Shown]]]] = {
    **{f"/questions/{slug}/": shown_states.read_page for slug in SLUGS},
    **{f"/api/v1/questions/{slug}": shown_states.read_question for slug in SLUGS},
    "/stories/pier/": shown_states.read_story,
    "/api/v1/stories/pier": shown_states.read_story_data,
    "/questions/open/": shown_states.read_list,
}


@dataclass
class Load:
    """Readers, an editor and midnights, until the time is over. ``stale`` describes each answer that was stale."""

    clock: MovedClock
    port: int
    questions: dict[str, FAQ]
    histories: dict[str, History]
    stale: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _ended: Event = field(default_factory=Event)

    def run(self, seconds: float) -> None:
        """Publish and let days pass in this thread, while others read."""
        with ThreadPoolExecutor() as threads:
            others = [threads.submit(self._pass_days), *(threads.submit(self._read, place) for place in range(READERS))]
            try:
                self._edit(monotonic() + seconds)
            finally:
                self._ended.set()
            for each in others:
                each.result()

    def _pass_days(self) -> None:
        while True:
            midnight = start_of_next_day(self.clock.now())
            self.clock.go(to=midnight - BEFORE_MIDNIGHT)
            if self._ended.wait(DAY):
                return
            self.counts["expiries"] += sum(self._expires_at(midnight, each) for each in self.histories.values())

    def _expires_at(self, midnight: datetime, history: History) -> bool:
        committed = [each for each in history.versions if each.committed < midnight]
        last_day = timezone.localdate(midnight) - timedelta(days=1)
        return bool(committed) and committed[-1].state == "answered" and committed[-1].expires_on == last_day

    def _read(self, place: int) -> None:
        for path in itertools.islice(itertools.cycle(READ), place * 3, None):
            began = self.clock.now()
            answer = send_request(self.port, path)
            self._judge(path, answer.status, answer.body.decode(), began, self.clock.now())
            if self._ended.wait(READING_PAUSE):
                return

    def _judge(self, path: str, status: int, body: str, began: datetime, ended: datetime) -> None:
        self.counts["requests"] += 1
        shown = READ[path](body) if status == 200 else {}
        expected = {slug for slug in SLUGS if slug in path} or set(SLUGS)
        wrong = [f"{path} answers {status} and names {sorted(shown)}"] if shown.keys() != expected else []
        for slug, found in shown.items():
            history = self.histories[slug]
            wrong += [
                f"{path} shows {each}, between {began} and {ended}, after {history.versions[-2:]}"
                for each in found
                if is_stale(each, history, began, ended)
            ]
        self.counts["judged"] += sum(map(len, shown.values()))
        self.stale += wrong

    def _edit(self, until: float) -> None:
        random = Random(1)  # noqa: S311  # the same publications each time
        while monotonic() < until and not self._ended.wait(EDITING_PAUSE * random.random() * 2):
            slug = random.choice(SLUGS)
            last = self.histories[slug].versions[-1]
            change = renew if last.state == "answered" and random.random() < 0.7 else rewrite
            change(self, slug, days=random.randrange(2))


def publish_version(load: Load, slug: str, state: str, days: int, publish: Callable[[AnswerDates], object]) -> None:
    """Publish a state of a question whose answer is valid for so many days after today, and record it."""
    history, began = load.histories[slug], load.clock.now()
    today = timezone.localdate(began)
    dates = AnswerDates(today - timedelta(days=1), today + timedelta(days=days))
    if history.versions and history.versions[-1][:3] == (state, *dates):
        return
    history.pending = Version(state, *dates, began, datetime.max.replace(tzinfo=UTC))
    try:
        publish(dates)
    except RefusedError:
        # Midnight passed in between, so the answer would expire before it is published.
        assert timezone.localdate(load.clock.now()) > today
        load.counts["refusals"] += 1
    else:
        history.versions.append(history.pending._replace(committed=load.clock.now()))
        load.counts["editions"] += 1
    history.pending = None


def renew(load: Load, slug: str, *, days: int) -> None:
    """Renew the answer to a question, as an editor does from the list of answers that expire."""
    faq, by = load.questions[slug], make_user()

    def publish(dates: AnswerDates) -> None:
        renew_answers(faq, {faq.uid: dates}, seen=edition_of(faq), by=by, at=load.clock.now())

    publish_version(load, slug, "answered", days, publish)


def rewrite(load: Load, slug: str, *, days: int) -> None:
    """Answer a question that is open, or open it (again)."""
    faq, by = FAQ.objects.get(pk=load.questions[slug].pk), make_user()
    versions = load.histories[slug].versions
    faq.answer_state = "answered" if versions and versions[-1].state == "open" else "open"

    def publish(dates: AnswerDates) -> None:
        faq.short_answer_as_of, faq.short_answer_expires_on = dates
        faq.save()
        revisions.record_revision(faq, by=by)
        publishing.publish(faq, by=by, change=make_update() if versions else None)

    publish_version(load, slug, faq.answer_state, days, publish)


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    """Return a clock of this process and of those of the site, which shows a midday in March."""
    clock = MovedClock(tmp_path / "clock")
    clock.go(to=MIDDAY)
    for place, name, value in clock.replacements:
        monkeypatch.setattr(place, name, value)
    return clock


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_no_answer_is_stale_while_answers_expire_and_are_renewed(clock, tmp_path, full_length, record_property):
    questions = {
        slug: make_question(slug=slug, answers=1, open_since=date(2031, 2, 9), missing="The log.", short_answer="Yes.")
        for slug in SLUGS
    }
    variables = process_variables(tmp_path) | {"DJANGO_SETTINGS_MODULE": "tests.servers.settings_with_clock"}
    with run_server("serve", tmp_path, variables) as port:
        load = Load(clock, port, questions, {slug: History() for slug in SLUGS})
        for slug in (*SLUGS, *SLUGS):
            rewrite(load, slug, days=1)
        story = make_story(slug="pier", questions=tuple(questions.values()))
        items = (f"- [open] [What of the {slug}?](question:{faq.uid})" for slug, faq in questions.items())
        story.sections.create(kind="unknowns", heading="Not known", text="\n".join(items), position=40)
        revisions.record_revision(story, by=None)
        publishing.publish(story, by=make_user())
        load.run(300 if full_length else 20)
    figures = f"{dict(load.counts)}, {len(load.stale)} stale, {StoredPage.objects.count()} stored pages"
    record_property("load", figures)
    sys.stdout.write(f"\n{figures}\n")
    assert load.stale == []
    assert StoredPage.objects.exists()
    assert min(load.counts[each] for each in ("expiries", "editions", "requests")) > 0


YESTERDAY, TODAY, TOMORROW = (date(2031, 3, day) for day in (2, 3, 4))
BEFORE, MIDNIGHT, LATER = (MIDDAY + timedelta(hours=hours) for hours in (-6, 12, 14))
ANSWERED = Version("answered", YESTERDAY, TODAY, BEFORE, BEFORE)
RENEWED = Version("answered", TODAY, TOMORROW, MIDDAY, MIDDAY + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("shown", "versions", "began", "stale"),
    [
        (Shown("answered", has_expired=False), [ANSWERED], MIDDAY, False),
        (Shown("answered", has_expired=True), [ANSWERED], MIDDAY, True),
        (Shown("answered", has_expired=False), [ANSWERED], MIDNIGHT, True),
        (Shown("answered", has_expired=True), [ANSWERED], MIDNIGHT, False),
        (Shown("answered", has_expired=False), [ANSWERED, RENEWED], MIDNIGHT, False),
        (Shown("answered", has_expired=False, as_of=YESTERDAY), [ANSWERED, RENEWED], MIDDAY, False),
        (Shown("answered", has_expired=False, as_of=YESTERDAY), [ANSWERED, RENEWED], LATER, True),
        (Shown("open"), [ANSWERED], MIDDAY, True),
    ],
)
def test_an_answer_is_stale_if_no_state_of_its_time_looks_like_it(shown, versions, began, stale):
    assert is_stale(shown, History(versions), began, began + timedelta(seconds=0.1)) is stale
