"""Embargo: until its time, a story is absent from every response, whoever is signed in; from then on, it is public."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from newsroom.accounts.models import Contributor, User
from newsroom.media.models import Image
from newsroom.public_pages import PublicPage
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, Outlet, Story, Work, WorkTopic
from stories.publishing import review
from stories.workflow import proposed_names, trash
from tests.clocks import MONDAY
from tests.factories import file_of, make_update, make_user, reduce_checks_to_hints
from tests.journeys.test_leaks import (
    DESK_PREFIXES,
    Words,
    client_of_outsider,
    make_full_story,
    parts_of,
    referenced_rows,
    routes,
    without_tag,
)
from tests.journeys.world import World, address_of, data_at, make_world, oembed_of, pages_of
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

MOMENT = timedelta(microseconds=1)
T = MONDAY + timedelta(days=4)
# Texts of stories in these states become public at T; those of stories in other states never do.
LIVE_FROM_T = ("scheduled", "in a bundle", "live, with an update")
NEVER_LIVE = ("draft", "in review", "approved", "returned", "cancelled", "in the bin")
PEOPLE = ("a stranger", "an account", "a desk without a role", "Writer", "Editor", "Curator", "Administrator")
HIDDEN_NAMES = ("scheduled", "draft")
MERGED_NAME = "a merged name"
FIRST_LETTERS = "bdfgklmnprstvz"


@dataclass
class Newsroom:
    """A newsroom with a story in every state.

    ``words`` holds the unique words in hidden texts, keyed by the state of their story. ``before`` holds the responses
    of the public addresses just before T, as they are without these texts.
    """

    world: World
    words: dict[str, Words] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)


def fill_with_words(story: Story, words: Words, by: User) -> None:
    """Write unique words into the texts of the story and, if it has no edition, of the objects that it refers to."""
    is_public = story.editions.exists()
    for row in [*([] if is_public else referenced_rows(story)), *parts_of(Work.objects.get(pk=story.pk))]:
        words.write_into(row)
    for link in story.story_questions.all():
        revisions.record_revision(link.faq, by=by)
    story.refresh_from_db()
    revisions.record_revision(story, by=by)


def questions_of(story: Story) -> list[FAQ]:
    return [row.faq for row in story.story_questions.all()]


def share_image_address(subject: Story | FAQ | Topic) -> str:
    """Return an address for the share image of a work or topic, with an invented digest."""
    return reverse("share_image", args=[subject.uid, "0123456789abcdef"])


def addresses_at(page: PublicPage, slug: str) -> set[str]:
    """Return the addresses of a page for the first two editions or, for a list of changes, since each of them."""
    queries = ("?from=1", "?from=2") if page.name == "story_changes" else ("",)
    return {address_of(page, slug=slug, number=number) + query for number in (1, 2) for query in queries}


def public_addresses(newsroom: Newsroom) -> list[str]:
    """Return all public addresses of the world, the stories and their related objects, including those of the API."""
    addresses = list(newsroom.world.public.values())
    for story in newsroom.stories.values():
        topics = Topic.objects.filter(work_topics__work=story.pk)
        subjects: dict[str, Iterable[Any]] = {
            "story": [story],
            "question": questions_of(story),
            "topic": topics,
            "source": Outlet.objects.filter(passages__story=story).distinct(),
            "author": Contributor.objects.filter(bylines__story=story, has_page=True),
        }
        addresses += [
            address
            for kind, subjects_of_kind in subjects.items()
            for subject in subjects_of_kind
            for page in pages_of(kind)
            for address in addresses_at(page, subject.slug)
        ]
        addresses += [
            oembed_of(story),
            *(share_image_address(subject) for subject in (story, *questions_of(story), *topics)),
        ]
        pictures = [*Image.objects.filter(uses__work=story.pk), *Image.objects.filter(leading_stories=story)]
        pictures += Image.objects.filter(topics__work_topics__work=story.pk)
        addresses += [f"/media/{file_of(picture)}" for picture in pictures]
    return [
        *addresses,
        *(data for address in addresses if not address.startswith("/api/") and (data := data_at(address))),
    ]


def read_response(client: Client, address: str) -> str:
    """Return the headers and the content of a response as text, even if it is a picture."""
    response = client.get(address, headers={"Accept-Encoding": "identity"})
    assert response.status_code < 500, address
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers + content.decode(errors="replace")


def assert_same_responses(client: Client, anonymous: dict[str, str], *, has_desk_access: bool) -> None:
    """Assert that signing in changes no response, except that users of the desk may get hidden pictures, uncached."""
    for address, answer in anonymous.items():
        own = read_response(client, address)
        if own != answer:
            assert has_desk_access, address
            assert address.startswith("/media/"), address
            assert "Cache-Control: private, no-store" in own, address


def select_pages(anonymous: dict[str, str], who: str) -> dict[str, str]:
    """Return the responses to compare: all for an administrator, those outside the API for everybody else."""
    # The API does not depend on the user, so one user is enough.
    return {
        address: answer for address, answer in anonymous.items() if who == PEOPLE[-1] or not address.startswith("/api/")
    }


def find_fields(answer: str, words: Words) -> set[str]:
    """Return the fields whose words are in a response."""
    return {where for word, where in words.where.items() if word in answer.lower()}


@pytest.fixture
def newsroom(set_time, client) -> Newsroom:
    """Return the newsroom on Monday. The unique words are in texts that become public on Friday or not at all."""
    set_time.go(to=MONDAY - timedelta(days=1))
    newsroom = Newsroom(make_world())
    reduce_checks_to_hints()
    editor, other = make_user(role="Editor"), make_user(role="Editor")
    live = make_full_story(slug="state-live")
    publishing.publish(live, by=editor, with_questions=questions_of(live))
    ended, gone = make_full_story(slug="state-ended"), make_full_story(slug="state-withdrawn")
    for story in (ended, gone):
        publishing.publish(story, by=editor)
    publishing.schedule_expiry(ended, by=editor, at=MONDAY - timedelta(hours=1), notice="The fair is over.")
    publishing.withdraw(gone, by=editor, notice="Its source took the numbers back.")
    set_time.go(to=T - MOMENT)
    newsroom.before = {address: read_response(client, address) for address in newsroom.world.public.values()}
    set_time.go(to=MONDAY)

    for number, state in enumerate((*LIVE_FROM_T, *NEVER_LIVE)):
        words = newsroom.words[state] = Words()
        # The words of different states begin with different letters.
        words._letters = itertools.product(FIRST_LETTERS[number], "aeiou", *("bdfgklmnprstvz", "aeiou") * 2)
        is_live = state == "live, with an update"
        story = newsroom.stories[state] = live if is_live else make_full_story(slug=f"state-{number}")
        fill_with_words(story, words, editor)
    newsroom.stories |= {"ended": ended, "withdrawn": gone}
    stories = newsroom.stories
    publishing.schedule(stories["scheduled"], by=editor, at=T, with_questions=questions_of(stories["scheduled"]))
    publishing.schedule(stories["live, with an update"], by=editor, at=T, change=make_update())
    members = [stories["in a bundle"], *questions_of(stories["in a bundle"])]
    publishing.publish_bundle(publishing.save_bundle("Together", members, by=editor), by=editor, at=T)
    publishing.cancel_schedule(publishing.schedule(stories["cancelled"], by=editor, at=T), by=editor)
    for state in ("in review", "approved", "returned"):
        review.send_for_review(stories[state], by=editor)
    newest = revisions.get_newest_revision(stories["approved"])
    assert newest is not None
    review.approve(stories["approved"], by=other, revision_number=newest.number)
    review.return_to_writer(
        stories["returned"], by=other, reason=newsroom.words["returned"].one("reason"), revision_number=newest.number
    )
    trash.move_to_trash(stories["in the bin"], by=editor)
    public_topic = Topic.objects.get(work_topics__work=live.pk)
    for state in HIDDEN_NAMES:
        merge_hidden_names(stories[state], newsroom.words[state], public_topic)
    return newsroom


def merge_hidden_names(story: Story, words: Words, public_topic: Topic) -> None:
    """Merge the topic of a hidden story, and a name proposed in it, into a topic that is public."""
    curator = make_user(role="Curator")
    merge_topics(Topic.objects.get(work_topics__work=story.pk), public_topic, by=curator)
    name = words.one(MERGED_NAME)
    WorkTopic.objects.create(work=story, proposed_name=name, position=9)
    revisions.record_revision(story, by=curator)
    proposed_names.merge_name_into_topic(name, public_topic, by=curator)


@pytest.fixture
def signed_in_people(full_length) -> tuple[str, ...]:
    """Return the kinds of people who open every page: all at full length, otherwise one for each kind of access."""
    return PEOPLE[1:] if full_length else ("an account", "Writer", "Administrator")


def client_of(who: str) -> Client:
    if who in PEOPLE[:3]:
        return client_of_outsider(who)
    client = Client()
    client.force_login(make_user(role=who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_test_opens_every_public_route(newsroom):
    walked = {resolve(address.partition("?")[0]).view_name for address in public_addresses(newsroom)}
    public = {name for name, _ in routes() if not name.startswith((*DESK_PREFIXES, "shared_preview"))}
    assert walked == public


def test_a_microsecond_before_its_time_no_response_contains_a_word_of_a_story(
    newsroom, signed_in_people, set_time, client
):
    set_time.go(to=T - MOMENT)
    addresses = public_addresses(newsroom)
    anonymous = {address: read_response(client, address) for address in addresses}
    for address, answer in anonymous.items():
        for state, words in newsroom.words.items():
            assert not find_fields(answer, words), (address, state)
    for who in signed_in_people:
        assert_same_responses(client_of(who), select_pages(anonymous, who), has_desk_access=who in PEOPLE[3:])


def test_until_its_time_a_story_changes_no_byte_of_other_pages(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    assert {address: read_response(client, address) for address in newsroom.before} == newsroom.before


def test_until_its_time_a_story_answers_like_one_that_never_existed(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    missing = read_response(client, "/stories/no-such-story/")
    for state in ("scheduled", "in a bundle", *NEVER_LIVE):
        story = newsroom.stories[state]
        assert read_response(client, f"/stories/{story.slug}/") == missing, state
        assert client.get(f"/stories/{story.slug}/").status_code == 404


def test_until_its_time_no_search_finds_a_word_of_a_story(newsroom, set_time, client):
    set_time.go(to=T - MOMENT)
    nothing = without_tag(read_response(client, "/search/?q=qxabsent"))
    for state, words in newsroom.words.items():
        for word, where in words.where.items():
            answer = without_tag(read_response(client, f"/search/?q={word}").replace(word, "qxabsent"))
            assert answer == nothing, (state, where)
            assert client.get("/search/suggestions/", {"q": word}).json()["suggestions"] == [], (state, where)
            if where in {MERGED_NAME, "topics.Topic.name"}:
                misspelt = f"{word}q"
                answer = without_tag(read_response(client, f"/search/?q={misspelt}").replace(misspelt, "qxabsent"))
                assert answer == nothing, (state, where, "misspelt")


def test_from_its_time_on_only_the_texts_of_a_story_meant_for_readers_are_public(
    newsroom, signed_in_people, set_time, client
):
    set_time.go(to=T)
    addresses = public_addresses(newsroom)
    anonymous = {address: read_response(client, address) for address in addresses}
    everything = "\n".join(anonymous.values())
    for state in LIVE_FROM_T:
        fields = find_fields(everything, newsroom.words[state])
        assert {"stories.Story.headline", "stories.Section.text", "stories.SourceSummary.text"} <= fields, state
        assert not {"media.Image.title", "stories.OutletAlias.name"} & fields, state
    for state in NEVER_LIVE:
        assert not find_fields(everything, newsroom.words[state]), state
    for who in signed_in_people:
        assert_same_responses(client_of(who), select_pages(anonymous, who), has_desk_access=who in PEOPLE[3:])


def test_the_desk_reveals_no_hidden_words_to_outsiders_before_or_after_publication(newsroom, set_time):
    keys = {"object_id": newsroom.stories["scheduled"].pk, "number": 1, "key": 1, "pk": 1, "id": 1, "uidb36": "1"}
    keys |= {"app_label": "stories", "content_type_id": 1, "url": "x", "ending": "csv", "what": "topic", "new": 1}
    keys |= {"token": "no-invitation", "uid": newsroom.stories["scheduled"].uid}
    desk = [
        reverse(name, kwargs={key: keys[key] for key in needs})
        for name, needs in routes()
        if name.startswith(DESK_PREFIXES)
    ]
    assert len(desk) > 100
    for at, hidden in ((T - MOMENT, (*LIVE_FROM_T, *NEVER_LIVE)), (T, NEVER_LIVE)):
        set_time.go(to=at)
        for who in PEOPLE[:3]:
            outsider = client_of(who)
            for address in desk:
                answer = read_response(outsider, address)
                for state in hidden:
                    assert not find_fields(answer, newsroom.words[state]), (who, address, state)
