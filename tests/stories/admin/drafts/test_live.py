"""The page and the findings beside a form: of what was typed, with nothing saved."""

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
from tests.asking import statements
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
from tests.stories.admin.filling import filled
from tests.stories.admin.test_cost import large_story

pytestmark = pytest.mark.django_db


def live_of(work) -> str:
    return reverse(work.desk_view.replace("_change", "_live"), args=[work.pk])


def form_of(client, work) -> dict[str, str]:
    return filled(client.get(reverse(work.desk_view, args=[work.pk]))) | {"_page": "on"}


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.app_label in {"stories", "topics", "record", "media", "addresses", "search", "notices"}
    }


@pytest.fixture
def client(editor_client):
    return editor_client


def whole_story() -> Story:
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


@pytest.mark.parametrize("make", [whole_story, make_question], ids=["story", "question"])
def test_a_form_that_nobody_touched_makes_the_document_that_was_saved(client, make, monkeypatch):
    work, seen = make(), []
    monkeypatch.setattr(live_preview, "check_unsaved", lambda work, document, at: seen.append(document) or Findings())
    assert client.post(live_of(work), form_of(client, work)).status_code == 200
    assert seen == [drafts.build_document(work)]


def test_what_is_typed_is_on_the_page_and_in_the_findings_and_nothing_is_saved(client):
    story = whole_story()
    form = form_of(client, story) | {
        "headline": "Half a w",
        "sections-0-text": "The pier is **shut**.",
        "work_topics-0-name": "A name that nobody knows",
        "story_questions-0-question": "A question that is new?",
    }
    before = everything()
    with statements() as asked:
        said = client.post(live_of(story), form).json()
    assert [sql for sql in asked if not sql.startswith(("SELECT", "EXECUTE", "SAVEPOINT", "RELEASE"))] == []
    assert everything() == before
    assert "Half a w" in said["page"]
    assert "<strong>shut</strong>" in said["page"]
    assert 'href="#id_headline"' in said["findings"]
    assert 'href="#id_work_topics-0-name"' in said["findings"]
    assert "blocker" in said["said"]


def test_new_rows_are_numbered_and_named_as_a_save_would(client):
    story = whole_story()
    known, outlet = make_article(), make_outlet(name="The Lisle Courier", aliases=("The Courier",))
    form = form_of(client, story)
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
    draft = DraftForm(SubmittedForm.of(form), story, may_confirm=True)
    document, places = draft.document(base), draft.places(base)
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
    assert places["citations"][4] == 4
    assert str(places["passages"][7]) == form["passages-7-row"]


def test_what_a_writer_may_not_change_and_a_picture_half_named_stay_as_they_were(writer_client):
    story = whole_story()
    WorkImage.objects.create(work=story, image=make_image(), alt="A quay.")
    before = revisions.record_revision(story, by=None).document.value()
    form = form_of(writer_client, story) | {"pictures-0-picture": "Half a na"}
    assert "citations-0-url" not in form
    assert DraftForm(SubmittedForm.of(form), story, may_confirm=False).document(before) == before
    assert Fields({"day": "2026-02-31"}).day("day") is None


@given(
    st.dictionaries(
        st.sampled_from(
            [
                f"{set_}-{n}-{field}"
                for set_ in (
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
def test_whatever_is_sent_makes_a_document(sent):
    for base in (Explainer(uid=uuid4(), slug="a"), QuestionPage(uid=uuid4(), slug="a")):
        work = Story(kind="story") if isinstance(base, Explainer) else FAQ(kind="question")
        draft = DraftForm(SubmittedForm.of(sent), work, may_confirm=False)
        document = draft.document(base)
        assert document.digest()
        assert "" not in draft.left_out(document)


@pytest.mark.parametrize("model", ["story", "faq"])
def test_something_new_has_a_preview_before_it_is_saved(client, model):
    address = reverse(f"admin:stories_{model}_live_new")
    form = filled(client.get(reverse(f"admin:stories_{model}_add"))) | {
        "headline": "A new one",
        "question": "A new one",
    }
    said = client.post(address, form | {"_page": "on"}).json()
    assert "A new one" in said["page"]
    assert client.get(address).status_code == 200
    assert not Story.objects.exists()


def test_the_address_of_the_page_may_be_framed_by_us_and_the_form_frames_it(client):
    story = make_story()
    page, form = client.get(live_of(story)), client.get(reverse(story.desk_view, args=[story.pk]))
    assert story.headline in page.content.decode()
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], page["X-Robots-Tag"]) == ("SAMEORIGIN", "noindex, nofollow")
    assert "frame-src 'self'" in form["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in form["Content-Security-Policy"]
    assert 'sandbox="allow-same-origin"' in form.content.decode()


@pytest.mark.parametrize("make", [whole_story, make_question], ids=["story", "question"])
def test_the_page_beside_a_form_holds_no_script_as_its_frame_runs_none(client, make):
    work = make()
    framed = client.get(live_of(work)).content.decode()
    exchanged = client.post(live_of(work), form_of(client, work)).json()["page"]
    assert "</article>" in framed
    assert "</article>" in exchanged
    assert "<script" not in framed + exchanged


def test_it_costs_no_more_with_more_rows_and_more_revisions(client):
    def cost(story) -> int:
        form = form_of(client, story)
        with CaptureQueriesContext(connection) as queries:
            assert client.post(live_of(story), form).status_code == 200
        return len(queries)

    small = make_story(articles=(make_article(),), questions=(make_question(),), byline=("Ana Kestrel",))
    first = cost(small)
    large = large_story()
    for number in range(5):
        Story.objects.filter(pk=large.pk).update(standfirst=f"Part {number}.")
        revisions.record_revision(large, by=None)
    assert cost(large) <= first <= 45


def test_strangers_outsiders_and_what_is_too_long_are_refused_in_a_sentence(client, curator_client):
    story = make_story()
    address = live_of(story)
    stranger = Client().post(address, {"headline": "x"})
    assert (stranger.status_code, stranger.json()["signed_out"]) == (403, True)
    outsider = signed_in(make_user(role="")).post(address, {})
    assert (outsider.status_code, outsider.json()["error"]) == (403, "This account has no place at the desk.")
    assert curator_client.post(address, {}).json()["error"] == "You may not edit this."
    assert client.post(address, {"headline": "x" * 6_000_000}).status_code == 413
    assert "5 MB" in client.post(address, {f"x{n}": "" for n in range(6_000)}).json()["error"]
    heavy = client.post(address, {f"sections-{n}-text": "[" * 6_000 for n in range(5)})
    assert (heavy.status_code, "more than 25,000 lines, brackets" in heavy.json()["error"]) == (413, True)
    broken = client.post(address, b"x", content_type="multipart/form-data")
    assert (broken.status_code, broken.json()["error"]) == (400, "What was sent cannot be read.")
    assert client.post(live_of(story).replace(f"/{story.pk}/", f"/{'9' * 30}/"), {}).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address, {"headline": "x"}).status_code == 403


def test_a_word_is_put_right_without_a_script_too_and_nothing_is_saved(client):
    word = HouseWord.objects.create(written="web site", preferred="website")
    story = make_story(texts={"behind": "A web site. “A web site,” she said."})
    address = reverse(story.desk_view, args=[story.pk])
    shown = client.get(address).content.decode()
    assert f'name="_fix" value="id_sections-1-text {word.pk}"' in shown
    form = filled(client.get(address)) | {"_fix": f"id_sections-1-text {word.pk}"}
    said = client.post(address, form).content.decode()
    assert "A website. “A web site,” she said." in said
    assert "“web site” is “website” now. Nothing is saved yet" in said
    assert revisions.get_newest_revision(story).number == 1
    for nothing in ("", "id_headline 999", f"id_password {word.pk}", "\0", "9" * 40):
        assert "nothing to put right" in client.post(address, form | {"_fix": nothing}).content.decode()


def test_what_a_fix_replaces_is_counted_as_scripts_count(client):
    word = HouseWord.objects.create(written="web site", preferred="website")
    story = make_story()
    said = client.post(live_of(story), form_of(client, story) | {"sections-1-text": "A 🚢 web site."}).json()
    assert said["fixes"] == {f"id_sections-1-text {word.pk}": [[5, 13, "website"]]}


def test_what_may_be_the_same_is_answered_with_its_place_at_the_desk(client):
    story = make_story(headline="Why the Kelmar barrier stood open")
    address = reverse("admin:similar")
    said = client.get(address, {"kind": "story", "q": "The Kelmar barrier stood open", "language": "en"}).json()
    assert said["said"] == "This may be the same story:"
    assert said["similar"] == [
        {"title": str(story), "address": reverse(story.desk_view, args=[story.pk]), "status": "On the desk, nobody’s"}
    ]
    assert client.get(address, {"kind": "story", "q": str(story), "but": story.pk}).json()["similar"] == []
    assert client.get(address, {"kind": "outlet", "q": "x"}).status_code == 400
    assert (
        client.get(address, {"kind": "story", "q": "\0" * 9, "but": "9" * 30, "language": "\0"}).json()["similar"] == []
    )
    assert Client().get(address, {"kind": "story", "q": str(story)}).status_code == 403
