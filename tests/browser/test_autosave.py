"""Nobody loses a word: what is typed is kept at once, whatever becomes of the connection, the session or the window."""

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

from newsroom.http import clock
from stories import publishing
from stories.admin.drafts.autosave import form as autosave_form
from stories.drafts import revisions
from stories.models import AutosaveSlot, Edition, Section, Story
from stories.workflow import autosave, trash
from tests.browser.conftest import PHONE, sign_in
from tests.browser.faults import faults_of
from tests.factories import PASSWORD, make_published_story, make_story, make_user, update
from tests.site_process import free_port, served

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile(r"^Saved \d\d:\d\d$")
OFFLINE = "Not saved: no connection. Kept in this browser."
STORE = """() => new Promise((resolve) => {
  const request = indexedDB.open("desk");
  request.onsuccess = () => {
    const names = request.result.objectStoreNames;
    if (!names.contains("copies")) { request.result.close(); resolve(0); return; }
    const count = request.result.transaction("copies").objectStore("copies").count();
    count.onsuccess = () => { request.result.close(); resolve(count.result); };
  };
})"""

KEEPS = """(words) => new Promise((resolve) => {
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
def _soon(monkeypatch):
    """Let a pause in typing be a short one."""
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


def types(page, words):
    """Type at the end of the standfirst, key by key."""
    standfirst(page).press("End")
    standfirst(page).press_sequentially(words)


def save(page, button="Save"):
    page.get_by_role("button", name=button, exact=True).click()


def stands_still(page):
    """Wait until the page has ended to scroll."""
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


def held(name="standfirst"):
    """Return what slots hold in a field, the oldest first."""
    return [dict(slot.values)[name] for slot in AutosaveSlot.objects.order_by("pk") if slot.values]


def kept_here(page):
    return page.get_by_role("heading", name=re.compile("^Text kept in this browser, not saved, "))


def answers(page, answer):
    """Let ``answer`` answer what the form sends by itself."""
    page.route("**/autosave/", answer)


@pytest.mark.journey
def test_what_is_typed_is_saved_by_itself_and_offered_after_a_reload_until_it_is_saved_by_hand(
    open_page, editor, story
):
    page = open_page(form_of(story), as_=editor)
    standfirst(page).press_sequentially("Half a sen")
    expect(status(page)).to_have_text(SAVED)
    assert held() == ["Half a sen"]
    assert revisions.get_newest_revision(story).number == 1

    page.reload()
    expect(standfirst(page)).to_have_value("")
    heading = page.get_by_role("heading", name=re.compile(r"^Your text, not yet saved, \d\d:\d\d$"))
    expect(heading).to_be_visible()
    page.get_by_role("link", name=re.compile("^Compare it")).click()
    expect(page.get_by_role("heading", name="Standfirst")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("Half a sen")
    page.get_by_role("link", name="Take it in").click()
    expect(standfirst(page)).to_have_value("Half a sen")
    standfirst(page).press("End")
    standfirst(page).press_sequentially("tence.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    expect(page.get_by_text("not yet saved")).to_have_count(0)
    expect(page.locator("[data-local-copy]")).to_be_hidden()
    assert held() == []
    story.refresh_from_db()
    assert story.standfirst == "Half a sentence."


def test_who_types_without_a_pause_is_saved_meanwhile(open_page, editor, story, monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 600_000)
    monkeypatch.setattr(autosave_form, "MAX_AUTOSAVE_INTERVAL_MS", 150)
    page = open_page(form_of(story), as_=editor)
    types(page, "On and on")
    expect(status(page)).to_have_text(SAVED)


def test_what_is_typed_before_the_scripts_of_the_page_are_there_is_saved_too(open_page, editor, story):
    page = open_page(reverse("admin:index"), as_=editor)
    late = []
    page.route("**/desk/autosave*.js", lambda route: late.append(route))
    with page.expect_request("**/desk/autosave*.js"):
        page.goto(form_of(story), wait_until="commit")
    standfirst(page).fill("Sooner than the scripts.")
    for script in late:
        script.continue_()
    expect(status(page)).to_have_text(SAVED)
    assert held() == ["Sooner than the scripts."]


# The server ----------------------------------------------------------------------------------------------------------


@pytest.mark.journey
def test_typing_goes_on_while_the_server_is_dead_and_nothing_is_lost_when_it_is_back(
    open_page, editor, story, tmp_path
):
    port = free_port()
    with served(port, place=tmp_path) as server:
        page = open_page(form_of(story), as_=editor, base_url=f"http://127.0.0.1:{port}")
        types(page, "Before. ")
        expect(status(page)).to_have_text(SAVED)
        server.kill()
        server.join()
    types(page, "Meanwhile. ")
    expect(status(page)).to_have_text(OFFLINE)
    save(page)
    expect(page.locator("[data-not-saved-help]")).to_contain_text("as soon as the server answers")
    expect(standfirst(page)).to_have_value("Before. Meanwhile. ")
    assert held() == ["Before. "]
    with served(port, place=tmp_path):
        expect(status(page)).to_have_text(SAVED)
        assert held() == ["Before. Meanwhile. "]
        types(page, "After.")
        save(page)
        expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Before. Meanwhile. After."
    assert held() == []


def test_what_was_typed_without_a_server_is_offered_when_the_window_was_closed_and_comes_back(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    page.context.set_offline(True)
    types(page, "With the lid closed.")
    expect(status(page)).to_have_text(OFFLINE)
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(form_of(story))
    expect(kept_here(page)).to_be_visible()
    page.get_by_role("button", name="Compare what this browser kept").click()
    expect(page.locator("ins")).to_contain_text("With the lid closed.")
    page.get_by_role("button", name="Take it in").click()
    expect(standfirst(page)).to_have_value("With the lid closed.")
    expect(kept_here(page)).to_be_hidden()
    save(page)
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    expect(kept_here(page)).to_be_hidden()
    assert held() == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda route: route.fulfill(status=500, body="Oops"), "Not saved: the server failed. Kept in this browser."),
        (lambda route: None, "Not saved: the server takes too long. Kept in this browser."),
    ],
    ids=["failing", "slow"],
)
def test_the_reason_is_said_in_words_and_it_is_tried_again(open_page, editor, story, monkeypatch, answer, said):
    monkeypatch.setattr(autosave_form, "RESPONSE_TIMEOUT_MS", 1_500)
    page = open_page(form_of(story), as_=editor)
    answers(page, answer)
    types(page, "Words.")
    expect(status(page)).to_have_text(said)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/autosave/")
    # It tries by itself too, and may take the button away under the pointer.
    page.locator("[data-try-again]").dispatch_event("click")
    expect(status(page)).to_have_text(SAVED)
    expect(page.locator("[data-not-saved]")).to_be_hidden()
    assert held() == ["Words."]


def test_one_request_is_under_way_one_waits_and_publishing_takes_its_place(open_page, editor):
    story = make_published_story(by=editor)
    page = open_page(form_of(story), as_=editor)
    waiting, seen = [], []
    page.on("request", lambda request: seen.append(request) if request.method == "POST" else None)
    answers(page, lambda route: route.continue_() if waiting else waiting.append(route))
    types(page, "One. ")
    page.wait_for_function("() => document.querySelector('[data-save-status]').textContent === 'Saving…'")
    types(page, "Two. ")
    page.evaluate("dispatchEvent(new Event('online'))")
    types(page, "Three.")
    save(page, "Save and publish")
    save(page, "Save and publish")
    waiting[0].continue_()
    page.wait_for_url("**/publish/**")
    ours = [each for each in seen if each.url.endswith(("/autosave/", "/change/"))]
    assert [each.url.rsplit("/", 2)[-2] for each in ours] == ["autosave", "autosave", "change"]
    assert "One.+Two.+Three." in ours[1].post_data
    story.refresh_from_db()
    assert story.standfirst.endswith("One. Two. Three.")
    assert held() == []


# The session and the right --------------------------------------------------------------------------------------------


def signs_in(page, username, code=None):
    frame = page.frame_locator("[data-sign-in-frame]")
    frame.get_by_label(re.compile("login|user ?name|e-?mail", re.IGNORECASE)).first.fill(username)
    frame.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill(PASSWORD)
    frame.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()
    if code:
        frame.locator("input[name=code]").fill(code)
        frame.get_by_role("button", name=re.compile(r"^\s*sign in\s*$", re.IGNORECASE)).click()


def test_a_session_that_ends_in_mid_sentence_is_taken_up_again_on_the_page(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    types(page, "Half a sen")
    expect(status(page)).to_have_text(SAVED)
    Session.objects.all().delete()
    types(page, "tence.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    signs_in(page, editor.username)
    expect(dialog).to_be_hidden()
    expect(status(page)).to_have_text(SAVED)
    assert held() == ["Half a sentence."]
    save(page)
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()


def test_a_save_that_found_nobody_signed_in_goes_on_by_itself_after_the_second_factor(
    open_page, editor, story, settings
):
    page = open_page(form_of(story), as_=editor)
    settings.REQUIRE_SECOND_FACTOR = True
    TOTP.activate(editor, generate_totp_secret())
    codes = RecoveryCodes.activate(editor).get_unused_codes()
    assert Authenticator.objects.filter(user=editor).count() == 2
    Session.objects.all().delete()
    answers(page, lambda route: route.continue_())
    types(page, "Typed and saved at once.")
    save(page)
    expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
    signs_in(page, editor.username, code=codes[0])
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Typed and saved at once."


def test_without_a_script_what_is_sent_after_the_session_ended_is_given_back(open_page, editor, story):
    page = open_page(form_of(story), as_=editor, viewport=PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    standfirst(page).fill("The harbour office says lorries go round.")
    Session.objects.all().delete()
    page.evaluate("document.querySelector('#story_form').submit()")
    expect(page.get_by_role("heading", name="Sign in again", level=1)).to_be_visible()
    expect(page.get_by_role("textbox", name="What you wrote")).to_have_value(
        re.compile("The harbour office says lorries go round.")
    )
    assert faults_of(page, PHONE["width"]) == []
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in, in a new window").click()
    expect(opened.value.get_by_label(re.compile("^password", re.IGNORECASE))).to_be_visible()


def test_somebody_else_who_signs_in_there_does_not_get_the_text_and_it_stays_on_the_page(open_page, editor, story):
    make_user(role="Editor", username="jonas", first_name="Jonas", last_name="Adebar")
    page = open_page(form_of(story), as_=editor)
    Session.objects.all().delete()
    types(page, "Ana’s words.")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    signs_in(page, "jonas")
    expect(dialog).to_contain_text("Jonas Adebar is signed in now, and this text is somebody else’s")
    expect(dialog.get_by_role("button", name="Copy all my text")).to_be_visible()
    dialog.get_by_role("button", name="Not now").click()
    expect(standfirst(page)).to_have_value("Ana’s words.")
    save(page)
    expect(page.locator("[data-not-saved-help]")).to_contain_text("Jonas Adebar is signed in now")
    expect(standfirst(page)).to_have_value("Ana’s words.")
    assert held() == []
    assert revisions.get_newest_revision(story).number == 1


@pytest.mark.parametrize("lost", ["the right", "the work"])
def test_who_may_not_edit_any_more_keeps_the_text_on_the_page_to_copy_it(open_page, editor, story, lost):
    page = open_page(form_of(story), as_=editor)
    if lost == "the right":
        editor.groups.clear()
    else:
        trash.move_to_trash(story, by=make_user())
    types(page, "Words.")
    expect(page.locator("[data-not-saved-help]")).to_contain_text("You may not edit this any more. Your text stays")
    expect(page.locator("[data-not-saved]").get_by_role("button", name="Copy all my text")).to_be_visible()
    save(page)
    expect(page.locator("[data-not-saved-help]")).to_contain_text("You may not edit this any more.")
    expect(standfirst(page)).to_have_value("Words.")


def test_signing_out_and_somebody_else_at_the_same_browser_find_nothing_that_was_kept(open_page, editor, story):
    make_user(role="Editor", username="jonas")
    page = open_page(form_of(story), as_=editor)
    answers(page, lambda route: route.abort())
    types(page, "Ana’s words.")
    expect(status(page)).to_have_text(OFFLINE)
    assert page.evaluate(STORE) == 1
    page.unroute("**/autosave/")
    page.context.clear_cookies()
    page.close()
    page = page.context.new_page()
    sign_in(page, "jonas")
    page.goto(form_of(story))
    expect(kept_here(page)).to_be_hidden()
    page.wait_for_function(f"async () => await ({STORE})() === 0")
    answers(page, lambda route: route.abort())
    types(page, "Jonas’s words.")
    expect(status(page)).to_have_text(OFFLINE)
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("button", name=re.compile("sign out", re.IGNORECASE)).first.click()
    other.wait_for_url("**/accounts/login/**")
    assert other.evaluate(STORE) == 0


# Several windows, and the way back -------------------------------------------------------------------------------------


@pytest.mark.journey
def test_one_publishes_while_the_other_types_and_both_texts_stand(open_page, editor, story):
    ana = open_page(form_of(story), as_=editor)
    types(ana, "Ana’s summary.")
    expect(status(ana)).to_have_text(SAVED)
    jonas = open_page(form_of(story), as_=make_user(role="Editor"))
    expect(jonas.get_by_role("heading", name=re.compile("^Text by .*, not yet saved"))).to_be_visible()
    jonas.locator("#id_sections-0-text").fill("The sea came in at dawn.")
    save(jonas, "Save and publish")
    jonas.wait_for_function("() => !location.pathname.endsWith('/change/') || document.querySelector('.messagelist')")
    types(ana, " And more.")
    expect(status(ana)).to_have_text(SAVED)
    published = Edition.objects.filter(work=story).count()
    save(ana)
    expect(ana.get_by_text(re.compile("merged with revision"))).to_be_visible()
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("Ana’s summary. And more.", "The sea came in at dawn.")
    assert Edition.objects.filter(work=story).count() == published
    assert held() == []


def test_one_person_in_two_windows_has_two_texts_also_when_the_tab_was_duplicated(open_page, editor, story):
    first = open_page(form_of(story), as_=editor)
    types(first, "In the first window.")
    expect(status(first)).to_have_text(SAVED)
    with first.expect_popup() as opened:
        first.evaluate("window.open(location.href)")
    second = opened.value
    expect(second.get_by_role("heading", name=re.compile("^Your text, not yet saved"))).to_be_visible()
    second.locator("#id_sections-0-text").fill("In the second window.")
    expect(status(second)).to_have_text(SAVED)
    assert held() == ["In the first window.", ""]
    save(second)
    expect(second.get_by_text("Saved as revision 2.")).to_be_visible()
    assert held() == ["In the first window."]
    save(first)
    expect(first.get_by_text(re.compile("merged with revision 2"))).to_be_visible()
    story.refresh_from_db()
    assert (story.standfirst, story.sections.first().text) == ("In the first window.", "In the second window.")
    assert held() == []


def test_the_way_back_shows_what_is_saved_and_offers_what_is_not(open_page, editor, story):
    page = open_page(form_of(story), as_=editor)
    types(page, "Saved. ")
    save(page)
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    types(page, "Not saved.")
    expect(status(page)).to_have_text(SAVED)
    page.goto(reverse("admin:stories_story_changelist"))
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("^Your text, not yet saved"))).to_be_visible()
    expect(standfirst(page)).to_have_value(re.compile(r"^Saved\. ?$"))
    page.go_back()
    expect(standfirst(page)).to_have_value(re.compile(r"^Saved\. ?$"))
    standfirst(page).fill("Typed after the way back.")
    save(page)
    expect(page.get_by_text("Saved as revision 3.")).to_be_visible()
    story.refresh_from_db()
    assert story.standfirst == "Typed after the way back."


def test_leaving_is_asked_about_only_while_the_server_has_not_got_the_text(open_page, editor, story, monkeypatch):
    monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 60_000)
    page = open_page(form_of(story), as_=editor)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    types(page, "Typed and left.")
    page.goto(reverse("admin:stories_story_changelist"))
    assert asked == ["beforeunload"]
    page.goto(form_of(story))
    expect(page.get_by_role("heading", name=re.compile("^Your text, not yet saved"))).to_be_visible()
    assert held() == ["Typed and left."]
    page.goto(reverse("admin:stories_story_changelist"))
    assert asked == ["beforeunload"]


def test_a_new_story_is_no_draft_until_it_is_saved_and_is_offered_until_then(open_page, editor):
    page = open_page(reverse("admin:stories_story_add"), as_=editor)
    page.get_by_label("Headline", exact=True).press_sequentially("Why the sea")
    expect(status(page)).to_have_text(SAVED)
    assert Story.objects.count() == 0
    page.goto(reverse("admin:stories_story_add"))
    page.get_by_role("link", name=re.compile("^Take in")).click()
    expect(page.get_by_label("Headline", exact=True)).to_have_value("Why the sea")
    save(page)
    page.wait_for_url("**/change/")
    assert [work.headline for work in Story.objects.all()] == ["Why the sea"]
    assert held("headline") == []


def test_with_sixty_rows_typing_goes_on_and_the_page_does_not_jump_while_it_is_saved(open_page, editor, story):
    for number in range(60):
        Section.objects.create(story=story, kind="free", heading=f"Part {number}", text="Words.", position=10 + number)
    revisions.record_revision(story, by=editor)
    page = open_page(form_of(story), as_=editor)
    waiting = []
    answers(page, lambda route: route.continue_() if waiting else waiting.append(route))
    field = page.get_by_label("Text", exact=True).nth(40)
    field.evaluate("(field) => field.scrollIntoView({ block: 'center' })")
    field.press("End")
    field.press_sequentially(" One")
    page.wait_for_function("() => document.querySelector('[data-save-status]').textContent === 'Saving…'")
    field.press_sequentially(" two")
    stands_still(page)
    place = field.bounding_box()["y"]
    waiting[0].continue_()
    expect(status(page)).to_have_text(SAVED)
    page.keyboard.type(" three.")
    expect(status(page)).to_have_text(SAVED)
    expect(field).to_have_value("Words. One two three.")
    expect(field).to_be_focused()
    assert field.bounding_box()["y"] == pytest.approx(place, abs=2)
    name = field.get_attribute("name")
    page.wait_for_function("() => document.querySelector('[data-save-status]').textContent.startsWith('Saved')")
    assert held(name) == ["Words. One two three."]
    assert clock.now() - AutosaveSlot.objects.get().saved_at < timedelta(hours=1)
    field.evaluate("(field) => field.setSelectionRange(7, 10)")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved as revision 3.")).to_have_count(1)
    expect(status(page)).to_have_text("Saved.")
    expect(field).to_be_focused()
    assert field.evaluate("(field) => [field.selectionStart, field.selectionEnd]") == [7, 10]
    assert field.bounding_box()["y"] == pytest.approx(place, abs=2)


def kill(page):
    """End the process of a page, which says no good-bye."""
    with suppress(Error):
        page.goto("chrome://crash")


@pytest.mark.parametrize("has_arrived", [True, False])
def test_text_of_a_killed_window_is_not_offered_once_it_is_saved_in_another(
    open_page, editor, story, monkeypatch, has_arrived
):
    page = open_page(form_of(story), as_=editor)
    if not has_arrived:
        monkeypatch.setattr(autosave_form, "AUTOSAVE_DELAY_MS", 600_000)
    killed = page.context.new_page()
    killed.goto(form_of(story))
    types(killed, "Nobody was warned.")
    if has_arrived:
        expect(status(killed)).to_have_text(SAVED)
    else:
        expect(status(killed)).to_have_text("Not saved yet")
        while not killed.evaluate(KEEPS, "Nobody was warned."):
            killed.wait_for_timeout(100)
    kill(killed)
    page.reload()
    offer = (
        page.locator("[data-local-copy]")
        if not has_arrived
        else page.get_by_role("heading", name="Your text, not yet saved")
    )
    expect(offer).to_be_visible()
    types(page, "Nobody was warned.")
    page.get_by_label("How this page was made").fill("From the log.")
    with page.expect_navigation():
        save(page)
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    page.reload()
    expect(page.locator("form[data-is-edited]")).to_be_visible()
    expect(offer).to_have_count(0) if has_arrived else expect(offer).to_be_hidden()


def test_on_a_phone_save_can_be_pressed_whatever_stands_above_the_form(open_page, editor):
    story = make_published_story(by=editor, owner=editor)
    story.sections.filter(kind="background").update(text="The limit was nine tonnes.")
    revisions.record_revision(story, by=editor)
    at = clock.now()
    publishing.schedule(story, by=editor, at=at + timedelta(days=1), change=update())
    for sequence in (1, 2, 3):
        values = [("headline", f"Why the pier was closed {sequence} times")]
        said = {"sequence": sequence, "values": values, "base": 1, "title": "Typed", "at": at}
        autosave.store(story, "story", by=editor, window=uuid4(), **said)
    page = open_page("/admin/", as_=editor, viewport=PHONE)
    page.goto(f"/admin/stories/story/{story.pk}/change/")
    form = page.locator(".desk-form").bounding_box()
    assert form["y"] > PHONE["height"], "Nothing stands above the form."
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
