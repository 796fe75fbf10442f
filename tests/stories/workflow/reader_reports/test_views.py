"""The form for reader reports sets no cookie, uses no token and reveals nothing private."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.public_pages import list_pages
from newsroom.site.models import Report
from newsroom.site.reader_reports import submit
from newsroom.site.reader_reports.form import ReportForm
from newsroom.site.reader_reports.models import EMAIL_DAYS
from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    edition_of,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HEADLINE = "Why the east quay of Vessara sinks"


@pytest.fixture(autouse=True)
def _clear_rate_limits():
    cache.clear()


@pytest.fixture
def story():
    """Return a story whose second edition is live."""
    story = make_published_story(headline=HEADLINE, slug="east-quay")
    story.standfirst = "It sinks by two millimetres a year."
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update())
    return story


def get_title(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode())[1]


def format_refusal(response):
    """Return the HTML that must show the refusal in the context of the response."""
    return f'<div class="not-sent" role="alert"><p class="strong">{escape(response.context["refusal"])}</p></div>'


def post_report(client=None, headers=SAME_ORIGIN, **fields):
    form = {"page": "/stories/east-quay/", "sentence": "It sinks by three.", "problem": "It is two.", **fields}
    return (client or Client(enforce_csrf_checks=True)).post("/reports/", form, headers=headers)


def test_a_report_is_stored_with_the_edition_that_was_read(story):
    response = post_report(edition="1", source="The survey", email="reader@lisle.example")
    assert (response.status_code, response["Location"]) == (303, "/reports/thanks/?page=%2Fstories%2Feast-quay%2F")
    report = Report.objects.get()
    assert (report.kind, report.uid, report.edition) == ("story", story.uid, 1)
    assert (report.path, report.title) == ("/stories/east-quay/", HEADLINE)
    assert (report.sentence, report.problem, report.source) == ("It sinks by three.", "It is two.", "The survey")
    assert (report.email, report.state) == ("reader@lisle.example", "open")


@pytest.mark.parametrize("edition", ["", "0", "3", "-1", "x", "²", "99999999999999999999", "1 or 1"])
def test_a_report_with_an_unknown_edition_is_about_the_live_edition(story, edition):
    post_report(edition=edition)
    assert Report.objects.get().edition == edition_of(story).number == 2


def test_no_step_sets_or_needs_a_cookie(story):
    client = Client(enforce_csrf_checks=True)
    responses = [
        client.get("/reports/?page=/stories/east-quay/"),
        post_report(client, headers={}),
        post_report(client, problem=""),
        post_report(client),
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
def test_a_form_from_another_site_is_refused_and_keeps_the_typed_text(story, headers):
    response = post_report(headers=headers, email="reader@lisle.example")
    assertContains(response, format_refusal(response), status_code=403)
    assertContains(response, "It is two.", status_code=403)
    assertContains(response, "reader@lisle.example", status_code=403)
    assert response["Cache-Control"] == "private, no-store"
    assert not Report.objects.exists()


def test_an_origin_header_of_the_site_is_accepted(story):
    assert post_report(headers={"Origin": "http://testserver"}).status_code == 303
    assert Report.objects.count() == 1


def test_too_many_reports_are_refused_and_keep_the_typed_text(story):
    statuses = [post_report().status_code for _ in range(submit.MAX_PER_CONNECTION)]
    assert statuses == [303] * submit.MAX_PER_CONNECTION
    response = post_report(problem="One more thing.")
    assertContains(response, format_refusal(response), status_code=429)
    assertContains(response, "One more thing.", status_code=429)
    assert response["Retry-After"] == "3600"
    assert Report.objects.count() == submit.MAX_PER_CONNECTION


def test_an_invalid_form_does_not_count_towards_the_limit(story):
    for _ in range(submit.MAX_PER_CONNECTION + 1):
        assert post_report(problem="").status_code == 422
    assert post_report().status_code == 303


def test_forwarded_addresses_are_ignored_without_a_trusted_proxy(story):
    for number in range(submit.MAX_PER_CONNECTION + 1):
        response = post_report(headers={**SAME_ORIGIN, "X-Forwarded-For": f"192.0.2.{number}"})
    assert response.status_code == 429


def test_readers_behind_a_trusted_proxy_are_limited_separately(story, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(submit.MAX_PER_CONNECTION + 1):
        response = post_report(headers={**SAME_ORIGIN, "X-Forwarded-For": f"198.51.100.1, 192.0.2.{number}"})
    assert response.status_code == 303


def test_spam_gets_the_same_response_as_a_stored_report(story):
    response = post_report()
    spam_response = post_report(subject="Buy now")
    assert (spam_response.status_code, {**spam_response.headers}) == (response.status_code, {**response.headers})
    assert Report.objects.count() == 1


def test_the_honeypot_field_is_hidden(client):
    page = client.get("/reports/").content.decode()
    hidden = re.search(r"<div hidden>.*?</div>", page, re.DOTALL)
    assert hidden
    assert 'name="subject"' in hidden[0]
    assert page.count('name="subject"') == 1


def test_errors_are_shown_at_the_top_and_at_the_field_and_the_text_is_kept(client, story):
    response = post_report(email="reader", problem="")
    page, form = response.content.decode(), response.context["form"]
    assert response.status_code == 422
    assert get_title(response).endswith(f": {get_title(client.get('/reports/'))}")
    errors = form.errors.as_data()
    assert {name: [error.code for error in errors[name]] for name in errors} == {
        "problem": ["required"],
        "email": ["invalid"],
    }
    for name in errors:
        (message,) = map(escape, form.errors[name])
        assert f'<li><a href="#id_{name}">{form.fields[name].label}</a>: {message}</li>' in page
        assert f'<ul class="errorlist" id="id_{name}_error"><li>{message}</li></ul>' in page
    assert page.count("autofocus") == 1
    assert "It sinks by three." in page
    assert 'value="reader"' in page
    assert "Traceback" not in page


def test_markup_is_escaped(story):
    evil = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = post_report(sentence=evil, problem="", source=evil, email=evil, page=evil).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("size", [100_001, 3_000_000])
def test_an_oversized_form_is_refused(story, size):
    response = post_report(problem="x" * size)
    assert response.status_code == 400
    assert len(response.content) < 20_000
    assert not Report.objects.exists()


def test_malformed_bodies_raise_no_unexpected_error(story):
    client = Client(enforce_csrf_checks=True)
    for body, kind in [
        (b"\xff\xfe%00=%ff&problem=%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"problem=x", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"nothing of the kind", "multipart/form-data; boundary=x"),
        (b"{}", "application/json"),
        (b"", ""),
    ]:
        response = client.generic("POST", "/reports/", body, content_type=kind, headers=SAME_ORIGIN)
        assert response.status_code in {303, 400, 422}, kind
    assert all("\x00" not in report.problem for report in Report.objects.all())


def test_the_form_allows_only_get_head_and_post(client):
    assert client.head("/reports/").status_code == 200
    for method in ("put", "delete", "patch", "options"):
        assert getattr(client, method)("/reports/").status_code == 405
    assert client.post("/reports/thanks/").status_code == 405


def get_form(client, page):
    return client.get("/reports/", {"page": page, "edition": "1"}).content.decode()


def test_the_form_shows_the_title_of_a_public_page_and_otherwise_asks_for_the_page(client, story):
    assert HEADLINE in get_form(client, "/stories/east-quay/")
    assert 'name="page" value="/stories/east-quay/"' in get_form(client, "/stories/east-quay/")
    page = client.get("/reports/").content.decode()
    assert '<label for="id_page">' in page
    assert '<input type="text" name="page"' in page


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
def test_an_address_that_is_not_a_public_page_is_ignored(client, story, page):
    assert get_form(client, page) == get_form(client, "/never/was/")


def test_the_form_does_not_reveal_whether_a_draft_exists(client):
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
        unknown = "/stories/never-was/"
        assert get_form(client, secret) == get_form(client, unknown)
        form = {"problem": "", "page": secret}
        one, other = post_report(**form).content, post_report(**{**form, "page": unknown}).content
        assert one.decode().replace(secret, unknown) == other.decode()
        one, other = post_report(page=secret), post_report(page=unknown)
        assert {**one.headers} == {**other.headers}
        assert one["Location"] == "/reports/thanks/"
        cache.clear()
    subjects = Report.objects.values_list("kind", "path", "edition").distinct()
    assert set(subjects) == {("page", "", None)}


def test_a_report_on_each_kind_of_page_has_its_kind_title_and_path():
    world, kinds = make_world(), {"": "page", "source": "outlet", "about": "about page", "author": "contributor"}
    for page in list_pages():
        if page.subject or page.label:
            post_report(page=world.public[page.name].partition("?")[0])
            report = Report.objects.latest("pk")
            assert report.kind == kinds.get(page.kind, page.kind), page.name
            assert report.title, page.name
            assert Client().get(report.path).status_code == 200, page.name
            cache.clear()


def test_the_address_of_an_old_edition_determines_the_edition(story):
    post_report(page="/stories/east-quay/history/1/")
    assert Report.objects.get().edition == 1


def test_a_report_on_a_former_address_is_about_the_current_page(story):
    story.slug = "east-quay-sinks"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("A better address."))
    post_report()
    assert Report.objects.get().path == "/stories/east-quay-sinks/"


def test_an_absolute_url_of_the_site_is_accepted(story):
    post_report(page=" http://testserver/stories/east-quay/?x=1#sources ")
    assert Report.objects.get().uid == story.uid


def test_text_in_place_of_an_address_is_stored_as_the_title():
    post_report(page="The one on the quay")
    report = Report.objects.get()
    assert (report.title, report.path, report.kind) == ("The one on the quay", "", "page")


def list_report_links(client, address):
    page = client.get(address).content.decode()
    return re.findall(r'href="(/reports/[^"]*)"', page)


def test_every_public_page_links_to_the_form_with_its_own_address(client):
    world = make_world()
    for name in (page.name for page in list_pages() if page.schema_type or page.label):
        path = world.public[name].partition("?")[0]
        links = {link.partition("&")[0] for link in list_report_links(client, world.public[name])}
        assert links == {f"/reports/?page={path.replace('/', '%2F')}"}, name


def test_stories_and_questions_link_to_the_form_with_their_edition(client, story):
    question = make_published_question(slug="who-pays")
    assert "/reports/?page=%2Fstories%2Feast-quay%2F&amp;edition=2" in list_report_links(client, "/stories/east-quay/")
    assert "/reports/?page=%2Fstories%2Feast-quay%2F&amp;edition=1" in list_report_links(
        client, "/stories/east-quay/history/1/"
    )
    assert "/reports/?page=%2Fquestions%2Fwho-pays%2F&amp;edition=1" in list_report_links(
        client, f"/questions/{question.slug}/"
    )


def test_other_pages_link_to_the_form_without_an_address(client):
    for address in ("/nowhere/", "/accounts/login/", "/reports/", "/reports/thanks/"):
        assert set(list_report_links(client, address)) == {"/reports/"}, address


def test_the_form_for_an_arabic_story_is_in_arabic(client):
    story = make_published_story(language="ar", slug="quay-ar", headline="لماذا يغرق الرصيف الشرقي في فيسارا")
    response = client.get("/reports/", {"page": f"/stories/{story.slug}/"})
    assertContains(response, '<html lang="ar" dir="rtl">')
    refused = post_report(page=f"/stories/{story.slug}/", problem="")
    assertContains(refused, '<html lang="ar" dir="rtl">', status_code=422)
    assertContains(client.get(post_report(page=f"/stories/{story.slug}/")["Location"]), '<html lang="ar" dir="rtl">')


def test_the_form_for_a_story_in_an_unsupported_language_is_in_the_language_of_the_site(client):
    make_published_story(language="pt", slug="quay-pt")
    response = client.get("/reports/", {"page": "/stories/quay-pt/"})
    assertContains(response, '<html lang="en-gb" dir="ltr">')
    assertContains(response, ReportForm.base_fields["sentence"].label)
    message = ReportForm.base_fields["problem"].error_messages["required"]
    assertContains(post_report(page="/stories/quay-pt/", problem=""), message, status_code=422)


def test_the_thanks_page_says_what_happens_next_and_links_back(client, story):
    response = client.get(post_report()["Location"])
    assert response.context["days"] == EMAIL_DAYS
    assertContains(response, f"{EMAIL_DAYS} days")
    assertContains(response, 'href="/stories/east-quay/"')
    assertNotContains(client.get("/reports/thanks/?page=//evil.example"), "evil.example")


def test_no_word_of_a_report_is_public(client, story):
    post_report(sentence="qxsentence", problem="qxproblem", source="qxsource", email="qxmail@lisle.example")
    for address in ("/stories/east-quay/", "/stories/east-quay/history/", "/reports/?page=/stories/east-quay/", "/"):
        assertNotContains(client.get(address), "qx")
    results = client.get("/search/?q=qxproblem").content
    assert results.replace(b"qxproblem", b"qxabsent") == client.get("/search/?q=qxabsent").content
