"""The form sends what is typed; whoever may edit the work compares it, takes it in or discards it."""

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
from tests.factories import make_published_story, make_question, make_story, make_user
from tests.stories.admin.filling import filled


def form_of(work):
    return reverse(work.desk_view, args=[work.pk])


def address(screen, work, *more, model="story"):
    return reverse(f"admin:stories_{model}_{screen}", args=[work.pk if work else "new", *more])


class Window:
    """A form that is open in one window, and what its script would send."""

    def __init__(self, client, page, *, model="story", work=None):
        self.client, self.page, self.work, self.model = client, page, work, model
        self.form, self.uid, self.sequence = filled(client.get(page)), str(uuid4()), 0
        self.form.pop("csrfmiddlewaretoken", None)

    def sent(self, **more):
        self.sequence += 1
        return self.form | {"_window": self.uid, "_sequence": str(self.sequence)} | more

    def types(self, **changes):
        self.form |= {name.replace("__", "-"): value for name, value in changes.items()}
        return self.autosaves(self.sent())

    def autosaves(self, body):
        return self.client.post(address("autosave", self.work, model=self.model), body)

    def saves(self, then="save", **more):
        return self.client.post(self.page, self.sent(_continue=then, **more))


@pytest.fixture
def story(db):
    return make_story(texts={"happened": "The sea came in at three."})


@pytest.fixture
def window(client, editor, story):
    return Window(client, form_of(story), work=story)


@pytest.fixture
def jonas(db):
    """Return the browser of somebody else."""
    other = Client()
    other.force_login(make_user(role="Editor", first_name="Jonas", last_name="Adebar"))
    return other


def slot_of(work):
    return AutosaveSlot.objects.get(work=work)


def test_what_is_typed_is_kept_and_shown_to_whoever_opens_the_work_next(window, story, jonas):
    answer = window.types(standfirst="Half a wo")
    assert answer.status_code == 200
    assert answer.json()["is_new"] is True
    page = jonas.get(form_of(story)).content.decode()
    assert "Text by Ana Kestrel, not yet saved, " in page
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert address(screen, story, slot_of(story).pk) in page
    assert revisions.get_newest_revision(story).number == 1


def test_the_comparison_shows_word_by_word_what_was_typed(window, story, jonas):
    window.types(sections__0__text="The sea came in at dawn.", standfirst="New here.")
    response = jonas.get(address("unsaved", story, slot_of(story).pk))
    found = {each.label: [(run.kind, run.text) for run in each.runs] for each in response.context["differences"]}
    assert found == {
        "Standfirst": [("new", "New here.")],
        "What’s happened": [("same", "The sea came in at "), ("gone", "three"), ("new", "dawn"), ("same", ".")],
    }


def test_the_comparison_shows_what_no_document_can_hold_yet(window, story, jonas):
    window.types(byline_names="Nobody We Know", lead_alt="A quay at low tide.", standfirst="New here.")
    response = jonas.get(address("unsaved", story, slot_of(story).pk))
    shown = "\n".join(run.text for each in response.context["differences"] for run in each.runs)
    assert all(text in shown for text in ("Nobody We Know", "A quay at low tide.", "New here."))
    assert shown.count("New here.") == 1


def test_taking_it_in_fills_the_form_and_saves_nothing_until_it_is_saved(window, story, jonas):
    window.types(standfirst="Ana’s words.")
    slot = slot_of(story)
    other = Window(jonas, address("restore_unsaved", story, slot.pk), work=story)
    assert other.form["standfirst"] == "Ana’s words."
    story.refresh_from_db()
    assert (story.standfirst, autosave.slot_values(slot_of(story)) != []) == ("", True)
    other.page = form_of(story)
    response = other.saves()
    assert response.status_code == 302, [problem.message for problem in response.context["problems"]]
    story.refresh_from_db()
    assert story.standfirst == "Ana’s words."
    assert autosave.list_unsaved(story, "story", for_=make_user()) == []


def test_saving_empties_the_slot_of_its_window_and_no_other(window, story, client):
    beside = Window(client, form_of(story), work=story)
    beside.types(standfirst="In the other window.")
    window.types(standfirst="In this window.")
    assert window.saves().status_code == 302
    assert [slot.title for slot in AutosaveSlot.objects.exclude(values=[])] == [story.headline]
    assert dict(AutosaveSlot.objects.exclude(values=[]).get().values)["standfirst"] == "In the other window."


def test_a_save_that_is_refused_empties_nothing(window, story):
    window.types(passages__0__source_numbers="nine", standfirst="Kept.")
    assert window.saves().status_code == 200
    assert dict(slot_of(story).values)["standfirst"] == "Kept."


def test_a_save_that_is_merged_with_another_empties_the_slot(window, story, jonas):
    window.types(standfirst="Ana’s summary.")
    other = Window(jonas, form_of(story), work=story)
    other.types(sections__0__text="The sea came in at dawn.")
    assert other.saves().status_code == 302
    assert window.saves().status_code == 302
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("Ana’s summary.", "The sea came in at dawn.")
    assert [slot.values for slot in AutosaveSlot.objects.all()] == [[], []]


def test_text_that_started_from_an_older_revision_is_merged_when_it_was_taken_in(window, story, jonas):
    window.types(standfirst="Ana’s summary.")
    other = Window(jonas, form_of(story), work=story)
    other.types(sections__0__text="The sea came in at dawn.")
    other.saves()
    third = Window(jonas, address("restore_unsaved", story, slot_of_ana(story).pk), work=story)
    assert (third.form["standfirst"], third.form["base_revision"]) == ("Ana’s summary.", "1")
    third.page = form_of(story)
    assert third.saves().status_code == 302
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("Ana’s summary.", "The sea came in at dawn.")
    assert slot_of_ana(story).values == []


def slot_of_ana(story):
    return AutosaveSlot.objects.get(work=story, person__first_name="Ana")


def test_text_with_what_could_not_be_saved_is_taken_in_with_the_reason(window, story, client):
    window.types(passages__0__source_numbers="nine")
    response = client.get(address("restore_unsaved", story, slot_of(story).pk))
    assert filled(response)["passages-0-source_numbers"] == "nine"
    assert [problem.message for problem in response.context["problems"]] == [
        "Write the numbers of sources, parted by commas."
    ]


def test_a_form_that_was_filled_and_could_not_be_saved_still_empties_the_slot_when_it_is(window, story, client):
    window.types(passages__0__source_numbers="nine", standfirst="Ana’s words.")
    taken = Window(client, address("restore_unsaved", story, slot_of(story).pk), work=story)
    taken.page = form_of(story)
    refused = taken.saves()
    assert "not yet saved" not in refused.content.decode()
    right = filled(refused) | {"passages-0-source_numbers": "", "_continue": "save"}
    assert client.post(form_of(story), right).status_code == 302
    assert slot_of(story).values == []


def test_a_row_that_was_added_and_not_saved_comes_back_once_and_under_its_uid(window, story, client):
    uid = str(uuid4())
    window.types(sections__4__row=uid, sections__4__kind="free", sections__4__heading="Next", sections__4__text="A survey.", sections__4__place="5")  # fmt: skip
    taken = Window(client, address("restore_unsaved", story, slot_of(story).pk), work=story)
    taken.page = form_of(story)
    assert taken.saves().status_code == 302
    assert [str(row.uid) for row in Section.objects.filter(heading="Next")] == [uid]


# What others get wrong ------------------------------------------------------------------------------------------------


def test_a_save_in_the_background_never_turns_a_live_story_into_a_draft(client, editor):
    live = make_published_story(by=editor)
    page = client.get(f"/stories/{live.slug}/").content
    before = list(Work.objects.values()), list(Edition.objects.values())
    Window(client, form_of(live), work=live).types(headline="Another headline", standfirst="Half a wo")
    assert (list(Work.objects.values()), list(Edition.objects.values())) == before
    assert client.get(f"/stories/{live.slug}/").content == page


def test_an_eager_first_save_makes_no_untitled_draft(client, editor):
    page = reverse("admin:stories_story_add")
    new = Window(client, page)
    new.types(standfirst="Before there is a headline.")
    assert (Story.objects.count(), Work.objects.count()) == (0, 0)
    offered = client.get(page).content.decode()
    assert "Your text, not yet saved, " in offered
    again = Window(client, address("restore_unsaved", None, AutosaveSlot.objects.get().pk))
    assert again.form["standfirst"] == "Before there is a headline."
    again.page = page
    assert again.saves(headline="Why the sea came in").status_code == 302
    assert Story.objects.get().standfirst == "Before there is a headline."
    assert "not yet saved" not in client.get(page).content.decode()


def test_a_new_question_is_kept_before_its_first_save_too(client, editor):
    page = reverse("admin:stories_faq_add")
    new = Window(client, page, model="faq")
    new.types(question="Why did the sea come i")
    assert FAQ.objects.count() == 0
    assert "Why did the sea come i" in client.get(page).content.decode()
    assert "not yet saved" not in client.get(reverse("admin:stories_story_add")).content.decode()
    assert new.saves().status_code == 302
    assert AutosaveSlot.objects.get().values == []


def test_a_form_that_is_sent_twice_makes_no_second_row(window, story):
    uid = str(uuid4())
    body = window.sent(**{
        "sections-4-row": uid, "sections-4-kind": "free", "sections-4-heading": "Next", "sections-4-text": "A survey.",
        "_continue": "save",
    })  # fmt: skip
    assert window.client.post(form_of(story), body).status_code == 302
    window.client.post(form_of(story), body)
    assert [str(row.uid) for row in Section.objects.filter(heading="Next")] == [uid]
    assert window.autosaves(body).json()["is_new"] is False


def test_no_typed_title_becomes_an_address_before_it_is_saved_by_hand(client, editor):
    live = make_published_story(by=editor)
    before = list(Address.objects.values_list("slug", flat=True)), live.slug
    form = Window(client, form_of(live), work=live)
    for length in range(4, 12):
        form.types(headline="Why the sea"[:length], slug="why-the-sea"[:length])
    live.refresh_from_db()
    assert (list(Address.objects.values_list("slug", flat=True)), live.slug) == before


def test_what_the_server_changed_is_what_the_form_shows_after_the_save(client, editor):
    new = Window(client, reverse("admin:stories_story_add"))
    new.types(headline="Why the sea came in", slug="Why The SEA")
    saved = new.saves()
    page = Window(client, saved["Location"])
    assert page.form["slug"] == "why-the-sea"
    assert "not yet saved" not in client.get(saved["Location"]).content.decode()


def test_a_late_autosave_cancels_no_publication(window, story, editor):
    late = window.sent(standfirst="Typed before the button.")
    assert window.saves(then="publish", standfirst="Published.").status_code == 302
    edition = Edition.objects.get(work=story)
    assert window.autosaves(late).json()["is_new"] is False
    window.types(standfirst="Typed after it.")
    story.refresh_from_db()
    assert (story.standfirst, story.state) == ("Published.", State.DRAFT)
    assert Edition.objects.get(work=story) == edition
    assert edition in Edition.objects.live(clock.now())


# Rights, and what cannot be read --------------------------------------------------------------------------------------


def test_somebody_else_who_signed_in_meanwhile_does_not_get_the_text(window, story):
    window.client.force_login(make_user(role="Editor", first_name="Jonas", last_name="Adebar"))
    answer = window.types(standfirst="Ana’s words.")
    assert answer.status_code == 409
    assert answer.json()["error"] == "Jonas Adebar is signed in now: this text is not theirs."
    assert AutosaveSlot.objects.count() == 0


def test_a_script_that_is_signed_out_hears_so_in_json(window):
    window.client.logout()
    answer = window.types(standfirst="Ana’s words.")
    assert (answer.status_code, answer.json()["signed_out"]) == (403, True)


def test_an_old_token_is_refused_in_json_to_a_script_and_in_words_to_a_person(story, editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    answer = strict.post(address("autosave", story), {}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["signed_out"]) == (403, True)
    assert "open too long" in strict.post(form_of(story), {}).content.decode()


def test_what_is_sent_without_a_script_and_cannot_be_taken_is_given_back_to_be_copied(window, story, editor):
    sent = window.sent(standfirst="Ana’s own words.")
    answer = window.client.post(reverse("account_login"), {"login": "Ana’s own words.", "password": "Ana’s own words."})
    assert "What you wrote" not in answer.content.decode(), "no form of signing in is shown"
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    strict.force_login(editor)
    other = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    other.force_login(editor)
    assert "Ana’s own words." in strict.post(form_of(story), sent).content.decode()
    assert "Ana’s own words." not in other.post(form_of(story), sent).content.decode()
    trash.move_to_trash(story, by=editor)
    answer = window.client.post(form_of(story), sent)
    assert (answer.status_code, "Ana’s own words." in answer.content.decode()) == (403, True)
    answer = window.client.post(reverse(story.desk_view, args=[10**6]), sent)
    assert (answer.status_code, "Ana’s own words." in answer.content.decode()) == (404, True)
    window.client.logout()
    answer = window.client.post(form_of(story), sent)
    page = answer.content.decode()
    assert (answer.status_code, "Ana’s own words." in page, answer["Cache-Control"]) == (403, True, "no-store")
    assert str(story.uid) not in page
    assert f"/accounts/login/?next={quote(form_of(story), safe='')}" in page


def test_who_lost_the_right_or_finds_the_work_in_the_bin_is_told_so_and_nothing_is_kept(window, story, editor):
    trash.move_to_trash(story, by=editor)
    assert window.types(standfirst="Late.").status_code == 403
    trash.restore_from_trash(story, by=editor)
    editor.groups.clear()
    answer = window.types(standfirst="Late.")
    assert (answer.status_code, answer.json()["error"]) == (403, "You may not edit this any more.")
    assert AutosaveSlot.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "status"),
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
def test_what_cannot_be_is_refused_in_a_sentence_or_kept_as_it_can_be(window, story, client, wrong, status):
    answer = window.autosaves(window.sent(**wrong))
    assert answer.status_code == status
    assert "is_new" in answer.json() if status == 200 else answer.json()["error"]
    for slot in AutosaveSlot.objects.all():
        for screen in ("unsaved", "restore_unsaved"):
            assert client.get(address(screen, story, slot.pk)).status_code == 200


def test_a_slot_without_a_whole_form_can_be_looked_at(client, editor, story):
    body = {
        "_window": str(uuid4()),
        "_sequence": "1",
        "_person": str(editor.pk),
        "odd": "1",
        "sections-TOTAL_FORMS": "x",
    }
    client.post(address("autosave", story), body)
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert client.get(address(screen, story, slot_of(story).pk)).status_code == 200


@pytest.mark.parametrize("key", [7, int("9" * 30)])
def test_a_slot_that_is_not_there_or_of_another_work_is_not_found(client, editor, story, key):
    other = make_question()
    Window(client, form_of(other), work=other, model="faq").types(question="What else?")
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert client.get(address(screen, story, key)).status_code == 404
        assert client.get(address(screen, story, AutosaveSlot.objects.get().pk)).status_code == 404


def test_text_of_something_new_is_its_writers_alone(client, editor, jonas):
    Window(client, reverse("admin:stories_story_add")).types(headline="A secret to be")
    for screen in ("unsaved", "restore_unsaved", "discard_unsaved"):
        assert jonas.get(address(screen, None, AutosaveSlot.objects.get().pk)).status_code == 404
    assert "A secret to be" not in jonas.get(reverse("admin:stories_story_add")).content.decode()


def test_text_is_discarded_once_somebody_was_asked(window, story, jonas):
    window.types(standfirst="Ana’s words.")
    where = address("discard_unsaved", story, slot_of(story).pk)
    assert "Nobody can bring it back" in jonas.get(where).content.decode()
    assert slot_of(story).values
    assert jonas.post(where).status_code == 302
    assert slot_of(story).values == []
    assert jonas.post(where).status_code == 404


def test_what_a_browser_kept_is_compared_and_taken_in_by_the_same_screens(client, editor, story):
    body = Window(client, form_of(story), work=story).form | {"standfirst": "Kept in the browser.\n"}
    compared = client.post(address("local_copy", story), body | {"_then": "compare"})
    assert [each.label for each in compared.context["differences"]] == ["Standfirst"]
    carried = filled(compared)
    assert {name: carried[name] for name in body if not name.startswith("_")} == {
        name: value for name, value in body.items() if not name.startswith("_")
    }
    taken = client.post(address("local_copy", story), body | {"_then": "take"})
    assert filled(taken)["standfirst"] == "Kept in the browser.\n"
    assert f'action="{form_of(story)}"' in taken.content.decode()
    assert client.get(address("local_copy", story)).status_code == 302
    assert revisions.get_newest_revision(story).number == 1


def test_what_a_browser_kept_and_the_server_got_too_is_one_text(window, story, client):
    window.types(standfirst="Both have it.")
    taken = client.post(address("local_copy", story), window.form | {"_then": "take"})
    assert "not yet saved" not in taken.content.decode()
    assert client.post(form_of(story), filled(taken) | {"_continue": "save"}).status_code == 302
    assert slot_of(story).values == []


# Signing in on the page -----------------------------------------------------------------------------------------------


def test_only_the_pages_of_signing_in_stand_in_a_frame_and_only_of_this_site(client, editor):
    framed = [reverse(name) for name in ("account_login", "signed_in")]
    other = [reverse(name) for name in ("account_reset_password", "account_logout", "admin:index")]
    for address_ in framed:
        answer = client.get(address_)
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    for address_ in other:
        answer = client.get(address_)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_the_last_page_of_signing_in_hands_its_token_on_only_for_who_may_enter_the_desk(client, editor, settings):
    address_ = reverse("signed_in")
    assert f'data-signed-in="{editor.pk}"' in client.get(address_).content.decode()
    settings.REQUIRE_SECOND_FACTOR = True
    page = client.get(address_).content.decode()
    assert "data-signed-in" not in page
    assert "second factor" in page
    client.force_login(make_user(role=""))
    assert "no place at the desk" in client.get(address_).content.decode()
    assert Client().get(address_)["Location"].startswith(reverse("account_login"))


def test_signing_out_lets_the_browser_forget_what_forms_kept(client, editor):
    assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
    assert client.post(reverse("account_logout"))["Clear-Site-Data"] == '"storage"'


def offered(window):
    return "not yet saved" in window.client.get(window.page).content.decode()


def test_text_that_was_saved_from_another_window_is_not_offered_any_more(client, editor, story):
    killed, other = (Window(client, form_of(story), work=story) for _ in range(2))
    killed.types(standfirst="Nobody was warned.", citations__0__url="https://wire.example/1",
                 citations__0__title="The sea came in", citations__0__outlet_name="Ansgar Wire",
                 sections__1__text="A tide met a storm. [@1]")  # fmt: skip
    typed = {name: killed.form[name] for name in killed.form if name.startswith("citations-0-")}
    assert offered(other)
    other.saves(**typed | {"standfirst": "Nobody was warned.", "sections-1-text": "A tide met a storm. [@1]",
                           "method_note": "From the log."})  # fmt: skip
    assert not offered(other)
    assert list_unsaved(editor) == []


@pytest.mark.parametrize(
    "typed",
    [{"standfirst": "Nobody was warned, it seems."}, {"headline_confirmed": ""}, {"note": "The hour was wrong."}],
)
def test_text_of_which_something_is_not_saved_is_offered_still(client, editor, story, typed):
    killed, other = (Window(client, form_of(story), work=story) for _ in range(2))
    killed.types(**{"sections__1__text": "A tide met a storm."} | typed)
    other.saves(standfirst="Nobody was warned.", **{"sections-1-text": "A tide met a storm."})
    assert offered(other)


def test_text_that_somebody_else_saved_meanwhile_is_not_offered_any_more(client, editor, story):
    killed = Window(client, form_of(story), work=story)
    killed.types(standfirst="Nobody was warned.")
    jonas = Client()
    jonas.force_login(make_user(role="Editor"))
    his = Window(jonas, form_of(story), work=story)
    his.saves(standfirst="Nobody was warned.")
    assert not offered(his)


def test_what_a_window_types_after_its_text_was_saved_elsewhere_is_kept(client, editor, story):
    first, other = (Window(client, form_of(story), work=story) for _ in range(2))
    first.types(standfirst="Nobody was warned.")
    other.saves(standfirst="Nobody was warned.")
    assert first.types(standfirst="Nobody was warned, it seems.").json()["is_new"]
    assert offered(other)
