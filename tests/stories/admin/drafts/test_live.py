"""Live preview: the page and the findings for typed text, and quick fixes, without saving."""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from stories import drafts
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.posted import Fields, SubmittedForm
from stories.admin.views.work import live_preview
from stories.checks import Findings
from stories.documents import Explainer, QuestionPage
from stories.drafts import revisions
from stories.models import FAQ, HouseWord, Section, Story, WorkImage
from tests.conftest import signed_in
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)
from tests.outcomes import list_admin_errors
from tests.recorded_sql import statements
from tests.stories.admin.form_data import filled
from tests.stories.admin.test_cost import make_large_story

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]


def live_address(work) -> str:
    return reverse(work.change_view_name.replace("_change", "_live_preview"), args=[work.pk])


def read_form(client, work) -> dict[str, str]:
    return filled(client.get(reverse(work.change_view_name, args=[work.pk]))) | {"_page": "on"}


def read_all_rows() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.app_label in {"stories", "topics", "record", "media", "addresses", "search", "notices"}
    }


@pytest.fixture
def client(editor_client):
    return editor_client


def make_full_story() -> Story:
    story = make_published_story(
        outlets=(make_outlet(name="Radio Tessen", aliases=("Tessen",)), make_outlet(name="Morrow Daily")),
        topics=(make_topic(name="Port Lisle"),),
        questions=(make_question(),),
        articles=(make_article(), make_article()),
        byline=("Ana Kestrel",),
        lead_image=make_image(),
        lead_alt="Nine gates.",
    )
    Section.objects.create(story=story, kind="free", heading="Part two", text="More.", position=9)
    revisions.record_revision(story, by=None)
    return story


@pytest.mark.parametrize("make", [make_full_story, make_question], ids=["story", "question"])
def test_an_unchanged_form_results_in_the_saved_document(client, make, monkeypatch):
    work, documents = make(), []
    monkeypatch.setattr(
        live_preview, "check_unsaved", lambda work, document, **kwargs: documents.append(document) or Findings()
    )
    assert client.post(live_address(work), read_form(client, work)).status_code == 200
    assert documents == [drafts.build_document(work)]


def test_typed_text_appears_in_the_preview_and_the_findings_and_is_not_saved(client):
    story = make_full_story()
    form = read_form(client, story) | {
        "headline": "Half a w",
        "sections-0-text": "The pier is **shut**.",
        "work_topics-0-name": "A name that nobody knows",
        "story_questions-0-question": "A question that is new?",
    }
    before = read_all_rows()
    with statements() as sql_statements:
        result = client.post(live_address(story), form).json()
    assert [sql for sql in sql_statements if not sql.startswith(("SELECT", "EXECUTE", "SAVEPOINT", "RELEASE"))] == []
    assert read_all_rows() == before
    assert "Half a w" in result["page"]
    assert "<strong>shut</strong>" in result["page"]
    assert 'href="#id_headline"' in result["findings"]
    assert 'href="#id_work_topics-0-name"' in result["findings"]
    assert "blocker" in result["said"]


def test_only_users_who_may_confirm_a_headline_are_told_to(client, writer_client):
    story = make_story(headline_confirmed=False)
    for each, message in ((client, "Confirm the headline."), (writer_client, "An editor confirms the headline")):
        form = each.get(reverse(story.change_view_name, args=[story.pk]))
        assert message in form.content.decode()
        assert message in each.post(live_address(story), filled(form)).json()["findings"]


def test_a_writer_sees_what_editors_confirm_as_notes(client, writer_client):
    story = make_story(headline_confirmed=False)
    for each, expected in ((client, ["blocker"]), (writer_client, ["note"])):
        findings = each.post(live_address(story), read_form(each, story)).json()["findings"]
        levels = re.findall(r'class="finding (\w+)" data-finding-key="headline.confirmed', findings)
        assert levels == expected


def read_messages(client, address, form, **state) -> str:
    return str(client.post(address, form | state).json()["findings"])


def test_a_form_that_was_never_saved_is_checked_field_by_field(client):
    address = reverse("admin:stories_story_live_preview_new")
    entered = {"headline": "Too short", "headline_confirmed": "", "standfirst": "TK"}
    form = filled(client.get(reverse("admin:stories_story_add"))) | entered
    untouched = client.post(address, form | {"_left": ""}).json()
    assert "Checks run as you complete each field." in untouched["findings"]
    assert untouched["said"] == ""
    left = read_messages(client, address, form, _left=["", "headline"])
    assert "The headline has 9 characters" in left
    assert "Confirm the headline" in left
    assert "TK" not in left
    assert "What’s happened" not in left
    everything = read_messages(client, address, form)
    assert "“TK”" in everything
    assert "What’s happened" in everything


def test_the_field_in_use_gets_no_new_finding_but_loses_old_ones(client):
    story = make_full_story()
    form = read_form(client, story) | {"headline": "Too short", "standfirst": "TK"}
    address = live_address(story)
    in_use = read_messages(client, address, form, _in_use="headline")
    assert "The headline has 9" not in in_use
    assert "“TK”" in in_use
    shown = {"_shown": ["headline.length headline"], "_typing": "on", "_in_use": "headline"}
    assert "The headline has 9" in read_messages(client, address, form, **shown)
    assert "“TK”" not in read_messages(client, address, form, **shown)
    mended = form | {"headline": "Why the north pier is closed"}
    assert "The headline has" not in read_messages(client, address, mended, **shown)


def test_findings_on_rows_appear_once_their_rows_are_left(client):
    story = make_story(topics=())
    form, address = read_form(client, story), live_address(story)
    assert "Add a topic" not in read_messages(client, address, form, _in_use="work_topics-0-name")
    assert "Add a topic" in read_messages(client, address, form, _in_use="headline")


def test_rows_that_are_left_empty_are_not_checked(client):
    story = make_full_story()
    form, address = read_form(client, story), live_address(story)
    names = ["work_topics-9-name", "citations-9-url", "citations-9-title", "citations-9-outlet_name"]
    names += ["passages-9-text", "passages-9-outlet_names", "sections-9-heading", "sections-9-text"]
    names += ["figures-9-value", "figures-9-counts", "story_questions-9-question", "pictures-9-alt"]
    empty = dict.fromkeys(names, "") | {"sections-9-kind": "free"}
    assert read_messages(client, address, form | empty) == read_messages(client, address, form)
    begun = form | empty | {"citations-9-url": "https://courier.example/letter"}
    assert "Add the outlet for source" in read_messages(client, address, begun)


def test_new_rows_get_the_numbers_and_names_that_a_save_would_give_them(client):
    story = make_full_story()
    known, outlet = make_article(), make_outlet(name="The Lisle Courier", aliases=("The Courier",))
    form = read_form(client, story)
    form |= {
        "citations-3-url": known.url,
        "citations-4-url": "https://courier.example/new",
        "citations-4-title": "The letter nobody answered",
        "citations-4-outlet_name": "the courier",
        "citations-5-url": "not an address",
        "passages-7-text": "The Courier prints the letter.",
        "passages-7-outlet_names": "The Courier; Nobody’s Paper",
        "passages-7-source_numbers": "2, 4, 99",
        "passages-7-row": "3d9d4b9e-5d0a-4d0e-8f3d-0b8e5f6a7c11",
        "pictures-5-picture": "no such picture",
        "sections-9-kind": "behind",
        "sections-9-text": "A second one.",
        "sections-0-DELETE": "on",
        "language": "no language!",
        "slug": "//",
        "byline_names": "ana kestrel; Nobody",
    }
    base = revisions.get_newest_revision(story).document.value()
    draft = DraftForm(SubmittedForm.parse(form), story, may_confirm=True)
    document, rows = draft.document(base), draft.list_rows(base)
    assert [(cited.number, cited.url) for cited in document.citations][2:] == [
        (3, known.url),
        (4, "https://courier.example/new"),
    ]
    assert document.citations[3].outlet.uid == outlet.uid
    new = document.passages[-1]
    assert ([each.name for each in new.outlets], new.sources) == (["The Lisle Courier", "Nobody’s Paper"], (2, 4))
    assert [section.kind for section in document.sections].count("behind") == 1
    assert "happened" not in {section.kind for section in document.sections}
    assert (document.language, document.slug, len(document.byline)) == (base.language, base.slug, 1)
    assert rows["citations"][4] == 4
    assert str(rows["passages"][7]) == form["passages-7-row"]


def test_disabled_fields_and_half_typed_images_keep_their_saved_values(writer_client):
    story = make_full_story()
    WorkImage.objects.create(work=story, image=make_image(), alt="A quay.")
    before = revisions.record_revision(story, by=None).document.value()
    form = read_form(writer_client, story) | {"pictures-0-picture": "Half a na"}
    assert "citations-0-url" not in form
    assert DraftForm(SubmittedForm.parse(form), story, may_confirm=False).document(before) == before
    assert Fields({"day": "2026-02-31"}).day("day") is None


@given(
    st.dictionaries(
        st.sampled_from(
            [
                f"{prefix}-{n}-{field}"
                for prefix in (
                    "sections",
                    "passages",
                    "citations",
                    "work_topics",
                    "pictures",
                    "answers",
                    "story_questions",
                )
                for n in (0, 1, 99999)
                for field in (
                    "row",
                    "place",
                    "text",
                    "kind",
                    "url",
                    "name",
                    "outlet_names",
                    "picture",
                    "question",
                    "as_of",
                    "source_numbers",
                    "DELETE",
                )
            ]
            + ["headline", "language", "byline_names", "lead", "question", "x" * 300]
        ),
        st.text(max_size=30)
        | st.sampled_from(["\0", "9" * 30, "2026-02-31", "https://a.example/", "papers", "x" * 2_000, "[@1]"]),
        max_size=12,
    )
)
@settings(max_examples=40)
def test_any_submission_results_in_a_document(posted):
    for base in (Explainer(uid=uuid4(), slug="a"), QuestionPage(uid=uuid4(), slug="a")):
        work = Story(kind="story") if isinstance(base, Explainer) else FAQ(kind="question")
        draft = DraftForm(SubmittedForm.parse(posted), work, may_confirm=False)
        document = draft.document(base)
        assert document.digest()
        assert "" not in draft.list_left_out(document)


@pytest.mark.parametrize("model", ["story", "faq"])
def test_a_new_work_has_a_preview_before_it_is_saved(client, model):
    address = reverse(f"admin:stories_{model}_live_preview_new")
    form = filled(client.get(reverse(f"admin:stories_{model}_add"))) | {
        "headline": "A new one",
        "question": "A new one",
    }
    result = client.post(address, form | {"_page": "on"}).json()
    assert "A new one" in result["page"]
    assert client.get(address).status_code == 200
    assert not Story.objects.exists()


def test_the_preview_can_be_framed_by_this_site_and_the_form_frames_it(client):
    story = make_story()
    page, form = client.get(live_address(story)), client.get(reverse(story.change_view_name, args=[story.pk]))
    assert story.headline in page.content.decode()
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], page["X-Robots-Tag"]) == ("SAMEORIGIN", "noindex, nofollow")
    assert "frame-src 'self'" in form["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in form["Content-Security-Policy"]
    assert 'sandbox="allow-same-origin"' in form.content.decode()


@pytest.mark.parametrize("make", [make_full_story, make_question], ids=["story", "question"])
def test_the_preview_contains_no_script(client, make):
    work = make()
    framed = client.get(live_address(work)).content.decode()
    updated = client.post(live_address(work), read_form(client, work)).json()["page"]
    assert "</article>" in framed
    assert "</article>" in updated
    assert "<script" not in framed + updated


def test_the_preview_runs_no_more_queries_with_more_rows_and_revisions(client):
    def count_queries(story) -> int:
        form = read_form(client, story)
        with CaptureQueriesContext(connection) as queries:
            assert client.post(live_address(story), form).status_code == 200
        return len(queries)

    small = make_story(articles=(make_article(),), questions=(make_question(),), byline=("Ana Kestrel",))
    first = count_queries(small)
    large = make_large_story()
    for number in range(5):
        Story.objects.filter(pk=large.pk).update(standfirst=f"Part {number}.")
        revisions.record_revision(large, by=None)
    assert count_queries(large) <= first <= 45


def test_users_without_access_and_oversized_forms_are_refused_with_a_reason(client, curator_client):
    story = make_story()
    address = live_address(story)
    stranger = Client().post(address, {"headline": "x"})
    assert (stranger.status_code, stranger.json()["signed_out"]) == (403, True)
    outsider = signed_in(make_user(role="")).post(address, {})
    refused = curator_client.post(address, {})
    assert (outsider.status_code, outsider.json()) == (
        403,
        {"error": "This account has no access to the desk. Ask an administrator."},
    )
    assert (refused.status_code, refused.json()) == (403, {"error": "You don’t have permission to edit this."})
    assert client.post(address, {"headline": "x" * 6_000_000}).status_code == 413
    assert "5 MB" in client.post(address, {f"x{n}": "" for n in range(6_000)}).json()["error"]
    heavy = client.post(address, {f"sections-{n}-text": "[" * 6_000 for n in range(5)})
    assert (heavy.status_code, "25,000" in heavy.json()["error"]) == (413, True)
    broken = client.post(address, b"x", content_type="multipart/form-data")
    assert (broken.status_code, bool(broken.json()["error"])) == (400, True)
    assert client.post(live_address(story).replace(f"/{story.pk}/", f"/{'9' * 30}/"), {}).status_code == 404
    strict_client = Client(enforce_csrf_checks=True)
    strict_client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert strict_client.post(address, {"headline": "x"}).status_code == 403


def test_a_quick_fix_works_without_javascript_and_is_not_saved(client):
    word = HouseWord.objects.create(written="web site", preferred="website")
    story = make_story(texts={"behind": "A web site. “A web site,” she said."})
    address = reverse(story.change_view_name, args=[story.pk])
    html = client.get(address).content.decode()
    assert f'name="_fix" value="id_sections-1-text {word.pk}"' in html
    form = filled(client.get(address)) | {"_fix": f"id_sections-1-text {word.pk}"}
    response = client.post(address, form)
    assert "A website. “A web site,” she said." in response.content.decode()
    assert list_admin_errors(response) == [("__all__", "fixed")]
    assert all(word in response.context["problems"][0].message for word in ("“web site”", "“website”"))
    assert revisions.get_newest_revision(story).number == 1
    for nothing in ("", "id_headline 999", f"id_password {word.pk}", "\0", "9" * 40):
        response = client.post(address, form | {"_fix": nothing})
        assert list_admin_errors(response) == [("__all__", "fixed")]
        assert "website" not in response.context["problems"][0].message


def test_a_missing_section_is_added_without_javascript_and_is_not_saved(client):
    client.force_login(make_user())
    story = make_story(texts={"happened": "The office will decide in March."})
    address = reverse(story.change_view_name, args=[story.pk])
    page = client.get(address)
    assert 'name="_fix" value="rows-sections next"' in page.content.decode()
    response = client.post(address, filled(page) | {"_fix": "rows-sections next"})
    assert "What happens next" in response.context["problems"][0].message
    form = filled(response)
    assert [value for name, value in form.items() if name.startswith("sections-") and value == "next"] == ["next"]
    assert not story.sections.filter(kind="next").exists()
    client.post(address, form)
    assert story.sections.get(kind="next").text == ""
    client.post(address, filled(client.get(address)) | {"_fix": "rows-sections nothing"})
    assert story.sections.count() == 5


def test_positions_of_quick_fixes_are_counted_in_utf_16(client):
    word = HouseWord.objects.create(written="web site", preferred="website")
    story = make_story()
    result = client.post(live_address(story), read_form(client, story) | {"sections-1-text": "A 🚢 web site."}).json()
    assert result["fixes"] == {f"id_sections-1-text {word.pk}": [[5, 13, "website"]]}


def test_a_similar_work_is_returned_with_its_address_at_the_desk(client):
    owner = make_user(first_name="Jonas", last_name="Adebar")
    story = make_story(headline="Why the Kelmar barrier stood open", owner=owner)
    address = reverse("admin:similar_works")
    result = client.get(address, {"kind": "story", "q": "The Kelmar barrier stood open", "language": "en"}).json()
    assert result["said"]
    (similar,) = result["similar"]
    assert "Jonas Adebar" in similar.pop("standing")
    assert similar == {"title": str(story), "address": reverse(story.change_view_name, args=[story.pk])}
    assert client.get(address, {"kind": "story", "q": str(story), "but": story.pk}).json()["similar"] == []
    assert client.get(address, {"kind": "outlet", "q": "x"}).status_code == 400
    assert (
        client.get(address, {"kind": "story", "q": "\0" * 9, "but": "9" * 30, "language": "\0"}).json()["similar"] == []
    )
    assert Client().get(address, {"kind": "story", "q": str(story)}).status_code == 403


def test_a_question_that_is_ticked_to_be_published_with_the_story_counts_as_published(client):
    story = make_story(questions=(make_question(question="Who pays for the pier?"),))
    form = read_form(client, story)
    tick = next(name for name in form if name.endswith("-question") and form[name]).replace("-question", "-goes_out")
    form.pop(tick, None)
    warning = "The page for “Who pays for the pier?” won’t be published"
    assert warning in read_messages(client, live_address(story), form)
    assert warning not in read_messages(client, live_address(story), form | {tick: "on"})


def test_the_live_preview_lists_sentences_that_look_ahead_until_they_are_forecasts(client):
    story = make_full_story()
    story.passages.create(text="It closed. The tunnel will open by the end of 2032, the ministry said.", position=9)
    revisions.record_revision(story, by=None)
    body = read_form(client, story)
    assert "1 sentence looks ahead." in client.post(live_address(story), body).json()["sentences_ahead"]
    words = "The tunnel will open by the end of 2032, the ministry said."
    body |= {"forecasts-TOTAL_FORMS": "1", "forecasts-0-row": str(uuid4()), "forecasts-0-expected": words}
    assert not client.post(live_address(story), body).json()["sentences_ahead"].strip()
