"""The subjects in the navigation of the public site: chosen at the desk, shown to readers, never stale."""

import re
from datetime import timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.dependencies import SUBJECTS
from newsroom.page_cache.models import PageKey
from stories import publishing
from stories.drafts.snapshot import build_document
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.lists.archive import Month
from stories.public.pages.lists.questions import QuestionList
from stories.publishing.erase import erase_work
from stories.workflow.shared_previews.page import build_draft_page, build_unsaved_edition
from tests.clocks import MONDAY
from tests.factories import (
    make_author,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
)
from tests.stories.public.structured_data.parse import Page
from topics import navigation
from topics.merge import merge_topics
from topics.models import NavigationPlace
from topics.navigation import NavigationEntry

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]

SCREEN = "/admin/navigation/"


@pytest.fixture(autouse=True)
def languages(settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]


def arrange(by, **topics):
    wanted = {
        code: [each if isinstance(each, NavigationEntry) else NavigationEntry(each) for each in chosen]
        for code, chosen in {"en-gb": topics.get("en", ()), "de": topics.get("de", ())}.items()
    }
    navigation.arrange_navigation(wanted, by=by, seen_digest=navigation.get_arrangement_digest())


def read_subjects(client, address="/"):
    """Return the names and addresses in the row of subjects of a public page."""
    html = client.get(address).content.decode()
    row = re.search(r'<nav class="subjects[^>]*>(.*?)</nav>', html, re.DOTALL)
    return re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)', row[1]) if row else []


@pytest.fixture
def housing():
    return make_topic(name="Housing", slug="housing", kind="subject")


@pytest.fixture
def schools():
    return make_topic(name="Schools", slug="schools", kind="subject")


def test_readers_see_the_subjects_in_their_order_in_each_language(client, editor, housing, schools):
    make_published_story(topics=(housing, schools))
    make_published_story(topics=(housing, schools), language="de", headline="Warum der Pier gesperrt ist")
    arrange(editor, en=[schools, housing], de=[NavigationEntry(housing, "Wohnen")])
    assert read_subjects(client) == [("/topics/schools/", "Schools"), ("/topics/housing/", "Housing")]
    assert read_subjects(client, "/de/") == [("/de/topics/housing/", "Wohnen")]
    arrange(editor, en=[housing, schools], de=[NavigationEntry(housing, "Wohnen")])
    assert [name for _, name in read_subjects(client)] == ["Housing", "Schools"]


def test_without_subjects_there_is_no_row(client, housing):
    make_published_story(topics=(housing,))
    assert 'class="subjects' not in client.get("/").content.decode()


def test_the_menu_of_each_page_has_the_subjects_and_the_current_one_is_marked(client, editor, housing):
    story = make_published_story(topics=(housing,))
    arrange(editor, en=[housing])
    for address in (f"/stories/{story.slug}/", "/topics/", "/search/"):
        html = client.get(address).content.decode()
        assert '<li class="subject"><a href="/topics/housing/">Housing</a></li>' in html
        assert 'class="subjects' not in html
    page = client.get("/topics/housing/").content.decode()
    assert page.count('<a href="/topics/housing/" aria-current="page">Housing</a>') == 2


def test_a_subject_is_hidden_until_a_story_is_live_and_after_the_last_is_withdrawn(set_time, client, editor, housing):
    arrange(editor, en=[housing])
    make_published_story(by=editor)
    assert read_subjects(client) == []
    first = make_story(topics=(housing,))
    publishing.schedule(first, by=editor, at=MONDAY + timedelta(days=1))
    assert read_subjects(client) == []
    set_time.go(to=MONDAY + timedelta(days=1, minutes=1))
    assert [name for _, name in read_subjects(client)] == ["Housing"]
    publishing.withdraw(first, by=editor, notice="It was wrong.")
    assert read_subjects(client) == []


def test_a_subject_without_a_live_story_has_a_note_at_the_desk(editor, editor_client, housing):
    arrange(editor, en=[housing])
    assert "No live story: hidden from readers" in editor_client.get(SCREEN).content.decode()
    make_published_story(topics=(housing,))
    assert "No live story" not in editor_client.get(SCREEN).content.decode()


def test_a_renamed_or_merged_topic_stays_in_the_navigation(client, editor, administrator, housing, schools):
    make_published_story(topics=(housing, schools))
    arrange(editor, en=[housing])
    assert [name for _, name in read_subjects(client)] == ["Housing"]
    housing.name = "Homes"
    housing.save()
    assert [name for _, name in read_subjects(client)] == ["Homes"]
    arrange(editor, en=[NavigationEntry(housing, "Living"), schools])
    merge_topics(housing, schools, by=administrator)
    assert read_subjects(client) == [("/topics/schools/", "Living")]


def read_section(client, story):
    """Return the section in the metadata of a story's page, and the topics above its headline."""
    html = client.get(f"/stories/{story.slug}/").content.decode()
    properties = (
        re.findall(r'"articleSection": ?"([^"]+)"', html),
        re.findall(r'article:section" content="([^"]+)"', html),
    )
    assert properties[0] == properties[1]
    path = re.search(r'<p class="path">(.*?)</p>', html, re.DOTALL)
    assert path
    return properties[0], re.findall(r">([^<]+)</a>", path[1])


def test_a_topic_that_is_erased_leaves_the_navigation_with_an_entry_without_words(
    client, editor, administrator, housing, schools
):
    story = make_published_story(by=editor, topics=(housing,))
    make_published_story(by=editor, topics=(schools,))
    arrange(editor, en=[NavigationEntry(housing, "Homes"), schools])
    erase_work(story, by=administrator, reason="Regional court of Lisle, file 12.")
    assert read_subjects(client) == [("/topics/schools/", "Schools")]
    entry = Event.objects.get(uid=housing.uid, verb="taken out of the navigation")
    assert (entry.by, entry.before, entry.after) == (administrator, {"place": 1}, {})


def test_a_topic_of_the_kind_subject_is_the_section_of_its_stories(client, editor, housing, schools):
    person = make_topic(name="Oda Hale", kind="person")
    place = make_topic(name="Norrhavn", kind="place")
    story = make_published_story(topics=(person, place, housing, schools))
    assert read_section(client, story) == (["Housing"], ["Housing", "Schools"])
    arrange(editor, en=[place, schools])
    assert read_section(client, story) == (["Schools"], ["Schools", "Housing"])


@pytest.mark.parametrize("is_chosen", [False, True])
def test_a_story_has_the_same_label_on_its_page_in_lists_and_in_its_copies(client, editor, housing, schools, is_chosen):
    person, place = make_topic(name="Oda Hale", kind="person"), make_topic(name="Norrhavn", kind="place")
    author = make_author(name="Ana Kestrel")
    story = make_published_story(by=editor, topics=(person, place, housing, schools), byline=("Ana Kestrel",))
    if is_chosen:
        arrange(editor, en=[place, schools])
    label = "Schools" if is_chosen else "Housing"
    assert read_section(client, story)[0] == [label]
    page = Page(client.get(f"/stories/{story.slug}/").content.decode())
    image = ShareImage.load(story.uid, at=clock.now())
    assert image.card.label == label
    assert page.meta("og:image") == f"http://testserver{image.url}"
    month = Month.containing(clock.now()).get_absolute_url()
    for address in ("/", "/stories/", month, author.get_absolute_url(), f"/stories/{story.slug}/embed/"):
        assert re.findall('<p class="label">([^<]*)</p>', client.get(address).content.decode()) == [label], address
    (item,) = client.get("/feeds/stories.json").json()["items"]
    assert item["image"] == page.meta("og:image")
    oembed = client.get("/oembed", {"url": page.link("canonical")}).json()
    assert oembed["thumbnail_url"] == page.meta("og:image")


def test_a_question_has_the_same_label_on_its_page_in_the_list_and_on_its_share_image(client, editor, housing, schools):
    person = make_topic(name="Oda Hale", kind="person")
    question = make_published_question(topics=(person, housing, schools))
    arrange(editor, en=[schools])
    make_published_story(topics=(schools,))
    path = re.search(
        r'<p class="path">(.*?)</p>', client.get(f"/questions/{question.slug}/").content.decode(), re.DOTALL
    )
    assert path
    assert re.findall(r">([^<]+)</a>", path[1]) == ["Questions", "Schools"]
    (card,) = QuestionList.load(topic="", before="", at=clock.now()).cards
    assert card.topic == "Schools"
    assert ShareImage.load(question.uid, at=clock.now()).card.note == "Schools"


def test_a_preview_has_the_label_that_the_page_would_have(editor, housing, schools):
    story = make_story(topics=(housing, schools))
    arrange(editor, en=[schools])
    document = build_document(story)
    edition = build_unsaved_edition(story, document, at=clock.now())
    assert build_draft_page(edition, at=clock.now())[1].head_topic == "Schools"


def test_a_story_without_a_subject_has_no_section_and_a_person_is_never_above_its_headline(client):
    person = make_topic(name="Oda Hale", kind="person")
    about_place = make_published_story(topics=(person, make_topic(name="Norrhavn", kind="place")))
    assert read_section(client, about_place) == ([], ["Norrhavn"])
    assert '<p class="label">Norrhavn</p>' in client.get("/").content.decode()
    about_person = make_published_story(topics=(person,))
    assert read_section(client, about_person) == ([], ["Stories"])
    for address in ("/", f"/stories/{about_person.slug}/embed/"):
        assert '<p class="label">Oda Hale</p>' not in client.get(address).content.decode()


def test_a_person_is_not_above_the_headline_of_a_past_edition(client, editor, housing):
    person = make_topic(name="Oda Hale", kind="person")
    story = make_published_story(by=editor, topics=(person, housing))
    story.sections.filter(kind="background").update(text="The limit was nine tonnes.")
    publishing.publish(story, by=editor, change=make_update())
    html = client.get(f"/stories/{story.slug}/history/1/").content.decode()
    path = re.search(r'<p class="path">(.*?)</p>', html, re.DOTALL)
    assert path
    assert re.findall(r">([^<]+)<", path[1]) == ["Housing"]


def test_the_screen_stores_the_positions_without_gaps_and_the_log_names_them(editor_client, housing, schools):
    seen = navigation.get_arrangement_digest()
    form = {"seen": seen, "en-gb-2-topic": "schools", "en-gb-5-topic": "Housing", "en-gb-5-label": "Homes"}
    assert editor_client.post(SCREEN, form).status_code == 302
    rows = NavigationPlace.objects.values_list("language", "position", "topic__name", "label")
    assert list(rows) == [("en-gb", 1, "Schools", ""), ("en-gb", 2, "Housing", "Homes")]
    event = Event.objects.get(uid=housing.uid, verb="put in the navigation")
    assert event.after == {"language": "en-gb", "place": 2, "label": "Homes"}


def test_an_unknown_or_repeated_topic_is_refused_at_its_position(editor_client, housing):
    seen = navigation.get_arrangement_digest()
    unknown = editor_client.post(SCREEN, {"seen": seen, "en-gb-1-topic": "Hosing"})
    assert "There is no topic “Hosing”." in unknown.content.decode()
    repeated = editor_client.post(SCREEN, {"seen": seen, "en-gb-1-topic": "Housing", "en-gb-3-topic": "Housing"})
    assert "This topic already has a position." in repeated.content.decode()
    assert not NavigationPlace.objects.exists()


def test_up_and_down_exchange_positions_without_saving(editor_client, housing, schools):
    form = {"seen": "", "de-1-topic": "Housing", "de-2-topic": "Schools", "de-2-label": "Schulen"}
    html = editor_client.post(SCREEN, form | {"_move": "de 2 up"}).content.decode()
    values = re.findall(r'name="de-[12]-(?:topic|label)" value="([^"]*)"', html)
    assert values == ["Schools", "Schulen", "Housing"]
    for nothing in ("de 1 up", "de 7 down", "xx 1 down", "de", "\0", "de x up"):
        assert editor_client.post(SCREEN, form | {"_move": nothing}).status_code == 200
    assert not NavigationPlace.objects.exists()


def test_a_change_made_meanwhile_is_not_overwritten(editor, editor_client, housing, schools):
    seen = navigation.get_arrangement_digest()
    arrange(editor, en=[housing])
    refused = editor_client.post(SCREEN, {"seen": seen, "en-gb-1-topic": "Schools"})
    assert navigation.CHANGED_MEANWHILE in refused.content.decode()
    assert NavigationPlace.objects.get().topic == housing


def test_editors_and_curators_may_arrange_the_navigation_and_writers_may_not(
    writer, writer_client, curator_client, housing
):
    assert writer_client.get(SCREEN).status_code == 403
    assert curator_client.get(SCREEN).status_code == 200
    with pytest.raises(NotAllowedError):
        arrange(writer, en=[housing])


def test_more_than_seven_subjects_are_refused(editor):
    topics = [make_topic(name=f"Subject {number}") for number in range(8)]
    with pytest.raises(navigation.NotArrangedError):
        arrange(editor, en=topics)


def test_the_row_costs_no_query_once_it_is_known(client, editor, housing, django_assert_max_num_queries):
    make_published_story(topics=(housing,))
    arrange(editor, en=[housing])
    story = make_published_story(topics=(housing,))
    for _ in range(2):
        client.get("/topics/housing/")
    with django_assert_max_num_queries(7):
        assert client.get(f"/stories/{story.slug}/").status_code == 200


def test_another_story_about_a_subject_does_not_invalidate_all_pages(editor, housing):
    make_published_story(topics=(housing,))
    arrange(editor, en=[housing])
    before = read_version()
    make_published_story(topics=(housing,))
    assert read_version() == before


def read_version():
    return PageKey.objects.versions([SUBJECTS])
