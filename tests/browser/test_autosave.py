"""Autosave: typed text survives the loss of the connection, the session or the window."""

import re
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Error, expect

from newsroom.audit.models import AccessEntry
from newsroom.http import clock
from stories import publishing
from stories.admin.drafts.autosave import form as autosave_form
from stories.drafts import revisions
from stories.models import AutosaveSlot, Edition, Section, Story
from stories.workflow import autosave, trash
from tests.browser.conftest import PHONE, find_message, sign_in
from tests.browser.faults import find_faults
from tests.factories import PASSWORD, make_published_story, make_story, make_update, make_user
from tests.site_process import free_port, served

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile(r"^Draft saved \d\d:\d\d$")
OFFLINE = "Not saved: no connection. Saved in this browser."
KEPT = "Nothing can be saved now. Your text is kept in this browser."
COUNT_COPIES = """() => new Promise((resolve) => {
  const request = indexedDB.open("desk");
  request.onsuccess = () => {
    const names = request.result.objectStoreNames;
    if (!names.contains("copies")) { request.result.close(); resolve(0); return; }
    const count = request.result.transaction("copies").objectStore("copies").count();
    count.onsuccess = () => { request.result.close(); resolve(count.result); };
  };
})"""

HAS_COPY = """(words) => new Promise((resolve) => {
  const request = indexedDB.open("desk");
  request.onsuccess = () => {
    const all = request.result.transaction("copies").objectStore("copies").getAll();
    all.onsuccess = () => {
      request.result.close();
      resolve(all.result.some((copy) => JSON.stringify(copy.values).includes(words)));
    };
  };
})"""


@pytest.fixture(autouse=True)
def _autosave_soon(monkeypatch):
    """Autosave after a short pause in typing."""
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 150)


@pytest.fixture
def story(transactional_db):
    return make_story(texts={"happened": "The sea came in at three."})


def form_of(story):
    return reverse(story.change_view_name, args=[story.pk])


def status(page):
    return page.locator("[data-save-status]")


def standfirst(page):
    return page.get_by_label("Standfirst", exact=True)


def type_standfirst(page, words):
    """Type at the end of the standfirst, key by key."""
    standfirst(page).press("End")
    standfirst(page).press_sequentially(words)


def save(page, button="Save"):
    page.get_by_role("button", name=button, exact=True).click()


def wait_until_scrolled(page):
    """Wait until the page has stopped scrolling."""
    page.evaluate("""() => new Promise((resolve) => {
      let [last, same] = [NaN, 0];
      const look = () => {
        same = scrollY === last ? same + 1 : 0;
        last = scrollY;
        if (same > 5) resolve();
        else requestAnimationFrame(look);
      };
      look();
    })""")


def autosaved(name="standfirst"):
    """Return the autosaved values of a field, the oldest first."""
    return [dict(slot.values)[name] for slot in AutosaveSlot.objects.order_by("pk") if slot.values]


def local_copy_heading(page):
    return page.get_by_role("heading", name=re.compile("^Unsaved text in this browser, "))


def handle_autosaves(page, handler):
    """Handle the autosave requests of the form with ``handler``."""
    page.route("**/autosave/", handler)


@pytest.mark.journey
def test_autosaved_text_is_offered_after_a_reload_until_it_is_saved(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    standfirst(page).press_sequentially("Half a sen")
    expect(status(page)).to_have_text(SAVED)
    assert autosaved() == ["Half a sen"]
    assert revisions.get_newest_revision(story).number == 1

    page.reload()
    expect(standfirst(page)).to_have_value("")
    heading = page.get_by_role("heading", name=re.compile(r"^Unsaved text from \d\d:\d\d$"))
    expect(heading).to_be_visible()
    # It begins where the page begins, not at the end of the line of its title.
    assert heading.bounding_box()["x"] == page.locator(".titles").bounding_box()["x"]
    page.get_by_role("link", name=re.compile("^Compare it")).click()
    expect(page.get_by_role("heading", name="Standfirst")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("Half a sen")
    page.get_by_role("link", name="Restore").click()
    expect(standfirst(page)).to_have_value("Half a sen")
    standfirst(page).press("End")
    standfirst(page).press_sequentially("tence.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page, "2")).to_be_visible()
    expect(page.get_by_text("Unsaved text from")).to_have_count(0)
    expect(page.locator("[data-local-copy]")).to_be_hidden()
    assert autosaved() == []
    story.refresh_from_db()
    assert story.standfirst == "Half a sentence."


def test_continuous_typing_is_autosaved_too(open_page, editor, story, monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 600_000)
    monkeypatch.setattr(autosave_form, "MAX_AUTOSAVE_INTERVAL_MS", 150)
    page = open_page(form_of(story), as_=editor)
    type_standfirst(page, "On and on")
    expect(status(page)).to_have_text(SAVED)


def test_text_typed_before_the_scripts_have_loaded_is_autosaved_too(open_page, editor, story):
    page = open_page(reverse("admin:index"), as_=editor)
    delayed_scripts = []
    page.route("**/desk/autosave*.js", lambda route: delayed_scripts.append(route))
    with page.expect_request("**/desk/autosave*.js"):
        page.goto(form_of(story), wait_until="commit")
    standfirst(page).fill("Sooner than the scripts.")
    for script in delayed_scripts:
        script.continue_()
    expect(status(page)).to_have_text(SAVED)
    assert autosaved() == ["Sooner than the scripts."]


# The server ----------------------------------------------------------------------------------------------------------


@pytest.mark.journey
def test_text_typed_while_the_server_is_down_is_saved_when_it_is_back(open_page, editor, story, tmp_path):
    port = free_port()
    with served(port, media_root=tmp_path) as server:
        page = open_page(form_of(story), as_=editor, base_url=f"http://127.0.0.1:{port}")
        type_standfirst(page, "Before. ")
        expect(status(page)).to_have_text(SAVED)
        server.kill()
        server.join()
    type_standfirst(page, "Meanwhile. ")
    expect(status(page)).to_have_text(OFFLINE)
    save(page)
    expect(page.locator("[data-not-saved-help]")).to_contain_text("Your text will be saved when the server responds.")
    expect(standfirst(page)).to_have_value("Before. Meanwhile. ")
    assert autosaved() == ["Before. "]
    with served(port, media_root=tmp_path):
        expect(status(page)).to_have_text(SAVED)
        assert autosaved() == ["Before. Meanwhile. "]
        type_standfirst(page, "After.")
        save(page)
        expect(find_message(page, "2")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Before. Meanwhile. After."
    assert autosaved() == []


def test_text_typed_offline_is_offered_after_the_window_was_closed(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    page.context.set_offline(True)
    type_standfirst(page, "With the lid closed.")
    expect(status(page)).to_have_text(OFFLINE)
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(form_of(story))
    expect(local_copy_heading(page)).to_be_visible()
    page.get_by_role("button", name="Compare the text in this browser").click()
    expect(page.locator("ins")).to_contain_text("With the lid closed.")
    page.get_by_role("button", name="Restore").click()
    expect(standfirst(page)).to_have_value("With the lid closed.")
    expect(local_copy_heading(page)).to_be_hidden()
    save(page)
    expect(find_message(page, "2")).to_be_visible()
    expect(local_copy_heading(page)).to_be_hidden()
    assert autosaved() == []


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (lambda route: route.fulfill(status=500, body="Oops"), "Not saved: the server failed. Saved in this browser."),
        (lambda route: None, "Not saved: the server is taking too long. Saved in this browser."),
    ],
    ids=["failing", "slow"],
)
def test_a_failed_autosave_shows_its_reason_and_is_retried(open_page, editor, story, monkeypatch, handler, message):
    monkeypatch.setattr(autosave_form, "RESPONSE_TIMEOUT_MS", 1_500)
    page = open_page(form_of(story), as_=editor)
    handle_autosaves(page, handler)
    type_standfirst(page, "Words.")
    expect(status(page)).to_have_text(message)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/autosave/")
    # The form also retries by itself, and may remove the button before a real click.
    page.locator("[data-try-again]").dispatch_event("click")
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator("[data-not-saved]")).to_be_hidden()
    assert autosaved() == ["Words."]


def test_autosave_sends_one_request_at_a_time_and_publishing_replaces_the_next(open_page, editor):
    story = make_published_story(by=editor)
    page = open_page(form_of(story), as_=editor)
    held_routes, posts = [], []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    handle_autosaves(page, lambda route: route.continue_() if held_routes else held_routes.append(route))
    type_standfirst(page, "One. ")
    page.wait_for_function("() => document.querySelector('[data-save-status]').textContent === 'Saving…'")
    type_standfirst(page, "Two. ")
    page.evaluate("dispatchEvent(new Event('online'))")
    type_standfirst(page, "Three.")
    save(page, "Save and publish")
    save(page, "Save and publish")
    held_routes[0].continue_()
    page.wait_for_url("**/publish/**")
    saves = [each for each in posts if each.url.endswith(("/autosave/", "/change/"))]
    assert [each.url.rsplit("/", 2)[-2] for each in saves] == ["autosave", "autosave", "change"]
    assert "One.+Two.+Three." in saves[1].post_data
    story.refresh_from_db()
    assert story.standfirst.endswith("One. Two. Three.")
    assert autosaved() == []


# The session and the permission ---------------------------------------------------------------------------------------


def sign_in_again(page, username, code=None):
    frame = page.frame_locator("[data-sign-in-frame]")
    frame.get_by_label(re.compile("login|user ?name|e-?mail", re.IGNORECASE)).first.fill(username)
    frame.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill(PASSWORD)
    frame.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    if code:
        frame.locator("input[name=code]").fill(code)
        frame.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()


def test_a_user_whose_session_ends_while_typing_signs_in_again_on_the_page(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    type_standfirst(page, "Half a sen")
    expect(status(page)).to_have_text(SAVED)
    Session.objects.all().delete()
    type_standfirst(page, "tence.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    sign_in_again(page, editor.username)
    expect(dialog).to_be_hidden()
    expect(status(page)).to_have_text(SAVED)
    assert autosaved() == ["Half a sentence."]
    save(page)
    expect(find_message(page, "2")).to_be_visible()


def test_signing_in_in_another_window_continues_on_the_page_too(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    Session.objects.all().delete()
    type_standfirst(page, "Half a sentence.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    # As after single sign-on, which the link of the sign-in page in the frame opens in a new window.
    with page.expect_popup() as popup:
        page.frame_locator("[data-sign-in-frame]").get_by_role("link").first.evaluate(
            "(link) => { link.href = '/accounts/login/?next=/accounts/signed-in/'; link.click(); }"
        )
    other = popup.value
    other.get_by_label(re.compile("user name", re.IGNORECASE)).fill(editor.username)
    other.get_by_label(re.compile("^password", re.IGNORECASE)).fill(PASSWORD)
    other.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    expect(other.get_by_text("You can close this window")).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(status(page)).to_have_text(SAVED)
    assert autosaved() == ["Half a sentence."]


def test_text_typed_after_the_session_has_run_out_is_saved_after_signing_in(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    type_standfirst(page, "Half a sen")
    expect(status(page)).to_have_text(SAVED)
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    type_standfirst(page, "tence.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    sign_in_again(page, editor.username)
    expect(dialog).to_be_hidden()
    expect(status(page)).to_have_text(SAVED)
    assert autosaved() == ["Half a sentence."]
    verbs = AccessEntry.objects.filter(account=editor).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["signed in", "session ended", "signed in"]
    save(page)
    expect(find_message(page, "2")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Half a sentence."


def test_typing_in_a_form_that_is_not_autosaved_postpones_the_end_of_the_session(open_page, transactional_db):
    administrator = make_user(role="Administrator")
    page = open_page("/admin/site/aboutpage/add/", as_=administrator)
    soon = clock.now() + timedelta(minutes=5)
    Session.objects.update(expire_date=soon)
    page.clock.install()
    page.reload()
    Session.objects.update(expire_date=soon)
    page.clock.fast_forward(31_000)
    with page.expect_response("**/admin/activity/**"):
        page.get_by_label("Title").press_sequentially("How")
    assert Session.objects.get().expire_date > soon


def test_a_save_after_the_session_ended_continues_after_signing_in_with_a_second_factor(
    open_page, editor, story, settings
):
    page = open_page(form_of(story), as_=editor)
    settings.REQUIRE_SECOND_FACTOR = True
    TOTP.activate(editor, generate_totp_secret())
    codes = RecoveryCodes.activate(editor).get_unused_codes()
    assert Authenticator.objects.filter(user=editor).count() == 2
    Session.objects.all().delete()
    # In one step: between two, a preview or an autosave may open the dialog first on a busy machine.
    standfirst(page).evaluate(
        """field => {
          field.value = "Typed and saved at once.";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector("button[name=_continue]").click();
        }"""
    )
    expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
    sign_in_again(page, editor.username, code=codes[0])
    expect(find_message(page, "2")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Typed and saved at once."


def test_without_javascript_text_sent_after_the_session_ended_is_shown_again(open_page, editor, story):
    page = open_page(form_of(story), as_=editor, viewport=PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    standfirst(page).fill("The harbour office says lorries go round.")
    Session.objects.all().delete()
    page.evaluate("document.querySelector('#story_form').submit()")
    expect(page.get_by_role("heading", name="Sign in again", level=1)).to_be_visible()
    expect(page.get_by_role("textbox", name="Your text")).to_have_value(
        re.compile("The harbour office says lorries go round.")
    )
    assert find_faults(page, PHONE["width"]) == []
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Sign in, in a new window").click()
    expect(popup.value.get_by_label(re.compile("^password", re.IGNORECASE))).to_be_visible()


def test_text_stays_on_the_page_and_is_not_saved_if_another_user_signs_in(open_page, editor, story):
    make_user(role="Editor", username="jonas", first_name="Jonas", last_name="Adebar")
    page = open_page(form_of(story), as_=editor)
    # The first focus asks for a preview, which would already notice that the session has ended.
    with page.expect_response("**/markdown/**"):
        standfirst(page).focus()
    Session.objects.all().delete()
    type_standfirst(page, "Ana’s words.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    sign_in_again(page, "jonas")
    expect(dialog).to_contain_text("Jonas Adebar is signed in now, so your text was not saved.")
    expect(dialog.get_by_role("button", name="Copy all my text")).to_be_visible()
    dialog.get_by_role("button", name="Not now").click()
    expect(standfirst(page)).to_have_value("Ana’s words.")
    save(page)
    expect(page.locator("[data-not-saved-help]")).to_contain_text("Jonas Adebar is signed in now")
    expect(standfirst(page)).to_have_value("Ana’s words.")
    assert autosaved() == []
    assert revisions.get_newest_revision(story).number == 1


@pytest.mark.parametrize("lost", ["the right", "the work"])
def test_a_user_who_may_no_longer_edit_can_copy_the_text_from_the_page(open_page, editor, story, lost):
    page = open_page(form_of(story), as_=editor)
    if lost == "the right":
        editor.groups.clear()
    else:
        trash.move_to_trash(story, by=make_user())
    type_standfirst(page, "Words.")
    expect(page.locator("[data-not-saved-help]")).to_contain_text("You can’t edit this page any more. Copy your text")
    expect(page.locator("[data-not-saved]").get_by_role("button", name="Copy all my text")).to_be_visible()
    save(page)
    expect(page.locator("[data-not-saved-help]")).to_contain_text("You can’t edit this page any more.")
    expect(standfirst(page)).to_have_value("Words.")


def test_local_copies_are_deleted_on_signing_out_and_when_another_user_signs_in(open_page, editor, story):
    make_user(role="Editor", username="jonas")
    page = open_page(form_of(story), as_=editor)
    handle_autosaves(page, lambda route: route.abort())
    type_standfirst(page, "Ana’s words.")
    expect(status(page)).to_have_text(OFFLINE)
    assert page.evaluate(COUNT_COPIES) == 1
    page.unroute("**/autosave/")
    page.context.clear_cookies()
    page.close()
    page = page.context.new_page()
    sign_in(page, "jonas")
    page.goto(form_of(story))
    expect(local_copy_heading(page)).to_be_hidden()
    page.wait_for_function(f"async () => await ({COUNT_COPIES})() === 0")
    handle_autosaves(page, lambda route: route.abort())
    type_standfirst(page, "Jonas’s words.")
    expect(status(page)).to_have_text(OFFLINE)
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("button", name=re.compile("sign out", re.IGNORECASE)).first.click()
    other.wait_for_url("**/accounts/login/**")
    assert other.evaluate(COUNT_COPIES) == 0


# Several windows, and going back -------------------------------------------------------------------------------------


def test_one_user_publishes_while_another_types_and_both_texts_are_saved(open_page, editor, story):
    ana = open_page(form_of(story), as_=editor)
    type_standfirst(ana, "Ana’s summary.")
    expect(status(ana)).to_have_text(SAVED)
    jonas = open_page(form_of(story), as_=make_user(role="Editor"))
    expect(jonas.get_by_role("heading", name=re.compile("^Unsaved text by .* from "))).to_be_visible()
    jonas.locator("#id_sections-0-text").fill("The sea came in at dawn.")
    save(jonas, "Save and publish")
    jonas.wait_for_function("() => !location.pathname.endsWith('/change/') || document.querySelector('.messagelist')")
    type_standfirst(ana, " And more.")
    expect(status(ana)).to_have_text(SAVED)
    published = Edition.objects.filter(work=story).count()
    save(ana)
    expect(ana.get_by_text(re.compile("merged with revision"))).to_be_visible()
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("Ana’s summary. And more.", "The sea came in at dawn.")
    assert Edition.objects.filter(work=story).count() == published
    assert autosaved() == []


def test_one_user_in_two_windows_has_two_autosaved_texts_even_in_a_duplicated_tab(open_page, editor, story):
    first = open_page(form_of(story), as_=editor)
    type_standfirst(first, "In the first window.")
    expect(status(first)).to_have_text(SAVED)
    with first.expect_popup() as popup:
        first.evaluate("window.open(location.href)")
    second = popup.value
    expect(second.get_by_role("heading", name=re.compile("^Unsaved text from "))).to_be_visible()
    second.locator("#id_sections-0-text").fill("In the second window.")
    expect(status(second)).to_have_text(SAVED)
    assert autosaved() == ["In the first window.", ""]
    save(second)
    expect(find_message(second, "2")).to_be_visible()
    assert autosaved() == ["In the first window."]
    save(first)
    expect(first.get_by_text(re.compile("merged with revision 2"))).to_be_visible()
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("In the first window.", "In the second window.")
    assert autosaved() == []


def test_going_back_shows_saved_text_and_offers_unsaved_text(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    type_standfirst(page, "Saved. ")
    save(page)
    expect(find_message(page, "2")).to_be_visible()
    type_standfirst(page, "Not saved.")
    expect(status(page)).to_have_text(SAVED)
    page.goto(reverse("admin:stories_story_changelist"))
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("^Unsaved text from "))).to_be_visible()
    expect(standfirst(page)).to_have_value(re.compile(r"^Saved\. ?$"))
    page.go_back()
    expect(standfirst(page)).to_have_value(re.compile(r"^Saved\. ?$"))
    standfirst(page).fill("Typed after the way back.")
    save(page)
    expect(find_message(page, "3")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Typed after the way back."


def test_leaving_asks_for_confirmation_only_until_the_text_is_autosaved(open_page, editor, story, monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 60_000)
    page = open_page(form_of(story), as_=editor)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    type_standfirst(page, "Typed and left.")
    page.goto(reverse("admin:stories_story_changelist"))
    assert dialogs == ["beforeunload"]
    page.goto(form_of(story))
    expect(page.get_by_role("heading", name=re.compile("^Unsaved text from "))).to_be_visible()
    assert autosaved() == ["Typed and left."]
    page.goto(reverse("admin:stories_story_changelist"))
    assert dialogs == ["beforeunload"]


def test_an_autosaved_new_story_becomes_a_draft_only_when_it_is_saved(open_page, editor):
    page = open_page(reverse("admin:stories_story_add"), as_=editor)
    page.get_by_label("Headline", exact=True).press_sequentially("Why the sea")
    expect(status(page)).to_have_text(SAVED)
    assert Story.objects.count() == 0
    page.goto(reverse("admin:stories_story_add"))
    page.get_by_role("link", name=re.compile("^Restore")).click()
    expect(page.get_by_label("Headline", exact=True)).to_have_value("Why the sea")
    save(page)
    page.wait_for_url("**/change/")
    assert [work.headline for work in Story.objects.all()] == ["Why the sea"]
    assert autosaved("headline") == []


def test_saving_a_form_with_sixty_rows_interrupts_neither_typing_nor_scrolling(open_page, editor, story):
    for number in range(60):
        Section.objects.create(story=story, kind="free", heading=f"Part {number}", text="Words.", position=10 + number)
    revisions.record_revision(story, by=editor)
    page = open_page(form_of(story), as_=editor)
    held_routes = []
    handle_autosaves(page, lambda route: route.continue_() if held_routes else held_routes.append(route))
    field = page.get_by_label("Text", exact=True).nth(40)
    field.evaluate("(field) => field.scrollIntoView({ block: 'center' })")
    field.press("End")
    field.press_sequentially(" One")
    page.wait_for_function("() => document.querySelector('[data-save-status]').textContent === 'Saving…'")
    field.press_sequentially(" two")
    wait_until_scrolled(page)
    top = field.bounding_box()["y"]
    held_routes[0].continue_()
    expect(status(page)).to_have_text(SAVED)
    page.keyboard.type(" three.")
    expect(status(page)).to_have_text(SAVED)
    expect(field).to_have_value("Words. One two three.")
    expect(field).to_be_focused()
    assert field.bounding_box()["y"] == pytest.approx(top, abs=2)
    name = field.get_attribute("name")
    page.wait_for_function("() => document.querySelector('[data-save-status]').textContent.startsWith('Draft saved')")
    assert autosaved(name) == ["Words. One two three."]
    assert clock.now() - AutosaveSlot.objects.get().saved_at < timedelta(hours=1)
    field.evaluate("(field) => field.setSelectionRange(7, 10)")
    page.keyboard.press("Control+s")
    expect(find_message(page, "3")).to_have_count(1)
    expect(status(page)).to_have_text("Saved.")
    expect(field).to_be_focused()
    assert field.evaluate("(field) => [field.selectionStart, field.selectionEnd]") == [7, 10]
    assert field.bounding_box()["y"] == pytest.approx(top, abs=2)


def kill(page):
    """Kill the process of a page, so that it runs no unload handlers."""
    with suppress(Error):
        page.goto("chrome://crash")


@pytest.mark.parametrize("was_autosaved", [True, False])
def test_text_of_a_killed_window_is_no_longer_offered_after_it_is_saved_in_another(
    open_page, editor, story, monkeypatch, was_autosaved
):
    page = open_page(form_of(story), as_=editor)
    if not was_autosaved:
        monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 600_000)
    killed = page.context.new_page()
    killed.goto(form_of(story))
    type_standfirst(killed, "Nobody was warned.")
    if was_autosaved:
        expect(status(killed)).to_have_text(SAVED)
    else:
        expect(status(killed)).to_have_text("Not saved yet")
        while not killed.evaluate(HAS_COPY, "Nobody was warned."):
            killed.wait_for_timeout(100)
    kill(killed)
    page.reload()
    offer = (
        page.locator("[data-local-copy]")
        if not was_autosaved
        else page.get_by_role("heading", name="Unsaved text from")
    )
    expect(offer).to_be_visible()
    type_standfirst(page, "Nobody was warned.")
    page.get_by_label("How this page was made", exact=True).fill("From the log.")
    with page.expect_navigation():
        save(page)
    expect(find_message(page, "2")).to_be_visible()
    page.reload()
    expect(page.locator("form[data-is-edited]")).to_be_visible()
    expect(offer).to_have_count(0) if was_autosaved else expect(offer).to_be_hidden()


def test_on_a_phone_the_save_button_is_in_view_whatever_is_above_the_form(open_page, editor):
    story = make_published_story(by=editor, owner=editor)
    story.sections.filter(kind="background").update(text="The limit was nine tonnes.")
    revisions.record_revision(story, by=editor)
    at = clock.now()
    publishing.schedule(story, by=editor, at=at + timedelta(days=1), change=make_update())
    for sequence in (1, 2, 3):
        values = [("headline", f"Why the pier was closed {sequence} times")]
        autosave.store(
            story,
            "story",
            by=editor,
            window=uuid4(),
            sequence=sequence,
            values=values,
            base=1,
            title="Typed",
            at=at,
        )
    page = open_page("/admin/", as_=editor, viewport=PHONE)
    page.goto(f"/admin/stories/story/{story.pk}/change/")
    notices = page.get_by_text("4 messages", exact=True)
    expect(notices).to_be_visible()
    assert page.locator(".desk-form").bounding_box()["y"] < 260
    notices.click()
    expect(page.get_by_role("link", name=re.compile("^Compare")).first).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
