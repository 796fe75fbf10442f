"""Autosaves and local copies: storing typed text, and comparing, restoring and discarding it."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from newsroom.http import clock
from newsroom.redirects.models import Address
from stories.drafts import revisions
from stories.drafts.queues import list_unsaved
from stories.models import FAQ, AutosaveSlot, Edition, Section, State, Story, Work
from stories.workflow import autosave, trash
from tests.factories import make_outlet, make_published_story, make_question, make_story, make_user
from tests.outcomes import find_summary, list_admin_errors
from tests.stories.admin.form_data import filled


def form_address(work):
    return reverse(work.change_view_name, args=[work.pk])


def address(screen, work, *more, model="story"):
    return reverse(f"admin:stories_{model}_{screen}", args=[work.pk if work else "new", *more])


class Window:
    """A form that is open in one window of a browser, with the requests that it sends."""

    def __init__(self, client, page, *, model="story", work=None):
        self.client, self.page, self.work, self.model = client, page, work, model
        self.form, self.uid, self.sequence = filled(client.get(page)), str(uuid4()), 0
        self.form.pop("csrfmiddlewaretoken", None)

    def build_post(self, **more):
        self.sequence += 1
        return self.form | {"_window": self.uid, "_sequence": str(self.sequence)} | more

    def type_text(self, **changes):
        self.form |= {name.replace("__", "-"): value for name, value in changes.items()}
        return self.autosave(self.build_post())

    def autosave(self, body):
        return self.client.post(address("autosave", self.work, model=self.model), body)

    def save(self, then="save", **more):
        return self.client.post(self.page, self.build_post(_continue=then, **more))


@pytest.fixture
def story(db):
    return make_story(texts={"happened": "The sea came in at three."})


@pytest.fixture
def window(client, editor, story):
    return Window(client, form_address(story), work=story)


@pytest.fixture
def jonas(db):
    """Return a client that is signed in as another editor."""
    other = Client()
    other.force_login(make_user(role="Editor", first_name="Jonas", last_name="Adebar"))
    return other


def is_offered(response):
    """Return whether a form offers unsaved text."""
    is_shown = 'id="unsaved-' in response.content.decode()
    assert is_shown is bool(response.context["unsaved"])
    return is_shown


def get_slot(work):
    return AutosaveSlot.objects.get(work=work)


def test_typed_text_is_autosaved_and_offered_to_the_next_user(window, story, jonas):
    response = window.type_text(standfirst="Half a wo")
    assert response.status_code == 200
    assert response.json()["is_new"] is True
    response = jonas.get(form_address(story))
    assert is_offered(response)
    page, (unsaved,) = response.content.decode(), response.context["unsaved"]
    assert "Ana Kestrel" in unsaved.label
    assert unsaved.label in page
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert address(screen, story, get_slot(story).pk) in page
    assert revisions.get_newest_revision(story).number == 1


def test_the_comparison_shows_typed_text_word_by_word(window, story, jonas):
    window.type_text(sections__0__text="The sea came in at dawn.", standfirst="New here.")
    response = jonas.get(address("unsaved", story, get_slot(story).pk))
    runs_by_label = {
        each.label: [(run.kind, run.text) for run in each.runs] for each in response.context["differences"]
    }
    assert runs_by_label == {
        "Standfirst": [("new", "New here.")],
        "What’s happened": [("same", "The sea came in at "), ("gone", "three"), ("new", "dawn"), ("same", ".")],
    }


def test_the_comparison_shows_text_that_no_document_can_contain_yet(window, story, jonas):
    window.type_text(byline_names="Nobody We Know", lead_alt="A quay at low tide.", standfirst="New here.")
    response = jonas.get(address("unsaved", story, get_slot(story).pk))
    shown = "\n".join(run.text for each in response.context["differences"] for run in each.runs)
    assert all(text in shown for text in ("Nobody We Know", "A quay at low tide.", "New here."))
    assert shown.count("New here.") == 1


def test_restoring_unsaved_text_fills_the_form_without_saving(window, story, jonas):
    window.type_text(standfirst="Ana’s words.")
    slot = get_slot(story)
    other = Window(jonas, address("restore_unsaved", story, slot.pk), work=story)
    assert other.form["standfirst"] == "Ana’s words."
    story.refresh_from_db()
    assert (story.standfirst, autosave.get_slot_values(get_slot(story)) != []) == ("", True)
    other.page = form_address(story)
    response = other.save()
    assert response.status_code == 302, [problem.message for problem in response.context["problems"]]
    story.refresh_from_db()
    assert story.standfirst == "Ana’s words."
    assert autosave.list_unsaved(story, "story", for_=make_user()) == []


def test_saving_empties_only_the_slot_of_its_window(window, story, client):
    beside = Window(client, form_address(story), work=story)
    beside.type_text(standfirst="In the other window.")
    window.type_text(standfirst="In this window.")
    assert window.save().status_code == 302
    assert [slot.title for slot in AutosaveSlot.objects.exclude(values=[])] == [story.headline]
    assert dict(AutosaveSlot.objects.exclude(values=[]).get().values)["standfirst"] == "In the other window."


def test_a_refused_save_does_not_empty_the_slot(window, story):
    window.type_text(passages__0__addresses="nine", standfirst="Kept.")
    assert window.save().status_code == 200
    assert dict(get_slot(story).values)["standfirst"] == "Kept."


def test_a_merged_save_empties_the_slot(window, story, jonas):
    window.type_text(standfirst="Ana’s summary.")
    other = Window(jonas, form_address(story), work=story)
    other.type_text(sections__0__text="The sea came in at dawn.")
    assert other.save().status_code == 302
    assert window.save().status_code == 302
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("Ana’s summary.", "The sea came in at dawn.")
    assert [slot.values for slot in AutosaveSlot.objects.all()] == [[], []]


def test_restored_text_from_an_older_revision_is_merged(window, story, jonas):
    window.type_text(standfirst="Ana’s summary.")
    other = Window(jonas, form_address(story), work=story)
    other.type_text(sections__0__text="The sea came in at dawn.")
    other.save()
    third = Window(jonas, address("restore_unsaved", story, get_slot_of_ana(story).pk), work=story)
    assert (third.form["standfirst"], third.form["base_revision"]) == ("Ana’s summary.", "1")
    third.page = form_address(story)
    assert third.save().status_code == 302
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("Ana’s summary.", "The sea came in at dawn.")
    assert get_slot_of_ana(story).values == []


def get_slot_of_ana(story):
    return AutosaveSlot.objects.get(work=story, person__first_name="Ana")


def test_restored_text_with_an_invalid_value_shows_the_error(window, story, client):
    window.type_text(passages__0__addresses="nine")
    response = client.get(address("restore_unsaved", story, get_slot(story).pk))
    assert filled(response)["passages-0-addresses"] == "nine"
    assert list_admin_errors(response) == [("passages-0-addresses", "address")]


def test_a_restored_form_that_is_corrected_empties_its_slot(window, story, client):
    window.type_text(passages__0__addresses="nine", standfirst="Ana’s words.")
    restored = Window(client, address("restore_unsaved", story, get_slot(story).pk), work=story)
    restored.page = form_address(story)
    refused = restored.save()
    assert not is_offered(refused)
    corrected = filled(refused) | {"passages-0-addresses": "", "_continue": "save"}
    assert client.post(form_address(story), corrected).status_code == 302
    assert get_slot(story).values == []


def test_a_restored_new_row_keeps_its_uid(window, story, client):
    uid = str(uuid4())
    window.type_text(sections__4__row=uid, sections__4__kind="free", sections__4__heading="Next", sections__4__text="A survey.", sections__4__place="5")  # fmt: skip
    restored = Window(client, address("restore_unsaved", story, get_slot(story).pk), work=story)
    restored.page = form_address(story)
    assert restored.save().status_code == 302
    assert [str(row.uid) for row in Section.objects.filter(heading="Next")] == [uid]


# Mistakes known from other systems ------------------------------------------------------------------------------------


def test_an_autosave_never_changes_a_live_story(client, editor):
    live = make_published_story(by=editor)
    page = client.get(f"/stories/{live.slug}/").content
    before = list(Work.objects.values()), list(Edition.objects.values())
    Window(client, form_address(live), work=live).type_text(headline="Another headline", standfirst="Half a wo")
    assert (list(Work.objects.values()), list(Edition.objects.values())) == before
    assert client.get(f"/stories/{live.slug}/").content == page


def test_an_autosave_of_a_new_story_creates_no_draft(client, editor):
    page = reverse("admin:stories_story_add")
    window = Window(client, page)
    window.type_text(standfirst="Before there is a headline.")
    assert (Story.objects.count(), Work.objects.count()) == (0, 0)
    response = client.get(page)
    assert is_offered(response)
    assert "Ana Kestrel" not in response.context["unsaved"][0].label, "It is the reader’s own."
    restored_window = Window(client, address("restore_unsaved", None, AutosaveSlot.objects.get().pk))
    assert restored_window.form["standfirst"] == "Before there is a headline."
    restored_window.page = page
    assert restored_window.save(headline="Why the sea came in").status_code == 302
    assert Story.objects.get().standfirst == "Before there is a headline."
    assert not is_offered(client.get(page))


def test_a_new_question_is_autosaved_before_its_first_save(client, editor):
    page = reverse("admin:stories_faq_add")
    window = Window(client, page, model="faq")
    window.type_text(question="Why did the sea come i")
    assert FAQ.objects.count() == 0
    assert "Why did the sea come i" in client.get(page).content.decode()
    assert is_offered(client.get(page))
    assert not is_offered(client.get(reverse("admin:stories_story_add")))
    assert window.save().status_code == 302
    assert AutosaveSlot.objects.get().values == []


def test_submitting_an_autosaved_form_twice_adds_a_row_once(window, story):
    uid = str(uuid4())
    body = window.build_post(**{
        "sections-4-row": uid, "sections-4-kind": "free", "sections-4-heading": "Next", "sections-4-text": "A survey.",
        "_continue": "save",
    })  # fmt: skip
    assert window.client.post(form_address(story), body).status_code == 302
    window.client.post(form_address(story), body)
    assert [str(row.uid) for row in Section.objects.filter(heading="Next")] == [uid]
    assert window.autosave(body).json()["is_new"] is False


def test_an_autosaved_title_does_not_become_an_address(client, editor):
    live = make_published_story(by=editor)
    before = list(Address.objects.values_list("slug", flat=True)), live.slug
    form = Window(client, form_address(live), work=live)
    for length in range(4, 12):
        form.type_text(headline="Why the sea"[:length], slug="why-the-sea"[:length])
    live.refresh_from_db()
    assert (list(Address.objects.values_list("slug", flat=True)), live.slug) == before


def test_the_form_shows_values_that_the_server_normalised(client, editor):
    window = Window(client, reverse("admin:stories_story_add"))
    window.type_text(headline="Why the sea came in", slug="Why The SEA")
    saved = window.save()
    page = Window(client, saved["Location"])
    assert page.form["slug"] == "why-the-sea"
    assert not is_offered(client.get(saved["Location"]))


def test_a_late_autosave_does_not_affect_a_publication(window, story, editor):
    late_form = window.build_post(standfirst="Typed before the button.")
    assert window.save(then="publish", standfirst="Published.").status_code == 302
    edition = Edition.objects.get(work=story)
    assert window.autosave(late_form).json()["is_new"] is False
    window.type_text(standfirst="Typed after it.")
    story.refresh_from_db()
    assert (story.standfirst, story.state) == ("Published.", State.DRAFT)
    assert Edition.objects.get(work=story) == edition
    assert edition in Edition.objects.live(clock.now())


# Permissions and invalid input ----------------------------------------------------------------------------------------


def test_an_autosave_is_refused_after_another_user_has_signed_in(window, story):
    window.client.force_login(make_user(role="Editor", first_name="Jonas", last_name="Adebar"))
    response = window.type_text(standfirst="Ana’s words.")
    assert response.status_code == 409
    assert "Jonas Adebar" in response.json()["error"]
    assert AutosaveSlot.objects.count() == 0


def test_a_signed_out_script_gets_a_json_error(window):
    window.client.logout()
    response = window.type_text(standfirst="Ana’s words.")
    assert (response.status_code, response.json()["signed_out"]) == (403, True)


def test_a_request_without_a_csrf_token_is_refused_as_json_for_scripts_and_as_a_page_for_people(story, editor):
    strict_client = Client(enforce_csrf_checks=True)
    strict_client.force_login(editor)
    response = strict_client.post(address("autosave", story), {}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["signed_out"]) == (403, True)
    page = strict_client.post(form_address(story), {})
    assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert find_summary(page)


def test_a_refused_submission_shows_the_text_to_copy(window, story, editor):
    form = window.build_post(standfirst="Ana’s own words.")
    response = window.client.post(
        reverse("account_login"), {"login": "Ana’s own words.", "password": "Ana’s own words."}
    )
    assert 'id="sent-text"' not in response.content.decode(), "the refused sign-in shows no text"
    strict_client = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    strict_client.force_login(editor)
    other = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    other.force_login(editor)
    page = strict_client.post(form_address(story), form).content.decode()
    assert 'id="sent-text"' in page
    assert "Ana’s own words." in page
    assert "Ana’s own words." not in other.post(form_address(story), form).content.decode()
    trash.move_to_trash(story, by=editor)
    response = window.client.post(form_address(story), form)
    assert (response.status_code, "Ana’s own words." in response.content.decode()) == (403, True)
    response = window.client.post(reverse(story.change_view_name, args=[10**6]), form)
    assert (response.status_code, "Ana’s own words." in response.content.decode()) == (404, True)
    window.client.logout()
    response = window.client.post(form_address(story), form)
    page = response.content.decode()
    assert (response.status_code, "Ana’s own words." in page, response["Cache-Control"]) == (403, True, "no-store")
    assert str(story.uid) not in page
    assert f"/accounts/login/?next={quote(form_address(story), safe='')}" in page


def test_an_autosave_is_refused_without_the_right_and_for_a_work_in_the_trash(window, story, editor):
    trash.move_to_trash(story, by=editor)
    assert window.type_text(standfirst="Late.").status_code == 403
    trash.restore_from_trash(story, by=editor)
    editor.groups.clear()
    response = window.type_text(standfirst="Late.")
    assert (response.status_code, "signed_out" in response.json()) == (403, False)
    assert response.json()["error"]
    assert AutosaveSlot.objects.count() == 0


@pytest.mark.parametrize(
    ("invalid", "status"),
    [
        ({"_window": "no uid"}, 400),
        ({"_window": ""}, 400),
        ({"_sequence": "9" * 30}, 400),
        ({"_sequence": "-1"}, 400),
        ({"_sequence": "²"}, 400),
        ({"_person": "9" * 30}, 409),
        ({"base_revision": "9" * 30}, 200),
        ({"standfirst": "A\0B", "headline": "\0" * 400}, 200),
        ({"headline": "x" * 100_000}, 200),
        ({"standfirst": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}, 413),
    ],
)
def test_invalid_values_are_refused_with_a_reason_or_stored_as_far_as_possible(window, story, client, invalid, status):
    response = window.autosave(window.build_post(**invalid))
    assert response.status_code == status
    assert "is_new" in response.json() if status == 200 else response.json()["error"]
    for slot in AutosaveSlot.objects.all():
        for screen in ("unsaved", "restore_unsaved"):
            assert client.get(address(screen, story, slot.pk)).status_code == 200


def test_a_slot_with_an_incomplete_form_can_be_opened(client, editor, story):
    body = {
        "_window": str(uuid4()),
        "_sequence": "1",
        "_person": str(editor.pk),
        "odd": "1",
        "sections-TOTAL_FORMS": "x",
    }
    client.post(address("autosave", story), body)
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert client.get(address(screen, story, get_slot(story).pk)).status_code == 200


@pytest.mark.parametrize("key", [7, int("9" * 30)])
def test_an_unknown_slot_and_one_of_another_work_answer_404(client, editor, story, key):
    other = make_question()
    Window(client, form_address(other), work=other, model="faq").type_text(question="What else?")
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert client.get(address(screen, story, key)).status_code == 404
        assert client.get(address(screen, story, AutosaveSlot.objects.get().pk)).status_code == 404


def test_only_its_author_can_open_the_text_of_a_new_work(client, editor, jonas):
    Window(client, reverse("admin:stories_story_add")).type_text(headline="A secret to be")
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert jonas.get(address(screen, None, AutosaveSlot.objects.get().pk)).status_code == 404
    assert "A secret to be" not in jonas.get(reverse("admin:stories_story_add")).content.decode()


def test_unsaved_text_is_discarded_after_a_confirmation(window, story, jonas):
    window.type_text(standfirst="Ana’s words.")
    url = address("discard_unsaved", story, get_slot(story).pk)
    assert find_summary(jonas.get(url))
    assert get_slot(story).values
    assert jonas.post(url).status_code == 302
    assert get_slot(story).values == []
    assert jonas.post(url).status_code == 404


def test_a_local_copy_can_be_compared_and_restored(client, editor, story):
    body = Window(client, form_address(story), work=story).form | {"standfirst": "Kept in the browser.\n"}
    compared = client.post(address("local_copy", story), body | {"_then": "compare"})
    texts = [[(run.kind, run.text) for run in each.runs] for each in compared.context["differences"]]
    assert texts == [[("new", "Kept in the browser.")]]
    values = filled(compared)
    assert {name: values[name] for name in body if not name.startswith("_")} == {
        name: value for name, value in body.items() if not name.startswith("_")
    }
    restored = client.post(address("local_copy", story), body | {"_then": "take"})
    assert filled(restored)["standfirst"] == "Kept in the browser.\n"
    assert f'action="{form_address(story)}"' in restored.content.decode()
    assert client.get(address("local_copy", story)).status_code == 302
    assert revisions.get_newest_revision(story).number == 1


def test_a_local_copy_that_was_also_autosaved_is_offered_once(window, story, client):
    window.type_text(standfirst="Both have it.")
    restored = client.post(address("local_copy", story), window.form | {"_then": "take"})
    assert not is_offered(restored)
    assert client.post(form_address(story), filled(restored) | {"_continue": "save"}).status_code == 302
    assert get_slot(story).values == []


# Signing in again without leaving the form ----------------------------------------------------------------------------


def test_only_sign_in_pages_can_be_framed_and_only_by_this_site(client, editor):
    framed_urls = [reverse(name) for name in ("account_login", "signed_in")]
    other = [reverse(name) for name in ("account_reset_password", "account_logout", "admin:index")]
    for url in framed_urls:
        response = client.get(url)
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    for url in other:
        response = client.get(url)
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_the_last_sign_in_page_confirms_only_users_who_may_enter_the_desk(client, editor, settings):
    url = reverse("signed_in")
    assert f'data-signed-in="{editor.pk}"' in client.get(url).content.decode()
    settings.REQUIRE_SECOND_FACTOR = True
    page = client.get(url).content.decode()
    assert "data-signed-in" not in page
    assert f'href="{reverse("mfa_index")}"' in page
    client.force_login(make_user(role=""))
    page = client.get(url).content.decode()
    assert "data-signed-in" not in page
    assert f'href="{reverse("mfa_index")}"' not in page
    assert '<p class="intro">' in page
    assert Client().get(url)["Location"].startswith(reverse("account_login"))


def test_signing_out_clears_the_local_copies(client, editor):
    assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"storage"'


# Text that was saved from another window ------------------------------------------------------------------------------


def is_text_offered(window):
    return is_offered(window.client.get(window.page))


def test_text_that_was_saved_from_another_window_is_no_longer_offered(client, editor, story):
    closed, other = (Window(client, form_address(story), work=story) for _ in range(2))
    closed.type_text(standfirst="Nobody was warned.", citations__0__url="https://wire.example/1",
                 citations__0__title="The sea came in", citations__0__outlet_name="Ansgar Wire",
                 sections__1__text="A tide met a storm. [@1]")  # fmt: skip
    typed = {name: closed.form[name] for name in closed.form if name.startswith("citations-0-")}
    assert is_text_offered(other)
    other.save(**typed | {"standfirst": "Nobody was warned.", "sections-1-text": "A tide met a storm. [@1]",
                           "method_note": "From the log."})  # fmt: skip
    assert not is_text_offered(other)
    assert list_unsaved(editor) == []


@pytest.mark.parametrize(
    "typed",
    [{"standfirst": "Nobody was warned, it seems."}, {"headline_confirmed": ""}, {"note": "The hour was wrong."}],
)
def test_text_that_was_saved_only_in_part_is_still_offered(client, editor, story, typed):
    closed, other = (Window(client, form_address(story), work=story) for _ in range(2))
    closed.type_text(**{"sections__1__text": "A tide met a storm."} | typed)
    other.save(standfirst="Nobody was warned.", **{"sections-1-text": "A tide met a storm."})
    assert is_text_offered(other)


def test_text_that_another_user_has_saved_is_no_longer_offered(client, editor, story):
    closed = Window(client, form_address(story), work=story)
    closed.type_text(standfirst="Nobody was warned.")
    jonas = Client()
    jonas.force_login(make_user(role="Editor"))
    other_window = Window(jonas, form_address(story), work=story)
    other_window.save(standfirst="Nobody was warned.")
    assert not is_text_offered(other_window)


def test_a_source_whose_outlet_was_typed_by_another_name_is_no_longer_offered_after_a_save(
    client, editor, story, jonas
):
    make_outlet(name="Ansgar Wire", aliases=("AW",))
    closed, other = Window(client, form_address(story), work=story), Window(jonas, form_address(story), work=story)
    typed = {"citations-0-url": "https://wire.example/1", "citations-0-title": "Tides", "citations-0-outlet_name": "aw"}
    closed.type_text(**typed)
    other.save(**typed)
    assert not is_text_offered(other)


@pytest.mark.parametrize(
    "typed",
    [
        {"sections__2__text": "Three papers were asked."},
        {"citations__0__title": "The sea came in"},
        {"citations__0__url": "https://wire.example/1", "citations__0__published_on": "3 March, I think"},
        {"lead": "No such picture"},
        {"slug": "the-sea-came-in"},
        {"owner": ""},
        {"review_by": "2031-05-01"},
    ],
    ids=["text in the section on papers", "source without a URL", "no date", "picture", "slug", "owner", "review date"],
)
def test_typed_text_that_no_revision_can_contain_is_still_offered_after_a_save(client, editor, story, jonas, typed):
    assert story.sections.get(position=2).kind == "papers"
    Story.objects.filter(pk=story.pk).update(owner=editor)
    closed, other = Window(client, form_address(story), work=story), Window(jonas, form_address(story), work=story)
    closed.type_text(**typed)
    other.save(standfirst="Nobody was warned.")
    assert is_text_offered(other)


def test_text_typed_after_a_save_in_another_window_is_autosaved(client, editor, story):
    first, other = (Window(client, form_address(story), work=story) for _ in range(2))
    first.type_text(standfirst="Nobody was warned.")
    other.save(standfirst="Nobody was warned.")
    assert first.type_text(standfirst="Nobody was warned, it seems.").json()["is_new"]
    assert is_text_offered(other)
