"""A week of schedules, embargoes, expiries and bundles: every address is requested just before and at each change."""

import re
from datetime import datetime, timedelta

import pytest

from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, Story
from stories.publishing import ScheduleResolution
from tests.clocks import MONDAY
from tests.factories import make_outlet, make_question, make_story, make_topic, make_update

pytestmark = pytest.mark.django_db

MOMENT = timedelta(microseconds=1)


def day(number: int, hour: int) -> datetime:
    """Return the time at this hour on a day of the week; day 0 is Monday."""
    return (MONDAY + timedelta(days=number)).replace(hour=hour)


TUESDAY_7, WEDNESDAY_7, THURSDAY_12, FRIDAY_18, SUNDAY_8 = day(1, 7), day(2, 7), day(3, 12), day(4, 18), day(6, 8)
LISTS = ("/", "/stories/", "/feeds/stories.atom", "/search/?q=lorries")
# Words that identify one headline or question, or one revision of it.
MARKS = ("ferry", "dyke", "gates", "reopened", "market", "lanterns", "pilots")
# The footer links to the report form with the address of the page, whatever the page shows.
REPORT_LINK = re.compile(r"/reports/\?page=[^\"]*")


def revise(work: Story | FAQ, editor, **fields: str) -> None:
    for name, value in fields.items():
        setattr(work, name, value)
    work.save()
    revisions.record_revision(work, by=editor)


def marks_in(text: str) -> frozenset[str]:
    return frozenset(mark for mark in MARKS if mark in text)


def read_pages(client, addresses) -> dict[str, tuple[int, frozenset[str]]]:
    """Return the status of each address and the marks on its page."""
    answers = {address: client.get(address) for address in addresses}
    return {
        address: (
            answer.status_code,
            marks_in(REPORT_LINK.sub("", answer.content.decode())) if answer.status_code != 404 else frozenset(),
        )
        for address, answer in answers.items()
    }


@pytest.fixture
def week(editor, set_time):
    """Schedule the whole week on Monday morning, and return the addresses to request."""
    set_time.go(to=day(0, 9))
    secret_topic, secret_outlet = make_topic(slug="pilotage"), make_outlet(slug="the-pilot")
    open_topic = make_topic(slug="harbour")

    live = make_story(slug="ferry", headline="Why lorries may not use the ferry at Port Lisle", topics=(open_topic,))
    publishing.publish(live, by=editor)
    revise(live, editor, headline="Why lorries use the reopened ferry at Port Lisle", slug="ferry-again")
    publishing.schedule(live, by=editor, at=WEDNESDAY_7, change=make_update("The ferry takes lorries again."))

    embargoed = make_story(
        slug="pilots", headline="Why the pilots strike against lorries in Port Lisle", topics=(secret_topic,),
        outlets=(secret_outlet, make_outlet()),
    )  # fmt: skip
    publishing.schedule(embargoed, by=editor, at=TUESDAY_7)

    question = make_question(slug="who-pays", question="Who pays for the lanterns and the lorries?")
    dyke = make_story(slug="dyke", headline="Why the dyke carries no lorries before winter", questions=(question,))
    publishing.publish_bundle(
        publishing.save_bundle("The dyke", [dyke, question], by=editor), by=editor, at=THURSDAY_12
    )

    market = make_story(slug="market", headline="Why the market bans lorries until Friday evening")
    publishing.publish(market, by=editor)
    publishing.schedule_expiry(market, by=editor, at=FRIDAY_18, notice="The market is over.")

    gates = make_story(slug="gates", headline="Why the gates stop all lorries at low water")
    publishing.publish(gates, by=editor)
    publishing.withdraw(gates, by=editor, notice="The tide table was wrong.")
    publishing.schedule(gates, by=editor, at=SUNDAY_8, change=make_update("The tide table is right now."))

    never = make_story(slug="never", headline="Why lorries will never be seen on this address")
    publishing.cancel_schedule(publishing.schedule(never, by=editor, at=TUESDAY_7), by=editor)
    slugs = ("ferry", "ferry-again", "pilots", "dyke", "market", "gates", "never")
    return [
        *LISTS,
        *(f"/stories/{slug}/" for slug in slugs),
        *(f"/stories/{slug}/history/" for slug in slugs),
        "/questions/",
        "/questions/who-pays/",
        "/topics/pilotage/",
        "/topics/harbour/",
        "/sources/the-pilot/",
        "/corrections/",
    ]


def page(*marks: str) -> tuple[int, frozenset[str]]:
    return 200, frozenset(marks)


type PageState = tuple[int, frozenset[str]]

ABSENT: PageState = (404, frozenset())
MOVED: PageState = (301, frozenset())


def lists_with(*marks: str) -> dict[str, tuple[int, frozenset[str]]]:
    """Return the expected state of the lists of stories."""
    return {address: page(*marks) for address in LISTS}


@pytest.mark.audit
def test_each_scheduled_change_of_a_week_has_exactly_its_effects(week, set_time, client):
    state = {
        **dict.fromkeys(week, ABSENT),
        **lists_with("ferry", "market"),
        "/questions/": page(),
        "/corrections/": page(),
        "/topics/harbour/": page("ferry"),
    }
    for slug in ("ferry", "market"):
        state |= {f"/stories/{slug}/": page(slug), f"/stories/{slug}/history/": page(slug)}
    # A notice shows only the headline of the withdrawn page.
    state |= {"/stories/gates/": (410, frozenset({"gates"})), "/stories/gates/history/": (200, frozenset({"gates"}))}

    changes = [
        (
            TUESDAY_7,
            lists_with("ferry", "market", "pilots")
            | {
                "/stories/pilots/": page("pilots"),
                "/stories/pilots/history/": page("pilots"),
                "/topics/pilotage/": page("pilots"),
                "/sources/the-pilot/": page("pilots"),
            },
        ),
        (
            WEDNESDAY_7,
            lists_with("ferry", "reopened", "market", "pilots")
            | {
                "/stories/ferry/": MOVED,
                "/stories/ferry/history/": MOVED,
                "/stories/ferry-again/": page("ferry", "reopened"),
                "/stories/ferry-again/history/": page("ferry", "reopened"),
                "/topics/harbour/": page("ferry", "reopened"),
            },
        ),
        (
            THURSDAY_12,
            lists_with("ferry", "reopened", "market", "pilots", "dyke")
            | {
                "/": page("ferry", "reopened", "market", "pilots", "dyke", "lanterns"),
                "/feeds/stories.atom": page("ferry", "reopened", "market", "pilots", "dyke", "lanterns"),
                "/search/?q=lorries": page("ferry", "reopened", "market", "pilots", "dyke", "lanterns"),
                "/stories/dyke/": page("dyke", "lanterns"),
                "/stories/dyke/history/": page("dyke"),
                "/questions/": page("lanterns"),
                "/questions/who-pays/": page("lanterns", "dyke"),
            },
        ),
        (
            FRIDAY_18,
            {
                "/": page("ferry", "reopened", "pilots", "dyke", "lanterns"),
                "/stories/": page("ferry", "reopened", "pilots", "dyke"),
                "/feeds/stories.atom": page("ferry", "reopened", "pilots", "dyke", "lanterns"),
                "/search/?q=lorries": page("ferry", "reopened", "pilots", "dyke", "lanterns"),
                "/stories/market/": (410, frozenset({"market"})),
                "/stories/market/history/": (200, frozenset({"market"})),
            },
        ),
        (
            SUNDAY_8,
            {
                "/": page("ferry", "reopened", "pilots", "dyke", "lanterns", "gates"),
                "/stories/": page("ferry", "reopened", "pilots", "dyke", "gates"),
                "/feeds/stories.atom": page("ferry", "reopened", "pilots", "dyke", "lanterns", "gates"),
                "/search/?q=lorries": page("ferry", "reopened", "pilots", "dyke", "lanterns", "gates"),
                "/stories/gates/": page("gates"),
                "/stories/gates/history/": page("gates"),
            },
        ),
    ]
    for at, effects in changes:
        set_time.go(to=at - MOMENT)
        assert read_pages(client, week) == state, f"a microsecond before {at}"
        state |= effects
        set_time.go(to=at)
        assert read_pages(client, week) == state, f"at {at}"


def test_a_pending_edition_does_not_revert_a_correction_made_before_it(editor, set_time, client):
    story = make_story(
        slug="ferry", headline="Why lorries may not use the ferry", texts={"background": "It holds ten tonnes."}
    )
    publishing.publish(story, by=editor)
    revise(story, editor, headline="Why lorries use the reopened ferry")
    scheduled = publishing.schedule(story, by=editor, at=FRIDAY_18, change=make_update("Open again."))
    set_time.go(to=WEDNESDAY_7)
    revisions.restore_revision(story, revisions.get_revision(story, 1), by=editor)
    story.sections.filter(kind="background").update(text="It holds nine tonnes.")
    revisions.record_revision(story, by=editor)
    publishing.correct(
        story, by=editor, was_wrong="Ten.", is_right="Nine.", resolutions={scheduled.pk: ScheduleResolution.CARRY}
    )
    set_time.go(to=FRIDAY_18)
    answer = client.get("/stories/ferry/").content.decode()
    assert "reopened" in answer
    assert "nine tonnes" in answer
    assert "ten tonnes" not in answer
