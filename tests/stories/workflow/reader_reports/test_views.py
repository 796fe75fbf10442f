"""Reporting an error, as a reader does: no cookie, no token, and nothing told of what is not public."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.public_pages import list_pages
from newsroom.site.models import Report
from newsroom.site.reader_reports import submit
from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    edition_of,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_user,
    update,
)
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
HEADLINE = "Why the east quay of Vessara sinks"


@pytest.fixture(autouse=True)
def _nobody_yet():
    cache.clear()


@pytest.fixture
def story():
    """Return a story that readers see in its second edition."""
    story = make_published_story(headline=HEADLINE, slug="east-quay")
    story.standfirst = "It sinks by two millimetres a year."
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update())
    return story


def send(client=None, headers=FROM_HERE, **fields):
    said = {"page": "/stories/east-quay/", "sentence": "It sinks by three.", "problem": "It is two.", **fields}
    return (client or Client(enforce_csrf_checks=True)).post("/reports/", said, headers=headers)


def test_a_report_is_kept_with_the_edition_that_was_read(story):
    response = send(edition="1", source="The survey", email="reader@lisle.example")
    assert (response.status_code, response["Location"]) == (303, "/reports/thanks/?page=%2Fstories%2Feast-quay%2F")
    report = Report.objects.get()
    assert (report.kind, report.uid, report.edition) == ("story", story.uid, 1)
    assert (report.path, report.title) == ("/stories/east-quay/", HEADLINE)
    assert (report.sentence, report.problem, report.source) == ("It sinks by three.", "It is two.", "The survey")
    assert (report.email, report.state) == ("reader@lisle.example", "open")


@pytest.mark.parametrize("edition", ["", "0", "3", "-1", "x", "²", "99999999999999999999", "1 or 1"])
def test_without_an_edition_that_was_public_it_is_about_todays(story, edition):
    send(edition=edition)
    assert Report.objects.get().edition == edition_of(story).number == 2


def test_no_step_sets_a_cookie_and_none_is_asked(story):
    client = Client(enforce_csrf_checks=True)
    responses = [
        client.get("/reports/?page=/stories/east-quay/"),
        send(client, headers={}),
        send(client, problem=""),
        send(client),
        client.get("/reports/thanks/"),
    ]
    assert [response.status_code for response in responses] == [200, 403, 422, 303, 200]
    assert not client.cookies
    assert not any(response.cookies or "Cookie" in response.headers.get("Vary", "") for response in responses)


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"},
        {"Origin": "http://testserver:81"}, {"Origin": "https://testserver"}, {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, {"Referer": "http://testserver/reports/"},
    ],
)  # fmt: skip
def test_what_another_site_sends_is_refused_in_words_and_keeps_what_was_typed(story, headers):
    response = send(headers=headers, email="reader@lisle.example")
    assertContains(response, "We take reports only from this page.", status_code=403)
    assertContains(response, "It is two.", status_code=403)
    assertContains(response, "reader@lisle.example", status_code=403)
    assert response["Cache-Control"] == "private, no-store"
    assert not Report.objects.exists()


def test_a_browser_that_names_our_origin_alone_is_believed(story):
    assert send(headers={"Origin": "http://testserver"}).status_code == 303
    assert Report.objects.count() == 1


def test_whoever_sends_too_many_waits_and_keeps_what_was_typed(story):
    answers = [send().status_code for _ in range(submit.MAX_PER_CONNECTION)]
    assert answers == [303] * submit.MAX_PER_CONNECTION
    response = send(problem="One more thing.")
    assertContains(response, "Too many reports came in.", status_code=429)
    assertContains(response, "One more thing.", status_code=429)
    assert response["Retry-After"] == "3600"
    assert Report.objects.count() == submit.MAX_PER_CONNECTION


def test_a_form_that_was_refused_takes_no_place(story):
    for _ in range(submit.MAX_PER_CONNECTION + 1):
        assert send(problem="").status_code == 422
    assert send().status_code == 303


def test_behind_no_proxy_nobody_names_another_address(story):
    for number in range(submit.MAX_PER_CONNECTION + 1):
        response = send(headers={**FROM_HERE, "X-Forwarded-For": f"192.0.2.{number}"})
    assert response.status_code == 429


def test_behind_a_proxy_each_reader_counts_alone(story, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(submit.MAX_PER_CONNECTION + 1):
        response = send(headers={**FROM_HERE, "X-Forwarded-For": f"198.51.100.1, 192.0.2.{number}"})
    assert response.status_code == 303


def test_a_machine_that_fills_in_every_field_is_answered_as_if_it_had_been_taken(story):
    answer = send()
    trapped = send(subject="Buy now")
    assert (trapped.status_code, {**trapped.headers}) == (answer.status_code, {**answer.headers})
    assert Report.objects.count() == 1


def test_no_person_meets_the_field_for_machines(client):
    page = client.get("/reports/").content.decode()
    hidden = re.search(r"<div hidden>.*?</div>", page, re.DOTALL)
    assert hidden
    assert 'name="subject"' in hidden[0]
    assert page.count('name="subject"') == 1


def test_what_is_wrong_is_said_above_and_at_its_field_with_the_text_kept(story):
    response = send(email="reader", problem="")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Not sent: Report an error" in page
    assert '<a href="#id_problem">What is wrong</a>: Say what is wrong.' in page
    assert '<a href="#id_email">Your e-mail address</a>: This is no e-mail address' in page
    assert page.count("autofocus") == 1
    assert "It sinks by three." in page
    assert 'value="reader"' in page
    assert "Traceback" not in page


def test_markup_is_only_text(story):
    evil = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = send(sentence=evil, problem="", source=evil, email=evil, page=evil).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("size", [100_001, 3_000_000])
def test_more_than_a_form_holds_is_not_read(story, size):
    response = send(problem="x" * size)
    assert response.status_code == 400
    assert len(response.content) < 20_000
    assert not Report.objects.exists()


def test_neither_files_nor_odd_bodies_are_an_error(story):
    client = Client(enforce_csrf_checks=True)
    for body, kind in [
        (b"\xff\xfe%00=%ff&problem=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"problem=x", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"nothing of the kind", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"", ""),
    ]:
        response = client.generic("POST", "/reports/", body, content_type=kind, headers=FROM_HERE)
        assert response.status_code in {303, 400, 422}, kind
    assert all("\x00" not in report.problem for report in Report.objects.all())


def test_the_form_can_only_be_got_and_sent(client):
    assert client.head("/reports/").status_code == 200
    for method in ("put", "delete", "patch", "options"):
        assert getattr(client, method)("/reports/").status_code == 405
    assert client.post("/reports/thanks/").status_code == 405


def page_of(client, page):
    return client.get("/reports/", {"page": page, "edition": "1"}).content.decode()


def test_the_form_names_a_public_page_and_asks_for_any_other(client, story):
    assert HEADLINE in page_of(client, "/stories/east-quay/")
    assert 'name="page" value="/stories/east-quay/"' in page_of(client, "/stories/east-quay/")
    assert "Which page" in client.get("/reports/").content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example/stories/east-quay/", "https://evil.example/stories/east-quay/", "javascript:alert(1)",
        "http://testserver@evil.example/stories/east-quay/", "\\\\evil.example", "/\\evil.example", "/admin/",
        "/accounts/login/", "/preview/x/", "/media/x", "http://[", "/stories/east-quay", "stories/east-quay/", "",
        "/stories/\x00/", "/stories/%00/", "/stories/../admin/", "/reports/", "x" * 5_000, "/healthz", "data:,x",
        "http://testserver:81/stories/east-quay/", "/stories/<script>/", "/stories/east-quay/history/1/x",
        "/feeds/stories.atom",
    ],
)  # fmt: skip
def test_what_is_no_page_of_ours_is_no_page(client, story, page):
    assert page_of(client, page) == page_of(client, "/never/was/")


def test_a_draft_is_told_from_nothing_by_no_answer(client):
    world = make_world()
    hidden_topic = make_topic(slug="still-secret")
    make_story(topics=(hidden_topic,))
    outlet = make_outlet(slug="unheard-of")
    for secret in (
        f"/stories/{world.draft.slug}/",
        f"/stories/{world.draft.slug}/history/",
        f"/questions/{world.draft_question.slug}/",
        f"/stories/{world.withdrawn.slug}/",
        f"/topics/{hidden_topic.slug}/",
        f"/sources/{outlet.slug}/",
        "/about/nothing/",
    ):
        nothing = "/stories/never-was/"
        assert page_of(client, secret) == page_of(client, nothing)
        said = {"problem": "", "page": secret}
        one, other = send(**said).content, send(**{**said, "page": nothing}).content
        assert one.decode().replace(secret, nothing) == other.decode()
        one, other = send(page=secret), send(page=nothing)
        assert {**one.headers} == {**other.headers}
        assert one["Location"] == "/reports/thanks/"
        cache.clear()
    about = Report.objects.values_list("kind", "path", "edition").distinct()
    assert set(about) == {("page", "", None)}


def test_every_kind_of_page_is_known_by_kind_and_uid():
    world, kinds = make_world(), {"": "page", "source": "outlet", "about": "about page"}
    for page in list_pages():
        if page.subject or page.label:
            send(page=world.public[page.name].partition("?")[0])
            report = Report.objects.latest("pk")
            assert report.kind == kinds.get(page.kind, page.kind), page.name
            assert report.title, page.name
            assert Client().get(report.path).status_code == 200, page.name
            cache.clear()


def test_an_old_edition_that_was_read_is_known_by_its_own_address(story):
    send(page="/stories/east-quay/history/1/")
    assert Report.objects.get().edition == 1


def test_a_former_address_leads_to_the_page_of_today(story):
    story.slug = "east-quay-sinks"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update("A better address."))
    send()
    assert Report.objects.get().path == "/stories/east-quay-sinks/"


def test_a_whole_address_of_ours_may_be_typed(story):
    send(page=" http://testserver/stories/east-quay/?x=1#sources ")
    assert Report.objects.get().uid == story.uid


def test_words_in_the_place_of_an_address_are_kept_as_words():
    send(page="The one on the quay")
    report = Report.objects.get()
    assert (report.title, report.path, report.kind) == ("The one on the quay", "", "page")


def links_of(client, address):
    page = client.get(address).content.decode()
    return re.findall(r'href="(/reports/[^"]*)"', page)


def test_every_public_page_leads_to_the_form_with_its_own_address(client):
    world = make_world()
    for name in (page.name for page in list_pages() if page.schema_type or page.label):
        path = world.public[name].partition("?")[0]
        links = {link.partition("&")[0] for link in links_of(client, world.public[name])}
        assert links == {f"/reports/?page={path.replace('/', '%2F')}"}, name


def test_a_story_and_a_question_say_which_edition_is_read(client, story):
    question = make_published_question(slug="who-pays")
    assert "/reports/?page=%2Fstories%2Feast-quay%2F&amp;edition=2" in links_of(client, "/stories/east-quay/")
    assert "/reports/?page=%2Fstories%2Feast-quay%2F&amp;edition=1" in links_of(client, "/stories/east-quay/history/1/")
    assert "/reports/?page=%2Fquestions%2Fwho-pays%2F&amp;edition=1" in links_of(client, f"/questions/{question.slug}/")


def test_pages_that_say_nothing_of_their_address_lead_to_the_form_without_it(client):
    for address in ("/nowhere/", "/accounts/login/", "/reports/", "/reports/thanks/"):
        assert set(links_of(client, address)) == {"/reports/"}, address


def test_an_arabic_story_is_asked_about_in_arabic_from_the_right(client):
    story = make_published_story(language="ar", slug="quay-ar", headline="لماذا يغرق الرصيف الشرقي في فيسارا")
    response = client.get("/reports/", {"page": f"/stories/{story.slug}/"})
    assertContains(response, '<html lang="ar" dir="rtl">')
    refused = send(page=f"/stories/{story.slug}/", problem="")
    assertContains(refused, '<html lang="ar" dir="rtl">', status_code=422)
    assertContains(client.get(send(page=f"/stories/{story.slug}/")["Location"]), '<html lang="ar" dir="rtl">')


def test_a_story_in_a_language_that_is_not_written_here_is_asked_about_in_the_sites(client):
    make_published_story(language="pt", slug="quay-pt")
    response = client.get("/reports/", {"page": "/stories/quay-pt/"})
    assertContains(response, '<html lang="en-gb" dir="ltr">')
    assertContains(response, "Which sentence")
    assertContains(send(page="/stories/quay-pt/", problem=""), "Say what is wrong.", status_code=422)


def test_the_answer_thanks_says_what_happens_and_leads_back(client, story):
    response = client.get(send()["Location"])
    assertContains(response, "it is deleted after 90 days")
    assertContains(response, 'href="/stories/east-quay/"')
    assertNotContains(client.get("/reports/thanks/?page=//evil.example"), "evil.example")


def test_no_word_of_a_report_reaches_readers(client, story):
    send(sentence="qxsentence", problem="qxproblem", source="qxsource", email="qxmail@lisle.example")
    for address in ("/stories/east-quay/", "/stories/east-quay/history/", "/reports/?page=/stories/east-quay/", "/"):
        assertNotContains(client.get(address), "qx")
    found = client.get("/search/?q=qxproblem").content
    assert found.replace(b"qxproblem", b"qxabsent") == client.get("/search/?q=qxabsent").content
