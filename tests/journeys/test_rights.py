"""Every address of the desk, tried by everybody: what a role may not do is refused by the server and changes nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from newsroom.accounts import invitations
from newsroom.accounts.models import Contributor, User
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.desk.models import SavedView
from newsroom.http import clock
from newsroom.import_export.columns import Sheet
from newsroom.import_export.plan import build_plan
from newsroom.import_export.read import read_stored_table
from newsroom.notifications.models import Notice, NoticeKind
from newsroom.site.models import AboutPage
from stories import drafts, publishing
from stories.admin.outlets import OUTLETS
from stories.documents import AnyDocument, NamedContributor
from stories.drafts import revisions
from stories.models import FAQ, AutosaveSlot, BulkRun, Edition, HouseWord, Override, Story, Work
from stories.publishing import front_page, review
from stories.workflow import autosave, shared_previews, trash
from stories.workflow.reader_reports import verbs
from tests.conftest import signed_in
from tests.factories import (
    PASSWORD,
    make_article,
    make_failure,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_user,
)
from tests.recorded_sql import writes
from tests.stories.admin.form_data import filled
from tests.transactions import of_the_test
from topics.admin import TOPIC_SHEET

pytestmark = pytest.mark.django_db

# S: signed in without a place at the desk. N: at the desk without a role. The others: the four roles.
PEOPLE = {"S": "", "N": "", "W": "Writer", "E": "Editor", "C": "Curator", "A": "Administrator"}
DESK = "NWECA"
ROLES = "WECA"

# For each screen of a model: who may open it, who may send it.
SCREENS = {
    "stories_story": {
        "changelist": (ROLES, ""), "add": ("WEA", "WEA"), "change": (ROLES, "WEA"), "delete": ("", ""),
        "history": (ROLES, ""), "audit_log": (ROLES, ""), "revision": (ROLES, ""), "compare": (ROLES, ""),
        "preview": (ROLES, ""), "preview_revision": (ROLES, ""), "share": ("WEA", "WEA"), "revoke_share": ("WEA", "EA"),
        "live_preview": ("WEA", "WEA"), "live_preview_new": ("WEA", "WEA"),
        "autosave": ("", "WEA"), "local_copy": ("WEA", ""), "unsaved": ("WEA", ""), "restore_unsaved": ("WEA", ""),
        "discard_unsaved": ("WEA", "WEA"),
        "comments": (ROLES, "WEA"), "presence": ("", ROLES), "translations": ("WEA", "WEA"), "restore": ("WEA", "WEA"), "withdraw": ("EA", "EA"),
        "trash": ("WEA", "WEA"), "restore_from_trash": ("WEA", "WEA"), "erase": ("A", "A"),
        "publish": ("EA", "EA"), "expire": ("EA", "EA"), "cancel": ("EA", "EA"), "use_newest": ("EA", "EA"),
        "review": (ROLES, "EA"), "mark_as_read": ("", ROLES), "fact_check": ("", "WEA"),
    },
    "stories_bundle": {
        "changelist": ("EA", ""), "add": ("EA", "EA"), "change": ("EA", "EA"), "delete": ("", ""),
        "history": ("EA", ""), "publish": ("EA", "EA"), "undo": ("EA", "EA"),
    },
    "stories_override": {
        "changelist": ("EA", ""), "add": ("", ""), "change": ("EA", "EA"), "delete": ("", ""), "history": ("EA", ""),
    },
    "site_report": {
        "changelist": ("WEA", ""), "add": ("", ""), "change": ("WEA", "EA"), "delete": ("", ""),
        "history": ("WEA", ""), "reopen": ("", "EA"),
    },
    "topics_topic": {
        "changelist": (ROLES, "CA"), "add": ("ECA", "ECA"), "change": (ROLES, "CA"), "delete": ("CA", "CA"),
        "history": (ROLES, ""), "merge": ("CA", "CA"), "undo": ("CA", "CA"),
    },
    "stories_outlet": {
        "changelist": (ROLES, "CA"), "add": ("ECA", "ECA"), "change": (ROLES, "CA"), "delete": ("CA", "CA"),
        "history": (ROLES, ""), "merge": ("CA", "CA"), "undo": ("CA", "CA"),
    },
    "stories_article": {
        "changelist": (ROLES, "CA"), "add": (ROLES, ROLES), "change": (ROLES, "ECA"), "delete": ("CA", "CA"),
        "history": (ROLES, ""), "undo": ("ECA", "ECA"),
    },
    "stories_houseword": {
        "changelist": (ROLES, "CA"), "add": ("CA", "CA"), "change": (ROLES, "CA"), "delete": ("CA", "CA"),
        "history": (ROLES, ""), "add_many": ("CA", "CA"),
    },
    "media_image": {
        "changelist": (ROLES, "CA"), "add": (ROLES, ROLES), "change": (ROLES, "ECA"), "delete": ("CA", "CA"),
        "history": (ROLES, ""), "undo": ("ECA", "ECA"), "upload": (ROLES, ROLES),
    },
    "accounts_contributor": {
        "changelist": (ROLES, "A"), "add": ("EA", "EA"), "change": (ROLES, "EA"), "delete": ("A", "A"),
        "history": (ROLES, ""), "undo": ("EA", "EA"),
    },
    "accounts_user": {
        "changelist": ("A", ""), "add": ("A", "A"), "change": ("A", "A"), "delete": ("", ""), "history": ("A", ""),
    },
    "accounts_invitation": {
        "changelist": ("A", ""), "add": ("A", "A"), "change": ("A", ""), "delete": ("", ""), "history": ("A", ""),
        "resend": ("", "A"), "withdraw": ("", "A"),
    },
    "record_event": {
        "changelist": ("A", ""), "add": ("", ""), "change": ("A", ""), "delete": ("", ""), "history": ("A", ""),
        "export": ("A", ""),
    },
    "jobs_failure": {
        "changelist": ("A", "A"), "add": ("", ""), "change": ("A", ""), "delete": ("", ""), "history": ("A", ""),
        "retry": ("", "A"), "dismiss": ("", "A"),
    },
    "site_aboutpage": {
        "changelist": ("A", "A"), "add": ("A", "A"), "change": ("A", "A"), "delete": ("A", "A"), "history": ("A", ""),
    },
}  # fmt: skip
SCREENS["stories_faq"] = SCREENS["stories_story"]
# Lists of which views are kept and columns chosen, each by whoever looks at them; a view is changed by its owner alone.
for listed in ("stories_story", "stories_faq", "topics_topic", "stories_outlet", "stories_article", "media_image"):
    SCREENS[listed] = {**SCREENS[listed], "saved_views": ("", ROLES), "saved_view": ("", ""), "columns": ("", ROLES)}
for tabled in ("topics_topic", "stories_outlet"):
    SCREENS[tabled] |= {"export": (ROLES, ""), "import": ("CA", "CA")}
OTHERS = {
    "index": (DESK, ""),
    "app_list": (ROLES, ""),
    "staff_bar": (ROLES, ""),
    "jsi18n": (DESK, ""),
    "autocomplete": ("", ""),
    "calendar": (ROLES, ""),
    "calendar_move": ("", "EA"),
    "import_text": ("WEA", "WEA"),
    "bulk_runs": (DESK, ""),
    "bulk_run": ("", ""),  # one's own alone
    "bulk_progress": ("", ""),  # one's own alone
    "proposed_names": ("ECA", "ECA"),
    "search": (DESK, ""),
    "name_suggestions": (ROLES, ""),
    "similar_works": (ROLES, ""),
    "create_entity": ("ECA", "ECA"),
    "notifications": (DESK, DESK),
    "notification_preferences": (DESK, DESK),
    "notification": ("", ""),  # one's own alone
    "check_levels": ("A", "A"),
    "front_page": ("EA", "EA"),
    "replace_image": (ROLES, ROLES),
    "replace_image_in_drafts": (ROLES, "WEA"),
    "markdown_preview": ("", DESK),
    "link_suggestions": (ROLES, ""),
    "find_article": (ROLES, ""),
    "upload_editor_image": ("", ROLES),
    "help": (DESK, ""),
    "auth_user_password_change": ("A", "A"),
    "password_change": (DESK, ""),
    "password_change_done": (DESK, ""),
}
OPEN_TO_ALL = {"login", "logout"}


def table() -> dict[str, tuple[str, str]]:
    """Return who may open and who may send each address of the desk, by the name of its route."""
    rights = {f"{model}_{screen}": who for model, screens in SCREENS.items() for screen, who in screens.items()}
    return rights | OTHERS


def desk_routes() -> set[str]:
    """Return the names of all routes of the desk."""

    def names(entries: list[URLPattern | URLResolver]) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                yield from names(entry.url_patterns)
            elif entry.name:
                yield str(entry.name)

    return {name for entry in get_resolver().url_patterns if str(entry.pattern) == "admin/" for name in names([entry])}


@dataclass(frozen=True)
class Attempt:
    """One address of the desk, and what somebody who may would send there to change something."""

    route: str
    address: str
    body: dict[str, object]


@pytest.fixture
def chief(db):
    return User.objects.create_superuser("chief", password=PASSWORD)


def renamed(thing: Model, *, by: User) -> Event:
    """Give a thing another name, so that there is something to put back."""
    before = track_changes.stored_state(thing)
    name = "name" if "name" in before else "title"
    setattr(thing, name, f"{before[name]}, renamed")
    thing.save()
    event = track_changes.record_changed(thing, before, by=by)
    assert event is not None
    return event


@pytest.fixture
def attempts(chief) -> list[Attempt]:
    """Make one of everything, and return what can be tried."""
    story, faq = make_published_story(topics=(make_topic(),)), make_published_question()
    draft, draft_faq = make_story(), make_question()
    binned, binned_faq = make_story(), make_question()
    for work in (binned, binned_faq):
        trash.move_to_trash(work, by=chief)
    for work in (story, faq):
        type(work).objects.filter(pk=work.pk).update(language="de")
        revisions.record_revision(work, by=chief)
    waiting, waiting_faq = make_story(headline="Why this one has to wait"), make_question()
    for work in (waiting, waiting_faq):
        publishing.schedule(work, by=chief, at=clock.now() + timedelta(days=2))
        type(work).objects.filter(pk=work.pk).update(language="de")
        revisions.record_revision(work, by=chief)
    read, read_faq = make_story(headline="Why this one is read first"), make_question()
    for work in (read, read_faq):
        review.send_for_review(work, by=make_user())
    bundle, sent_bundle = (
        publishing.save_bundle("Together", [make_story(headline=f"Why {n} goes out together")], by=chief)
        for n in ("one", "two")
    )
    publishing.publish_bundle(sent_bundle, by=chief)
    against = {"topics.some topics": "The topic comes later."}
    publishing.publish(make_story(headline="Why this one has no topic", topics=()), by=make_user(), overrides=against)
    topic, other, other_outlet = make_topic(), make_topic(name="Other_topic"), make_outlet(name="Other_outlet")
    things: dict[str, Any] = {
        "stories_story": story,
        "stories_faq": faq,
        "stories_bundle": bundle,
        "stories_override": Override.objects.get(),
        "site_report": make_report(story),
        "topics_topic": topic,
        "stories_outlet": make_outlet(),
        "stories_article": make_article(),
        "stories_houseword": HouseWord.objects.create(written="web site", preferred="website"),
        "media_image": make_image(),
        "accounts_contributor": make_published_story(byline=("Ida Sund",)).byline.get().contributor,
        "accounts_user": make_user(role="Writer", username="somebody"),
        "accounts_invitation": invitations.create_invitation(
            "somebody@else.example", roles=[Group.objects.get(name="Writer")], by=chief, at=clock.now()
        ).invitation,
        "record_event": Event.objects.order_by("pk").first(),
        "jobs_failure": make_failure(),
        "site_aboutpage": AboutPage.objects.create(slug="how", title="How we work", text="We read."),
    }
    shown = make_image(title="Shown in a draft")
    leading = make_story(lead_image=shown)
    unused = {
        "media_image": make_image(),
        "accounts_contributor": type(things["accounts_contributor"]).objects.create(name="Nobody Yet"),
    }
    dismissed = make_report(story)
    verbs.dismiss_report(dismissed, by=chief, reason="It is right.")
    other_keys = {
        ("stories_story", "trash"): draft, ("stories_faq", "trash"): draft_faq,
        ("stories_story", "cancel"): waiting, ("stories_faq", "cancel"): waiting_faq,
        ("stories_story", "use_newest"): waiting, ("stories_faq", "use_newest"): waiting_faq,
        ("stories_bundle", "undo"): sent_bundle,
        ("site_report", "reopen"): dismissed,
        ("stories_story", "review"): read, ("stories_faq", "review"): read_faq,
        ("stories_story", "restore_from_trash"): binned, ("stories_faq", "restore_from_trash"): binned_faq,
    }  # fmt: skip
    links = {
        model: shared_previews.create_link(
            things[model], by=chief, label="Taken", ends_at=clock.now() + timedelta(days=1)
        ).link
        for model in ("stories_story", "stories_faq")
    }
    _, unread = (
        Notice.objects.create(
            person=chief, kind=NoticeKind.ASKED, thing_kind="story", thing_uid=story.uid, words="You are asked.",
            address="/admin/", told_at=clock.now(), read_at=read_at,
        )
        for read_at in (clock.now(), None)
    )  # fmt: skip
    spoken = Group.objects.get(name="Administrator").pk
    sent: dict[str, dict[str, object]] = {
        "delete": {"post": "yes"},
        "comments": {"comment-text": "A comment that nobody asked for."},
        "autosave": {"_window": str(uuid4()), "_sequence": "1", "_person": str(chief.pk)},
        "presence": {"window": "00000000-0000-4000-8000-000000000001", "sequence": 1},
        "withdraw": {"notice": "A notice that nobody asked for."},
        "erase": {"what": "page", "reason": "An order that nobody gave.", "meant": "ERASE"},
        "publish": {"note": "A note that nobody asked for."},
        "expire": {"day": "2999-01-01", "time": "07:00", "notice": "An end that nobody asked for."},
        "use_newest": {"seen": 2},
        "review": {"_continue": "return", "review_reason": "A return that nobody asked for."},
        "mark_as_read": {"number": 1},
        "calendar_move": {
            "what": f"edition-{waiting.editions.get().pk}", "day": "2999-01-01", "time": "07:00",
        },
        "undo": {"note": "A note that nobody asked for."},
        "stories_bundle_add": {"title": "A bundle out of nowhere", "works": [draft.pk]},
        "share": {"label": "Somebody outside"},
        "stories_story_translations": {"original": make_story(language="es").slug},
        "stories_faq_translations": {"original": make_question(language="es").slug},
        "stories_story_change": {"headline": "Another headline", "_continue": "publish"},
        "stories_faq_change": {"question": "Another question?", "_continue": "publish"},
        "stories_story_add": {"headline": "A story out of nowhere"},
        "stories_faq_add": {"question": "Where does this come from?"},
        "accounts_user_change": {"groups": [spoken], "is_staff": "on"},
        "accounts_invitation_add": {"email": "intruder@lisle.example", "roles": [spoken]},
        "accounts_user_add": {
            "username": "intruder", "groups": [spoken], "usable_password": "true", "password1": PASSWORD,
            "password2": PASSWORD,
        },
        "import_text": {"text": "What's happened\n\nThe pier is closed.\n", "take_in": "yes"},
        "check_levels": {"topics.some": "hint"},
        "topics_topic_import": brought(TOPIC_SHEET),
        "stories_outlet_import": brought(OUTLETS),
        "front_page": {"place-1-story": str(story.uid), "seen": front_page.get_arrangement_digest()},
        "stories_override_change": {"review_note": "A review that nobody asked for."},
        "site_report_change": {"reason": "A decision that nobody asked for."},
        "notifications": {"newest": unread.pk},
        "notification_preferences": {kind.value: "never" for kind in NoticeKind},
        "proposed_names": {"what": "topic", "name": "Made up", "decision": "confirm", "kind": "place"},
        "markdown_preview": {"content": "*words*"},
        "auth_user_password_change": {
            "usable_password": "true", "password1": "another-long-password", "password2": "another-long-password",
        },
        "media_image_add": {"title": "Without a file"},
        "jobs_failure_changelist": {"action": "try_again"},
        "stories_houseword_add": {"written": "very"},
        "stories_houseword_change": {"written": "very"},
        "stories_houseword_add_many": {"lines": "very"},
        "stories_article_add": {"url": "https://a.example/1", "title": "An article", "outlet_name": "A paper"},
    }  # fmt: skip
    screens = {f"{model}_{screen}": (model, screen) for model, names in SCREENS.items() for screen in names}
    found: list[Attempt] = []
    for route in sorted(table()):
        model, screen = screens.get(route, ("", route))
        body: dict[str, object] = {"name": "Changed", "title": "Changed", "text": "Changed", "slug": "changed-by-hand"}
        body |= sent.get(screen, {}) | sent.get(route, {})
        keys: list[object] = []
        if model in things and screen in {
            "change",
            "delete",
            "history",
            "audit_log",
            "revision",
            "compare",
            "restore",
            "withdraw",
            "review",
            "mark_as_read",
            "fact_check",
            "erase",
            "trash",
            "restore_from_trash",
            "reopen",
            "preview",
            "preview_revision",
            "share",
            "revoke_share",
            "merge",
            "retry",
            "dismiss",
            "resend",
            "publish",
            "expire",
            "cancel",
            "use_newest",
            "undo",
            "live_preview",
            "comments",
            "presence",
            "translations",
            "autosave",
            "local_copy",
            "unsaved",
            "restore_unsaved",
            "discard_unsaved",
        }:
            thing = other_keys.get((model, screen)) or (unused.get(model) if screen == "delete" else None)
            keys = [(thing or things[model]).pk]
            keys += [1] if screen in {"revision", "compare", "restore", "preview_revision"} else []
            keys += [1] if screen in {"cancel", "use_newest"} else []
            keys += [links[model].pk] if screen == "revoke_share" else []
            keys += (
                [typed_into(things[model], chief).pk]
                if screen in {"unsaved", "restore_unsaved", "discard_unsaved"}
                else []
            )
            keys += [renamed(things[model], by=chief).pk] if screen == "undo" and model != "stories_bundle" else []
        if screen == "changelist":
            body = {
                "action": "delete_selected",
                "post": "yes",
                "_selected_action": [getattr(unused.get(model) or things.get(model), "pk", 1)],
            } | sent.get(route, {})
        if route == "auth_user_password_change":
            keys = [things["accounts_user"].pk]
        if route == "app_list":
            keys = ["stories"]
        if screen == "saved_view":
            keys = [own_view(chief, model).pk]
        if screen == "export" and model != "record_event":
            keys = ["csv"]
        if route in {"bulk_run", "bulk_progress"}:
            keys = [BulkRun.objects.create(verb="bin", by=chief).pk]
        if route == "create_entity":
            keys, body = ["topic"], {"name": "Out of a dialog", "kind": "place"}
        if route == "replace_image":
            keys = [shown.pk]
        if route == "replace_image_in_drafts":
            keys, body = [shown.pk, things["media_image"].pk], {"work": [leading.pk]}
        if route == "notification":
            keys = [read.pk]
        address = reverse(f"admin:{route}", args=keys)
        if route == "name_suggestions":
            address += "?list=topic-names&q=o"
        if route == "similar_works":
            address += "?kind=story&q=Why+the+pier+is+closed"
        if screen == "merge":
            address += f"?into={other.name if model == 'topics_topic' else other_outlet.name}"
        found.append(Attempt(route, address, body))
    return found


def typed_into(work: Work, chief: User) -> AutosaveSlot:
    """Keep text that is typed into a work and not saved."""
    window, at = uuid4(), clock.now()
    autosave.store(work, work.kind, by=chief, window=window, sequence=1, values=[], base=1, title="Typed", at=at)
    return AutosaveSlot.objects.get(window=window)


def own_view(chief: User, model: str) -> SavedView:
    """Keep a view of a list."""
    return SavedView.objects.create(owner=chief, listing=model.replace("_", "."), name="Kept")


def brought(sheet: Sheet) -> dict[str, object]:
    """Return what takes a table with one new row in."""
    text = "line,name\n2,Out of a table\n"
    return {"table": text, "seen": build_plan(read_stored_table(text), sheet).digest}


def client_of(letter: str) -> Client:
    """Return a browser in which somebody of this kind is signed in."""
    person = make_user(role=PEOPLE[letter])
    if letter == "N":
        person.is_staff = True
        person.save()
    return signed_in(person)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of our own apps."""
    labels = ("accounts", "addresses", "jobs", "listing", "media", "notices", "record", "site", "stories", "topics")
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    rows = {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}
    # Signing in is written down with the account.
    rows["accounts.User"] = list(User.objects.order_by("pk").values_list("pk", "username", "password", "is_staff"))
    return rows


def whole_form(attempt: Attempt, chief: User) -> dict[str, object]:
    """Return what a browser of somebody with every right would send from this address."""
    client = signed_in(chief)
    page = client.get(attempt.address)
    given = filled(page) if page.status_code == 200 and "html" in page["Content-Type"] else {}
    return {name: value for name, value in given.items() if name != "csrfmiddlewaretoken"} | attempt.body


def is_refused(response) -> bool:
    """Say whether an answer refuses: in words, or by leading to the one door."""
    leads_to_the_door = response.status_code == 302 and "/login/" in response["Location"]
    return response.status_code in {403, 404, 405} or leads_to_the_door


def test_the_table_of_rights_leaves_no_address_of_the_desk_out():
    assert desk_routes() - OPEN_TO_ALL == set(table())


@pytest.mark.parametrize("letter", list(PEOPLE))
def test_a_screen_opens_for_those_who_may_see_it_and_for_nobody_else(attempts, letter):
    client, rights = client_of(letter), table()
    wrong = []
    for attempt in attempts:
        response = client.get(attempt.address)
        if is_refused(response) == (letter in rights[attempt.route][0]):
            wrong.append((attempt.route, response.status_code))
    assert not wrong


def test_what_somebody_may_not_do_is_refused_and_changes_nothing(attempts, chief):
    # What a browser would send is read once for all people: to read it costs ten times as much as to refuse it.
    forms = [whole_form(attempt, chief) for attempt in attempts]
    rights, wrong = table(), []
    for letter in ("", *PEOPLE):
        client = client_of(letter) if letter else Client()
        before = everything()
        for attempt, form in zip(attempts, forms, strict=True):
            if letter and (letter in rights[attempt.route][1] or _is_own_password(attempt.route, letter)):
                continue
            with writes() as written:
                response = client.post(attempt.address, form)
            if not is_refused(response) and (not letter or response.status_code not in {200, 302}):
                wrong.append((letter, attempt.route, response.status_code))
            if written and (after := everything()) != before:
                wrong.append((letter, attempt.route, "changed something"))
                before = after
    assert not wrong


def _is_own_password(route: str, letter: str) -> bool:
    return route.startswith("password_change") and letter in DESK


def test_strangers_are_led_to_the_one_door_from_everywhere(attempts, client):
    before = everything()
    for attempt in attempts:
        assert is_refused(client.get(attempt.address)), attempt.route
    assert everything() == before


def test_the_same_attempts_succeed_for_those_who_may(attempts, chief):
    idle, before = set(), everything()
    for attempt in attempts:
        if not table()[attempt.route][1]:
            continue
        client = signed_in(chief)
        with of_the_test():
            with writes() as written:
                client.post(attempt.address, whole_form(attempt, chief))
            if not written or everything() == before:
                idle.add(attempt.route)
            transaction.set_rollback(True)
    idle -= {
        f"stories_{model}_{screen}" for model in ("story", "faq") for screen in ("live_preview", "live_preview_new")
    }
    assert idle == {"markdown_preview", "upload_editor_image", "media_image_add", "media_image_upload", "replace_image"}


def brought_in(client: Client, document: AnyDocument) -> None:
    """Bring a document in by the desk's own screen."""
    client.post(reverse("admin:import_text"), {"text": json.dumps(document.body()), "take_in": "yes"})


@pytest.mark.parametrize(("letter", "is_confirmed"), [("W", False), ("E", True)])
def test_a_headline_comes_in_confirmed_only_by_who_may_confirm_it(letter, is_confirmed):
    document = drafts.build_document(make_story()).changed(uid=uuid4(), slug="brought-in", headline="Words of a file")
    brought_in(client_of(letter), document)
    assert Story.objects.get(slug="brought-in").headline_confirmed is is_confirmed
    page = drafts.build_document(make_question()).changed(uid=uuid4(), slug="brought-in", question="Words of a file?")
    brought_in(client_of(letter), page)
    assert FAQ.objects.get(slug="brought-in").question_confirmed is is_confirmed


def test_a_confirmed_headline_stays_when_a_writer_brings_the_same_words_in():
    story = make_story(headline="Words that an editor confirmed")
    brought_in(client_of("W"), drafts.build_document(story).changed(standfirst="A new summary."))
    story.refresh_from_db()
    assert (story.standfirst, story.headline_confirmed) == ("A new summary.", True)


@pytest.mark.parametrize(("letter", "made"), [("W", 0), ("E", 1)])
def test_a_new_name_comes_in_only_by_who_may_add_it(letter, made):
    name = NamedContributor(uid=uuid4(), name="Out of a file")
    brought_in(
        client_of(letter), drafts.build_document(make_story()).changed(uid=uuid4(), slug="brought-in", byline=(name,))
    )
    assert Contributor.objects.filter(name="Out of a file").count() == made
    assert Story.objects.filter(slug="brought-in").count() == made


def test_a_writer_confirms_nothing_and_moves_nothing_by_hidden_fields():
    story, other = make_story(headline_confirmed=False), make_story()
    foreign = other.sections.get(kind="behind")
    client = client_of("W")
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address)) | {
        "headline_confirmed": "on", "kind": "question", "state": "approved", "uid": str(other.uid), "id": other.pk,
        "work_ptr": other.pk, "binned_at": "2026-01-01", "citations_given": 99, "headline": "By a writer",
        "sections-0-row": str(foreign.uid), "sections-0-id": foreign.pk,
        "sections-0-text": "Taken over", "sections-0-kind": "free", "_continue": "publish",
    }  # fmt: skip
    before = drafts.build_document(other)
    assert client.post(address, form).status_code == 302
    after = Story.objects.get(pk=story.pk)
    assert (after.headline, after.headline_confirmed, after.kind, after.state) == (
        "By a writer",
        False,
        "story",
        "draft",
    )
    assert (after.uid, after.binned_at, after.citations_given) == (story.uid, None, 0)
    assert drafts.build_document(other) == before
    assert not Edition.objects.exists()


def test_no_row_of_another_story_is_changed_by_its_uid_or_key():
    article = make_article()
    story, other = make_story(outlets=(make_outlet(),)), make_story(outlets=(make_outlet(),), articles=(article,))
    before, client = drafts.build_document(other), client_of("E")
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address))
    rows = {"sections": other.sections.all(), "passages": other.passages.all(), "citations": other.citations.all()}
    for prefix, foreign in rows.items():
        for place, row in enumerate(foreign):
            form |= {
                f"{prefix}-{place}-row": str(getattr(row, "uid", "") or row.number),
                f"{prefix}-{place}-id": row.pk,
                f"{prefix}-{place}-text": "Taken over",
                f"{prefix}-{place}-title": "Taken over",
                f"{prefix}-{place}-DELETE": "on",
            }
        form[f"{prefix}-TOTAL_FORMS"] = max(int(form[f"{prefix}-TOTAL_FORMS"]), len(foreign))
    assert client.post(address, form).status_code == 302
    assert drafts.build_document(other) == before
    article.refresh_from_db()
    assert article.title != "Taken over"


def test_a_writer_changes_no_article_that_others_cite_too():
    article = make_article()
    story = make_story(articles=(article,))
    client = client_of("W")
    address = reverse("admin:stories_story_change", args=[story.pk])
    form = filled(client.get(address)) | {"citations-0-title": "By a writer", "citations-0-url": "https://w.example/"}
    assert client.post(address, form).status_code == 302
    before = article.title, article.url
    article.refresh_from_db()
    assert (article.title, article.url) == before


@pytest.mark.parametrize("asked", ["owner__password__startswith=m", "owner__groups__name=Editor", "binned_by__email=x"])
def test_no_list_answers_questions_about_accounts(asked):
    make_story(owner=make_user())
    response = client_of("W").get(f"{reverse('admin:stories_story_changelist')}?{asked}")
    assert response.status_code == 400 or (response.status_code == 302 and "e=1" in response["Location"])


def test_nobody_makes_an_account_stronger_than_a_role(administrator_client):
    somebody = make_user(role="Writer")
    address = reverse("admin:accounts_user_change", args=[somebody.pk])
    form = filled(administrator_client.get(address)) | {"is_superuser": "on", "user_permissions": ["1", "2"]}
    assert administrator_client.post(address, form).status_code == 302
    somebody.refresh_from_db()
    assert not somebody.is_superuser
    assert not somebody.user_permissions.exists()


@pytest.mark.parametrize("key", ["9" * 23, "-1", "abc", "%C2%B2", "1%002"])
def test_a_key_that_is_none_is_no_error(editor_client, key):
    for model in SCREENS:
        for screen in ("change", "delete", "history", "bin", "withdraw"):
            address = f"/admin/{model.replace('_', '/')}/{key}/{screen}/"
            assert editor_client.get(address).status_code in {302, 403, 404, 405}, address
