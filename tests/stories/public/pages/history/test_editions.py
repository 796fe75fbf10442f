"""The history of a page: it lists every edition that has been public, and no edition before its time."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.audit.models import Erasure
from stories import publishing
from stories.drafts import citations, revisions
from stories.models import Change, ChangeNote, Edition, WorkImage
from stories.publishing.errors import InvalidStateError
from tests.clocks import MONDAY
from tests.factories import (
    edition_of,
    file_of,
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.outcomes import get_text
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY
ARABIC = {"happened": "أُغلق الرصيف.", "behind": "بُني الرصيف لقوارب الصيد.", "background": "كان الحد عشرة أطنان."}
EDITIONS = [(Change.CORRECTION, "3"), (Change.UPDATE, "2"), (Change.FIRST, "1")]


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def publish_background(story, text, *, by, change=None, **fields):
    """Publish the story with new text in its background section and new values of ``fields``."""
    story.sections.filter(kind="background").update(text=text)
    type(story).objects.filter(pk=story.pk).update(**fields)
    story.refresh_from_db()
    revisions.record_revision(story, by=by)
    return publishing.publish(story, by=by, change=change or make_update())


def get_history(client, story, number=None):
    return client.get(f"/stories/{story.slug}/history/" + (f"{number}/" if number else ""))


def list_stages(response):
    """Return the kind of change and the label of each edition in a history."""
    return [(stage.edition.change, stage.edition.label) for stage in response.context["page"].stages]


def list_entries(response):
    """Return the entries of a history, as HTML."""
    listed = response.content.decode().partition('<ol class="edition-list"')[2].partition("</ol>")[0]
    return re.findall(r"<li.*?</li>", listed, re.DOTALL)


def list_periods(response):
    """Return the period of each entry in a history, as text. That of the edition in force has no end."""
    periods = [re.findall(r"<time[^>]*>([^<]+)</time>", entry) for entry in list_entries(response)]
    return [" to ".join(times).replace("\u00a0", " ") for times in periods]


def get_banner(response):
    """Return the banner of an old edition, as HTML."""
    return response.content.decode().partition('<section class="banner earlier"')[2].partition("</section>")[0]


def list_announced(response):
    """Return the addresses of the editions in the list of changes of a page."""
    section = response.content.decode().partition('<ol class="changes">')[2].partition("</ol>")[0]
    return re.findall(r'</span> <a href="([^"]+)">', section)


@pytest.fixture
def story(editor, set_time):
    """Return a story with three editions from three days: the first, an update and a correction."""
    story = make_published_story(by=editor, slug="pier", texts={"background": "The limit was ten tonnes."})
    set_time.go(days=1)
    publish_background(
        story, "The limit was ten tonnes, says the office.", by=editor, change=make_update("Adds what the office says.")
    )
    set_time.go(days=1)
    note = ChangeNote(Change.CORRECTION, "We misread.", "The limit was ten tonnes.", "The limit was nine tonnes.")
    publish_background(story, "The limit was nine tonnes, says the office.", by=editor, change=note)
    return story


def test_all_editions_are_listed_newest_first(client, story):
    response = get_history(client, story)
    assert list_stages(response) == EDITIONS
    page = response.context["page"]
    assert (page.editions, page.first_published_at) == (3, MONDAY)
    entries = list_entries(response)
    headings = [re.findall(r'<h3><a href="([^"]+)">[^<]*(\d)</a></h3>', entry) for entry in entries]
    assert headings == [[(f"/stories/pier/history/{number}/", f"{number}")] for number in (3, 2, 1)]
    assert list_periods(response) == [
        "5 March, 09:00",
        "4 March, 09:00 to 5 March, 09:00",
        "3 March, 09:00 to 4 March, 09:00",
    ]
    assert ['class="label marked"' in entry for entry in entries] == [True, False, False]
    assert "We misread." in entries[0]
    assert "Adds what the office says." in entries[1]


def test_an_old_edition_shows_its_text(client, story):
    response = get_history(client, story, 2)
    assertContains(response, "The limit was ten tonnes, says the office.")
    banner = get_banner(response)
    assert [time[:10] for time in re.findall(r'<time datetime="([^"]+)"', banner)] == ["2031-03-04", "2031-03-05"]
    assert f'<a href="/stories/{story.slug}/">' in banner
    assert "<h1" in response.content.decode()


def test_search_engines_do_not_index_old_editions(client, story):
    response = get_history(client, story, 2)
    assert response.headers["X-Robots-Tag"] == "noindex"
    assertContains(response, '<meta name="robots" content="noindex">')
    assertNotContains(response, 'rel="canonical"')
    assert "X-Robots-Tag" not in client.get(f"/stories/{story.slug}/").headers


def test_the_live_edition_is_in_the_history(client, story):
    banner = get_banner(get_history(client, story, 3))
    assert [time[:10] for time in re.findall(r'<time datetime="([^"]+)"', banner)] == ["2031-03-05"]


def test_an_edition_is_compared_with_the_previous_one(client, story):
    response = get_history(client, story, 3)
    page = response.content.decode().partition('id="compared"')[2]
    assert re.search(r'<h2 id="compared-heading">[^<]*3</h2>', page)
    for tag, words in (("del", "ten"), ("ins", "nine")):
        assert re.search(
            rf'<{tag}><bdi class="visually-hidden">[^<]+</bdi><span class="sign"[^>]*>[^<]+</span>'
            rf'<span class="changed-words">{words}</span>',
            page,
        )
    compared = response.context["past_edition"].compared
    assert [(part.code, part.state) for part in compared.parts] == [("section", "edited")]
    assert [(mention.kind, mention.before, mention.after) for mention in compared.changed_mentions] == [
        ("figure", "ten", "nine")
    ]
    assert re.search(r'<p class="change-summary">1\D+1\D+</p>', page)


def test_blank_lines_between_compared_paragraphs_are_sent(client, story, editor, set_time):
    set_time.go(days=1)
    publish_background(story, "The limit was nine.\n\nIt was set in 1931.", by=editor)
    page = get_history(client, story, 4).content.decode()
    texts = re.findall(r'class="compared-text"[^>]*>(.*?)</(?:pre|div)>', page, re.DOTALL)
    assert any("\n\n" in text for text in texts)


def test_the_first_edition_has_no_previous_one(client, story):
    response = get_history(client, story, 1)
    assert response.context["past_edition"].compared is None
    assertContains(response, 'id="compared-heading"')
    assertNotContains(response, 'class="change-summary"')
    assertContains(response, 'rel="next" href="/stories/pier/history/2/"')
    assertNotContains(response, 'rel="prev"')


def test_an_edition_links_to_its_neighbours(client, story):
    response = get_history(client, story, 2)
    assertContains(response, 'rel="prev" href="/stories/pier/history/1/"')
    assertContains(response, 'rel="next" href="/stories/pier/history/3/"')


@pytest.mark.parametrize("number", ["4", "0", "01", "-1", "1.0", "x", "999999999", "9999999999", "٣"])
def test_an_unknown_edition_answers_404(client, story, number):
    assert client.get(f"/stories/pier/history/{number}/").status_code == 404


def test_a_minor_edition_is_in_the_history_but_not_announced(client, story, editor, set_time):
    set_time.go(days=1)
    text = "The limit was nine tonnes, so says the office."
    publish_background(story, text, by=editor, change=ChangeNote(Change.MINOR))
    response = client.get("/stories/pier/")
    assert re.search(r'<span class="fact strong">[^<]+<time[^>]*>5.March', response.content.decode())
    assert list_announced(response) == ["/stories/pier/history/3/", "/stories/pier/history/2/"]
    assert response.context["page"].changes.editions == 4
    assert re.search(r'<a class="action" href="/stories/pier/history/">\D*4\D*</a>', response.content.decode())
    assert list_stages(get_history(client, story)) == [(Change.MINOR, "4"), *EDITIONS]
    assertContains(get_history(client, story, 4), text)


def test_a_scheduled_edition_is_in_the_history_once_it_is_due(client, story, editor, set_time):
    story.sections.filter(kind="background").update(text="The limit is twelve tonnes from now on.")
    revisions.record_revision(story, by=editor)
    set_time.go(microseconds=1)
    before = [
        get_history(client, story).content,
        get_history(client, story, 3).content,
        client.get("/stories/pier/").content,
    ]
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("A new limit."))
    after = [
        get_history(client, story).content,
        get_history(client, story, 3).content,
        client.get("/stories/pier/").content,
    ]
    assert after == before
    set_time.go(to=FRIDAY - MICROSECOND)
    assert "A new limit." not in get_text(get_history(client, story))
    assert list_periods(get_history(client, story))[0] == "5 March, 09:00"
    assert get_history(client, story, 4).status_code == 404
    set_time.go(to=FRIDAY)
    assert "A new limit." in get_text(get_history(client, story))
    assert get_history(client, story, 4).status_code == 200
    assert list_periods(get_history(client, story))[:2] == ["7 March, 09:00", "5 March, 09:00 to 7 March, 09:00"]


def test_a_cancelled_schedule_leaves_no_trace(client, story, editor, set_time):
    set_time.go(microseconds=1)
    before = get_history(client, story).content
    story.sections.filter(kind="background").update(text="The limit is twelve tonnes from now on.")
    revisions.record_revision(story, by=editor)
    scheduled = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("A new limit."))
    publishing.cancel_schedule(scheduled, by=editor, reason="Not yet.")
    assert get_history(client, story).content == before
    set_time.go(to=FRIDAY + DAY)
    publish_background(story, "The limit is nine tonnes still.", by=editor)
    assertContains(get_history(client, story, 4), "The limit is nine tonnes still.")
    assert get_history(client, story, 5).status_code == 404


def test_there_is_no_history_before_the_first_publication(client, editor, set_time):
    publishing.schedule(make_story(slug="later"), by=editor, at=FRIDAY)
    set_time.go(to=FRIDAY - MICROSECOND)
    assert client.get("/stories/later/history/").status_code == 404
    assert client.get("/stories/later/history/1/").status_code == 404
    set_time.go(to=FRIDAY)
    assert client.get("/stories/later/history/1/").status_code == 200


def test_editions_of_a_withdrawn_page_cannot_be_read(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.withdraw(story, by=editor, notice="A source took it back.")
    for number in (1, 2, 3, 9):
        response = get_history(client, story, number)
        assert response.status_code == 410
        assertContains(response, "A source took it back.", status_code=410)
        assertNotContains(response, "says the office", status_code=410)


def test_a_withdrawn_page_shows_its_headline_and_links_to_its_history(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.withdraw(story, by=editor, notice="A source took it back.")
    page = client.get(f"/stories/{story.slug}/")
    assert re.search(rf"<h1>[^<]+ {story.headline}</h1>", page.content.decode())
    assertContains(page, f'href="/stories/{story.slug}/history/"', status_code=410)
    past = get_history(client, story)
    assert past["X-Robots-Tag"] == "noindex"
    assert past.context["page"].editions == 3
    assert list_stages(past)[0][0] == Change.WITHDRAWAL
    assert ['class="withdrawn-period"' in entry for entry in list_entries(past)] == [True, False, False, False]
    assert "A source took it back." in list_entries(past)[0]
    assertNotContains(past, "tonnes")
    assertNotContains(past, "/history/1/")


def test_a_withdrawn_page_links_to_its_replacement_while_that_is_live(client, story, editor, set_time):
    other = make_published_story(headline="What the harbour office says of its pier")
    set_time.go(days=1)
    publishing.withdraw(story, by=editor, notice="A source took it back.", instead=other.uid)
    link = f'<a href="/stories/{other.slug}/">{other.headline}</a>'
    assertContains(client.get(f"/stories/{story.slug}/"), link, status_code=410, html=True)
    set_time.go(minutes=1)
    publishing.withdraw(other, by=editor, notice="This one too.")
    assertNotContains(client.get(f"/stories/{story.slug}/"), "What the harbour", status_code=410)


def test_the_replacement_must_be_another_live_page(story, editor):
    for instead in (story.uid, make_story().uid, uuid4()):
        with pytest.raises(InvalidStateError, match="Suggest a page that is live"):
            publishing.withdraw(story, by=editor, notice="A source took it back.", instead=instead)


def test_a_republished_page_shows_its_editions_and_the_gap(client, story, editor, set_time):
    set_time.go(days=1)
    publishing.withdraw(story, by=editor, notice="A source took it back.")
    set_time.go(days=1)
    publishing.republish(story, by=editor, note="The source stands by it after all.")
    response = get_history(client, story)
    assert response.context["page"].editions == 4
    assert [change for change, _ in list_stages(response)][:2] == [Change.RETURN, Change.WITHDRAWAL]
    assert list_periods(response)[:2] == ["7 March, 09:00", "6 March, 09:00 to 7 March, 09:00"]
    returned, withdrawn = list_entries(response)[:2]
    assert 'class="withdrawn-period"' not in returned
    assert 'href="/stories/pier/history/4/"' in returned
    assert 'class="withdrawn-period"' in withdrawn
    assert "A source took it back." in withdrawn
    assertContains(get_history(client, story, 3), "nine tonnes")
    republished = get_history(client, story, 4)
    assert republished.context["past_edition"].compared.parts == ()
    assertContains(republished, 'class="change-summary"')
    assertNotContains(republished, 'class="comparison"')


def test_the_history_of_an_expired_page_answers_410(client, story, editor, set_time):
    publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The vote is over.")
    set_time.go(to=FRIDAY - MICROSECOND)
    assert "The vote is over." not in get_history(client, story).content.decode()
    set_time.go(to=FRIDAY)
    assert get_history(client, story, 1).status_code == 410


def test_after_a_move_the_history_is_at_the_new_address(client, story, editor, set_time):
    set_time.go(days=1)
    publish_background(story, "The limit was nine tonnes, it says.", by=editor, slug="north-pier")
    for under in ("history/", "history/2/"):
        response = client.get(f"/stories/pier/{under}")
        assert (response.status_code, response["Location"]) == (301, f"/stories/north-pier/{under}")
    assertContains(client.get("/stories/north-pier/history/"), 'href="/stories/north-pier/history/2/"')
    assertContains(client.get("/stories/north-pier/history/2/"), "The limit was ten tonnes, says the office.")


def test_a_story_has_no_history_among_the_questions(client, story):
    assert client.get("/questions/pier/history/").status_code == 404


def test_a_question_has_its_own_history(client, editor, set_time):
    question = make_published_question(by=editor, slug="may-they")
    set_time.go(days=1)
    answer = question.answers.first()
    answer.text = "The harbour office signs it after the pillar was measured twice."
    answer.save()
    revisions.record_revision(question, by=editor)
    publishing.correct(question, by=editor, was_wrong="Nobody signs it.", is_right="The office signs it.")
    assert list_stages(client.get("/questions/may-they/history/")) == [
        (Change.CORRECTION, "2"),
        (Change.FIRST, "1"),
    ]
    old = client.get("/questions/may-they/history/1/")
    assertContains(old, "after the pillar was measured.")
    assert '<a href="/questions/may-they/">' in get_banner(old)
    (part,) = client.get("/questions/may-they/history/2/").context["past_edition"].compared.parts
    assert (part.code, [row.state for row in part.rows]) == ("answers", ["edited"])


def test_an_old_edition_shows_the_old_names_of_outlets_and_topics(client, editor, set_time):
    outlet, topic = make_outlet(name="Ansgar Wire"), make_topic(name="North pier")
    story = make_published_story(by=editor, slug="pier", outlets=(outlet,), topics=(topic,))
    outlet.name, topic.name = "Ansgar Press", "Quay North"
    outlet.save()
    topic.save()
    set_time.go(days=1)
    publish_background(story, "The limit was nine tonnes from the first day on.", by=editor)
    today, old = client.get("/stories/pier/"), get_history(client, story, 1)
    assertContains(today, "Ansgar Press")
    assertContains(today, "Quay North")
    main = old.content.decode().partition('id="compared"')[0]
    assert "Ansgar Press" not in main
    assert f'<a href="{outlet.get_absolute_url()}">Ansgar Wire</a>' in main
    assert f'<a href="{topic.get_absolute_url()}">North pier</a>' in main


def test_names_that_are_no_longer_public_are_plain_text(client, editor, set_time):
    outlet, other, topic = make_outlet(name="Ansgar Wire"), make_outlet(name="Radio Tessen"), make_topic(name="Pier")
    text = f"The [pier](topic:{topic.uid}) had a limit."
    story = make_published_story(
        by=editor, slug="pier", outlets=(outlet, other), topics=(topic,), texts={"background": text}
    )
    set_time.go(days=1)
    passage = story.passages.get(outlets=outlet)
    passage.outlets.set([make_outlet(name="Morrow Daily")])
    passage.text = "The Morrow Daily says otherwise."
    passage.save()
    story.work_topics.update(topic=make_topic(name="Harbour"))
    publish_background(story, "It had a limit.", by=editor)
    page = get_history(client, story, 1).content.decode()
    assert "<h3><span>Ansgar Wire</span></h3>" in page
    assert f'<a href="{other.get_absolute_url()}">Radio Tessen</a>' in page
    assert outlet.get_absolute_url() not in page
    assert topic.get_absolute_url() not in page
    assert "The pier had a limit." in page
    assert client.get(topic.get_absolute_url()).status_code == 404


def test_an_old_name_of_a_merged_topic_links_to_the_remaining_topic(client, editor, set_time):
    merged, remaining = make_topic(name="North pier"), make_topic(name="Pier of Lisle")
    story = make_published_story(by=editor, slug="pier", topics=(merged,))
    merge_topics(merged, remaining, by=make_user(role="Curator"))
    set_time.go(days=1)
    publish_background(story, "The limit was nine tonnes from the first day on.", by=editor)
    assertContains(get_history(client, story, 1), f'<a href="{remaining.get_absolute_url()}">North pier</a>')


def test_a_question_has_its_old_wording_and_a_current_link(client, editor, set_time):
    question = make_published_question(by=editor, slug="may-they", question="May they use it?")
    story = make_published_story(by=editor, slug="pier", questions=(question,))
    set_time.go(days=1)
    publish_background(story, "The limit was nine tonnes from the first day on.", by=editor)
    type(question).objects.filter(pk=question.pk).update(question="Who may use it?", introduction="New words.")
    question.refresh_from_db()
    revisions.record_revision(question, by=editor)
    publishing.publish(question, by=editor, change=make_update())
    page = get_history(client, story, 1)
    assertContains(page, '<a href="/questions/may-they/">May they use it?</a>')
    assertNotContains(page, "New words.")
    dated = r'<p class="small">[^<]+<time[^>]*>[^<]+</time></p>\s*<div class="card">'
    assert not re.search(dated, page.content.decode())
    assert re.search(dated, client.get("/stories/pier/").content.decode())
    publishing.withdraw(question, by=editor, notice="Asked wrongly.")
    set_time.go(minutes=1)
    assertNotContains(get_history(client, story, 1), "may-they")


def get_main(client, story):
    main = get_history(client, story, 1).content.decode().partition('id="compared"')[0]
    return "/media/" in main, main


def test_a_picture_that_is_no_longer_public_is_described_in_words(client, editor, set_time):
    lead, inside = make_image(), make_image()
    story = make_story(slug="pier", lead_image=lead, lead_alt="The pier at low water", lead_caption="In June.")
    placed = WorkImage.objects.create(work=story, image=inside, alt="A crane", caption="On the quay.")
    story.sections.filter(kind="background").update(text=f"Words.\n\n![](picture:{placed.uid})")
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    shows, main = get_main(client, story)
    assert shows
    placed.delete()
    set_time.go(days=1)
    publish_background(story, "Words that are new.", by=editor, lead_image=None, lead_alt="", lead_caption="")
    shows, main = get_main(client, story)
    assert not shows
    for alt in ("The pier at low water", "A crane"):
        assert re.search(rf'<p class="picture-fallback meta">[^<]+ {alt}</p>', main)
    for caption in ("In June.", "On the quay."):
        assert caption in main
    assert client.get(f"/media/{file_of(lead)}").status_code == 404


def test_a_comparison_shows_nothing_that_was_never_public(client, editor, set_time):
    story = make_published_story(by=editor, slug="pier")
    set_time.go(days=1)
    citations.cite_article(story, make_article(title="An article that nothing cites"))
    WorkImage.objects.create(work=story, image=make_image(), alt="A picture that stands nowhere", caption="Nowhere.")
    publish_background(story, "The limit was nine tonnes from the first day on.", by=editor)
    hidden = make_story()
    set_time.go(days=1)
    publish_background(story, f"The [limit](story:{hidden.uid}) was nine tonnes from the first day on.", by=editor)
    for number in (2, 3):
        response = get_history(client, story, number)
        page = response.content.decode()
        assert response.context["past_edition"].compared is not None
        assert 'class="change-summary"' in page
        for words in ("that nothing cites", "that stands nowhere", "Nowhere.", hidden.slug, str(hidden.uid)):
            assert words not in page, (number, words)


def test_a_date_that_has_passed_since_is_not_marked_as_future(client, editor, set_time):
    story = make_published_story(by=editor, slug="pier")
    story.sections.create(kind="timeline", heading="Timeline", text="- 2031-03-05: The vote.", position=9)
    publish_background(story, "The limit was nine tonnes from the first day on.", by=editor)
    set_time.go(to=FRIDAY)
    publish_background(story, "The limit was nine tonnes, and is.", by=editor)
    ahead = 'class="is-future"'
    assertNotContains(client.get("/stories/pier/"), ahead)
    assertNotContains(get_history(client, story, 2), ahead)


def test_an_erased_edition_leaves_the_others_readable(client, story, administrator):
    erasure = Erasure.objects.create(kind="story", uid=story.uid, scope="edition", reason="A court.", by=administrator)
    Edition.objects.filter(work=story, major=2).delete()
    Erasure.objects.filter(pk=erasure.pk).update(closed_at=MONDAY + 3 * DAY)
    assert get_history(client, story).context["page"].editions == 2
    assertContains(get_history(client, story, 2), "nine tonnes")
    assert get_history(client, story, 3).status_code == 404


def test_the_history_is_in_the_language_of_the_story(client, editor, set_time):
    story = make_published_story(
        by=editor, slug="ميناء", language="ar", headline="لماذا أغلق ميناء تلمار أمام الشاحنات", texts=ARABIC
    )
    set_time.go(days=1)
    publish_background(story, "كان الحد تسعة أطنان منذ اليوم الأول.", by=editor)
    for number in (None, 1, 2):
        response = get_history(client, story, number)
        assertContains(response, '<html lang="ar" dir="rtl">')
        main = re.sub(r"<[^>]*>", " ", response.content.decode().partition("<main")[2].partition("</main>")[0])
        assert not re.search("[Ee]dition|changed|until|since|Removed", main), number


def test_a_draft_has_no_history(client, editor):
    question = make_question(slug="not-asked-yet")
    for path in (f"/questions/{question.slug}/history/", f"/stories/{uuid4()}/history/1/"):
        assert client.get(path).status_code == 404


def test_cancelled_editions_are_not_counted(client, story, editor, set_time):
    story.sections.filter(kind="background").update(text="The limit is twelve tonnes from now on.")
    revisions.record_revision(story, by=editor)
    publishing.cancel_schedule(
        publishing.schedule(story, by=editor, at=FRIDAY, change=make_update()), by=editor, reason="No."
    )
    set_time.go(days=1)
    publish_background(story, "The limit is nine tonnes still.", by=editor)
    assert edition_of(story).number == 5
    response = client.get("/stories/pier/")
    assert response.context["page"].changes.editions == 4
    assert list_announced(response)[0] == "/stories/pier/history/4/"
    assert response.context["page"].changes.announced[0].edition.label == "4"
    assert re.search(r'<a class="action" href="/stories/pier/history/">\D*4\D*</a>', response.content.decode())
