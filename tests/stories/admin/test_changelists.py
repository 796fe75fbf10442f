"""Changelists of the desk, the queues on the home page, and the form of an article."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stories import publishing
from stories.models import WorkTopic
from stories.workflow import trash
from tests.clocks import MONDAY
from tests.factories import (
    make_article,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
    reduce_checks_to_hints,
)

pytestmark = pytest.mark.database


@pytest.mark.parametrize("model", ["stories_story", "stories_faq", "stories_outlet", "stories_article", "topics_topic"])
def test_a_longer_list_runs_no_more_queries(client, editor, model, django_assert_max_num_queries):
    def fill():
        for _ in range(3):
            question, outlet = make_question(), make_outlet(aliases=("Another " + str(make_topic().pk),))
            make_story(
                questions=(question,),
                outlets=(outlet,),
                articles=(make_article(),),
                topics=(make_topic(),),
                owner=editor,
            )

    address = reverse(f"admin:{model}_changelist")
    fill()
    client.get(address)
    for _ in range(2):
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200
        fill()


def test_the_home_page_runs_no_more_queries_with_longer_queues(client, editor, django_assert_max_num_queries):
    for _ in range(3):
        make_story(owner=editor)
        make_published_story(by=editor)
        with django_assert_max_num_queries(30):
            assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize(
    ("status", "titles"),
    [
        ("", {"A draft", "A live one", "One ahead of its readers"}),
        ("draft", {"A draft"}),
        ("live", {"A live one"}),
        ("changed", {"One ahead of its readers"}),
        ("binned", {"One thrown away"}),
    ],
)
def test_the_list_can_be_filtered_by_publication_status(client, editor, save, status, titles):
    reduce_checks_to_hints("headline.length")
    make_story(headline="A draft")
    make_published_story(headline="A live one", by=editor)
    changed = make_published_story(headline="One ahead of its readers", by=editor)
    save(changed, standfirst="More is known now.")
    trash.move_to_trash(make_story(headline="One thrown away"), by=editor)
    page = client.get(reverse("admin:stories_story_changelist"), {"standing": status} if status else {})
    assert {story.headline for story in page.context["cl"].result_list} == titles


def test_a_search_finds_a_story_by_its_topic(client, editor):
    make_story(headline="A story of the ferry", topics=(make_topic(name="Norrhavn ferry"),))
    make_story(headline="A story of the pier")
    page = client.get(reverse("admin:stories_story_changelist"), {"q": "Norrhavn"})
    assert [story.headline for story in page.context["cl"].result_list] == ["A story of the ferry"]


def test_the_home_page_lists_the_users_draft_with_a_link(client, editor):
    story = make_story(headline="Why the ferry to Norrhavn is late", owner=editor)
    page = client.get(reverse("admin:index"))
    assert "nothing needs you" in page.context["title"]
    assert [entry.title for queue in page.context["own_queues"] for entry in queue.entries] == [story.headline]
    assert reverse(story.change_view_name, args=[story.pk]) in page.rendered_content


@pytest.mark.parametrize(("role", "is_listed"), [("Writer", False), ("Editor", True)])
def test_writers_see_no_queue_of_proposed_names(client, db, role, is_listed):
    WorkTopic.objects.create(work=make_story(), proposed_name="Ida Sund")
    client.force_login(make_user(role=role))
    queues = client.get(reverse("admin:index")).context["queues"]
    addresses = {entry.address for queue in queues for entry in queue.entries}
    assert (reverse("admin:proposed_names") in addresses) is is_listed


def test_the_form_of_an_article_lists_its_works_and_accepts_a_proposed_outlet(client, editor):
    article = make_article()
    make_story(headline="A story of the ferry", articles=(article,))
    address = reverse("admin:stories_article_change", args=[article.pk])
    assert "A story of the ferry" in client.get(address).rendered_content
    client.post(address, {"url": article.url, "title": "Late again", "outlet_name": "Tessen Evening Mail"})
    article.refresh_from_db()
    assert (article.title, article.outlet, article.proposed_outlet) == ("Late again", None, "Tessen Evening Mail")


def test_the_home_page_lists_schedules_in_the_newsrooms_time_zone(client, editor, set_time):
    scheduled, expiring = make_story(headline="Why the lighthouse goes dark in March"), make_published_story(by=editor)
    publishing.schedule_expiry(expiring, by=editor, at=MONDAY + timedelta(days=9), notice="The fair is over.")
    publishing.schedule(scheduled, by=editor, at=MONDAY + timedelta(days=4))
    with timezone.override("Europe/Paris"):
        page = client.get(reverse("admin:index"))
        listed = page.content.decode()
    first, second = (
        entry for queue in page.context["queues"] for entry in queue.entries if entry.age.endswith("(CET)")
    )
    assert (first.title, first.age) == (scheduled.headline, "7 Mar, 10:00 (CET)")
    assert (second.title, second.age) == (expiring.headline, "12 Mar, 10:00 (CET)")
    assert listed.index(first.age) < listed.index(second.age)
    # The entry of a schedule names the revision that goes live; an expiry has no revision.
    assert ["1" in entry.detail for entry in (first, second)] == [True, False]


def test_all_schedules_are_on_the_home_page_and_in_the_filtered_list(client, editor, set_time):
    stories = [make_story(headline=f"Why lighthouse {number} goes dark in March") for number in range(7)]
    for number, story in enumerate(stories):
        publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=number + 1))
    make_story(headline="Why nobody asked for this lighthouse")
    listing = f"{reverse('admin:stories_story_changelist')}?standing=waiting"
    home = reverse("admin:index")
    assert "?all=scheduled_editions#" in client.get(home).content.decode()
    opened = client.get(f"{home}?all=scheduled_editions").content.decode()
    assert all(story.headline in opened for story in stories)
    page = client.get(listing).content.decode()
    assert "4 Mar, 09:00 (UTC)" in page
    assert "lighthouse 6" in page
    assert "nobody asked" not in page
