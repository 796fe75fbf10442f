"""Under embargo: until its time a work is absent from every public answer, for everybody, and there from then on."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from newsroom.accounts.models import User
from newsroom.media.models import Image
from newsroom.public_pages import PublicPage
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, Outlet, Story, Work, WorkTopic
from stories.publishing import review
from stories.workflow import proposed_names, trash
from tests.clocks import MONDAY
from tests.factories import file_of, let_pass, make_user, update
from tests.journeys.test_leaks import (
    DESK_ALONE,
    Words,
    browser_of,
    make_full_story,
    parts_of,
    routes,
    shared_by,
    without_tag,
)
from tests.journeys.world import World, address_of, data_at, make_world, oembed_of, pages_of
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db

MOMENT = timedelta(microseconds=1)
T = MONDAY + timedelta(days=4)
# Works in these states are seen from T on; in all others never.
SEEN = ("scheduled", "in a bundle", "live, with an update")
NEVER = ("draft", "in review", "approved", "returned", "cancelled", "in the bin")
PEOPLE = ("a stranger", "an account", "a desk without a role", "Writer", "Editor", "Curator", "Administrator")
HIDDEN_NAMES = ("scheduled", "draft")
JOINED = "a name that was joined"
FIRST_LETTERS = "bdfgklmnprstvz"


@dataclass
class Newsroom:
    """One newsroom with a work in every state, each full of words of its own."""

    world: World
    words: dict[str, Words] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)


def fill(story: Story, words: Words, by: User) -> None:
    """Write a word of its own into every text of the story and, while it is not public, of all that it names."""
    is_public = story.editions.exists()
    for row in [*([] if is_public else shared_by(story)), *parts_of(Work.objects.get(pk=story.pk))]:
        words.write_into(row)
    for asked in story.story_questions.all():
        revisions.record_revision(asked.faq, by=by)
    story.refresh_from_db()
    revisions.record_revision(story, by=by)


def questions_of(story: Story) -> list[FAQ]:
    return [row.faq for row in story.story_questions.all()]


def shared(thing: Story | FAQ | Topic) -> str:
    """Return an address under which the share picture of a thing might be asked for."""
    return reverse("share_image", args=[thing.uid, "0123456789abcdef"])


def addresses_at(page: PublicPage, slug: str) -> set[str]:
    """Return the addresses of a page about one thing: of its first and second edition, and since each, where it says so."""
    since = ("?from=1", "?from=2") if page.name == "story_changes" else ("",)
    return {address_of(page, slug=slug, number=number) + mark for number in (1, 2) for mark in since}


def public_addresses(newsroom: Newsroom) -> list[str]:
    """Return every public address: of what is live, and of what is hidden, in each format and with each filter."""
    found = list(newsroom.world.public.values())
    for story in newsroom.stories.values():
        topics = Topic.objects.filter(work_topics__work=story.pk)
        things: dict[str, Iterable[Any]] = {
            "story": [story],
            "question": questions_of(story),
            "topic": topics,
            "source": Outlet.objects.filter(passages__story=story).distinct(),
        }
        found += [
            address
            for kind, each_of_kind in things.items()
            for thing in each_of_kind
            for page in pages_of(kind)
            for address in addresses_at(page, thing.slug)
        ]
        found += [oembed_of(story), *(shared(thing) for thing in (story, *questions_of(story), *topics))]
        pictures = [*Image.objects.filter(uses__work=story.pk), *Image.objects.filter(leading_stories=story)]
        pictures += Image.objects.filter(topics__work_topics__work=story.pk)
        found += [f"/media/{file_of(picture)}" for picture in pictures]
    return [*found, *(data for address in found if not address.startswith("/api/") and (data := data_at(address)))]


def answer_of(client: Client, address: str) -> str:
    """Return all that an answer says, its headers too; the bytes of a picture as far as they are letters."""
    response = client.get(address, headers={"Accept-Encoding": "identity"})
    assert response.status_code < 500, address
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers + content.decode(errors="replace")


def sees_the_same(client: Client, strangers: dict[str, str], *, is_of_the_desk: bool) -> None:
    """Assert that signing in changes no public answer, but that the desk sees its own pictures, which nobody keeps."""
    for address, answer in strangers.items():
        own = answer_of(client, address)
        if own != answer:
            assert is_of_the_desk, address
            assert address.startswith("/media/"), address
            assert "Cache-Control: private, no-store" in own, address


def pages_in(strangers: dict[str, str], who: str) -> dict[str, str]:
    """Return what somebody opens again: who may most everything, all others the pages. Data asks nobody who they are."""
    return {
        address: told for address, told in strangers.items() if who == PEOPLE[-1] or not address.startswith("/api/")
    }


def told(answer: str, words: Words) -> set[str]:
    return {where for word, where in words.where.items() if word in answer.lower()}


@pytest.fixture
def newsroom(set_time, client) -> Newsroom:
    """A newsroom on Monday, in which what is to be seen from Friday on, or never, is full of words."""
    set_time.go(to=MONDAY - timedelta(days=1))
    made = Newsroom(make_world())
    let_pass()
    editor, other = make_user(role="Editor"), make_user(role="Editor")
    live = make_full_story(slug="state-live")
    publishing.publish(live, by=editor, with_questions=questions_of(live))
    ended, gone = make_full_story(slug="state-ended"), make_full_story(slug="state-withdrawn")
    for story in (ended, gone):
        publishing.publish(story, by=editor)
    publishing.schedule_expiry(ended, by=editor, at=MONDAY - timedelta(hours=1), notice="The fair is over.")
    publishing.withdraw(gone, by=editor, notice="Its source took the numbers back.")
    set_time.go(to=T - MOMENT)
    made.before = {address: answer_of(client, address) for address in made.world.public.values()}
    set_time.go(to=MONDAY)

    for number, state in enumerate((*SEEN, *NEVER)):
        words = made.words[state] = Words()
        # No state shares a word with another.
        words._letters = itertools.product(FIRST_LETTERS[number], "aeiou", *("bdfgklmnprstvz", "aeiou") * 2)
        is_live = state == "live, with an update"
        story = made.stories[state] = live if is_live else make_full_story(slug=f"state-{number}")
        fill(story, words, editor)
    made.stories |= {"ended": ended, "withdrawn": gone}
    at = made.stories
    publishing.schedule(at["scheduled"], by=editor, at=T, with_questions=questions_of(at["scheduled"]))
    publishing.schedule(at["live, with an update"], by=editor, at=T, change=update())
    members = [at["in a bundle"], *questions_of(at["in a bundle"])]
    publishing.publish_bundle(publishing.save_bundle("Together", members, by=editor), by=editor, at=T)
    publishing.cancel_schedule(publishing.schedule(at["cancelled"], by=editor, at=T), by=editor)
    for state in ("in review", "approved", "returned"):
        review.send_for_review(at[state], by=editor)
    newest = revisions.get_newest_revision(at["approved"])
    assert newest is not None
    review.approve(at["approved"], by=other, revision_number=newest.number)
    review.return_to_writer(
        at["returned"], by=other, reason=made.words["returned"].one("reason"), revision_number=newest.number
    )
    trash.move_to_trash(at["in the bin"], by=editor)
    known = Topic.objects.get(work_topics__work=live.pk)
    for state in HIDDEN_NAMES:
        join_names(at[state], made.words[state], known)
    return made


def join_names(story: Story, words: Words, known: Topic) -> None:
    """Merge the topic of a hidden story into one that readers know, and join to that a name that waits in the story."""
    curator = make_user(role="Curator")
    merge_topics(Topic.objects.get(work_topics__work=story.pk), known, by=curator)
    name = words.one(JOINED)
    WorkTopic.objects.create(work=story, proposed_name=name, position=9)
    revisions.record_revision(story, by=curator)
    proposed_names.merge_name_into_topic(name, known, by=curator)


def client_of(who: str) -> Client:
    if who in PEOPLE[:3]:
        return browser_of(who)
    client = Client()
    client.force_login(make_user(role=who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_walk_knows_every_public_route(newsroom):
    walked = {resolve(address.partition("?")[0]).view_name for address in public_addresses(newsroom)}
    public = {name for name, _ in routes() if not name.startswith((*DESK_ALONE, "shared_preview"))}
    assert walked == public


@pytest.mark.audit
def test_a_microsecond_before_its_time_nothing_is_told_to_anybody(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    addresses = public_addresses(newsroom)
    strangers = {address: answer_of(client, address) for address in addresses}
    for address, answer in strangers.items():
        for state, words in newsroom.words.items():
            assert not told(answer, words), (address, state)
    for who in PEOPLE[1:]:
        sees_the_same(client_of(who), pages_in(strangers, who), is_of_the_desk=who in PEOPLE[3:])


def test_until_its_time_it_changes_no_byte_of_what_readers_get(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    assert {address: answer_of(client, address) for address in newsroom.before} == newsroom.before


def test_until_its_time_every_address_answers_as_one_that_never_was(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    nowhere = answer_of(client, "/stories/no-such-story/")
    for state in ("scheduled", "in a bundle", *NEVER):
        story = newsroom.stories[state]
        assert answer_of(client, f"/stories/{story.slug}/") == nowhere, state
        assert client.get(f"/stories/{story.slug}/").status_code == 404


def test_until_its_time_no_search_finds_a_word(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    nothing = without_tag(answer_of(client, "/search/?q=qxabsent"))
    for state, words in newsroom.words.items():
        for word, where in words.where.items():
            answer = without_tag(answer_of(client, f"/search/?q={word}").replace(word, "qxabsent"))
            assert answer == nothing, (state, where)
            assert client.get("/search/suggestions/", {"q": word}).json()["suggestions"] == [], (state, where)
            if where in {JOINED, "topics.Topic.name"}:
                asked = f"{word}q"
                answer = without_tag(answer_of(client, f"/search/?q={asked}").replace(asked, "qxabsent"))
                assert answer == nothing, (state, where, "misspelt")


@pytest.mark.audit
def test_from_its_time_on_it_is_told_and_what_is_not_meant_for_readers_never(newsroom, set_time, client):
    set_time.go(to=T)
    addresses = public_addresses(newsroom)
    strangers = {address: answer_of(client, address) for address in addresses}
    everything = "\n".join(strangers.values())
    for state in SEEN:
        fields = told(everything, newsroom.words[state])
        assert {"stories.Story.headline", "stories.Section.text", "stories.SourceSummary.text"} <= fields, state
        assert not {"media.Image.title", "stories.OutletAlias.name"} & fields, state
    for state in NEVER:
        assert not told(everything, newsroom.words[state]), state
    for who in PEOPLE[1:]:
        sees_the_same(client_of(who), pages_in(strangers, who), is_of_the_desk=who in PEOPLE[3:])


@pytest.mark.audit
def test_outsiders_are_told_nothing_by_the_desk_on_either_side_of_the_border(newsroom, set_time):
    keys = {"object_id": newsroom.stories["scheduled"].pk, "number": 1, "key": 1, "pk": 1, "id": 1, "uidb36": "1"}
    keys |= {"app_label": "stories", "content_type_id": 1, "url": "x", "ending": "csv", "what": "topic", "new": 1}
    keys |= {"token": "no-invitation"}
    desk = [
        reverse(name, kwargs={key: keys[key] for key in needs})
        for name, needs in routes()
        if name.startswith(DESK_ALONE)
    ]
    assert len(desk) > 100
    for at, hidden in ((T - MOMENT, (*SEEN, *NEVER)), (T, NEVER)):
        set_time.go(to=at)
        for who in PEOPLE[:3]:
            outsider = client_of(who)
            for address in desk:
                answer = answer_of(outsider, address)
                for state in hidden:
                    assert not told(answer, newsroom.words[state]), (who, address, state)
