"""Every address of the desk: who may open it, who may submit it, and form data that would change something there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from newsroom.accounts import invitations
from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.audit.models import AccessEntry, AccessVerb, Event
from newsroom.desk.models import SavedView
from newsroom.http import clock
from newsroom.import_export.columns import Sheet
from newsroom.import_export.plan import build_plan
from newsroom.import_export.read import read_stored_table
from newsroom.notifications.models import Notice, NoticeKind
from newsroom.site.models import AboutPage
from stories import publishing
from stories.admin.outlets import OUTLETS
from stories.drafts import revisions
from stories.models import AutosaveSlot, BulkRun, HouseWord, Override, Work
from stories.publishing import front_page, review
from stories.workflow import autosave, shared_previews, trash
from stories.workflow.reader_reports import verbs
from tests.factories import (
    PASSWORD,
    make_article,
    make_failure,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_report,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from topics import navigation
from topics.admin import TOPIC_SHEET

# S: signed in without access to the desk. N: with access but without a role. The others: the four roles.
PEOPLE = {"S": "", "N": "", "W": "Writer", "E": "Editor", "C": "Curator", "A": "Administrator"}
DESK = "NWECA"
ROLES = "WECA"

# For each screen of a model: who may open it (GET), and who may submit it (POST).
SCREENS = {
    "stories_story": {
        "changelist": (ROLES, ""), "add": ("WEA", "WEA"), "change": (ROLES, "WEA"), "delete": ("", ""),
        "history": (ROLES, ""), "audit_log": (ROLES, ""), "revision": (ROLES, ""), "compare": (ROLES, ""),
        "preview": (ROLES, ""), "preview_revision": (ROLES, ""), "share": ("WEA", "WEA"), "revoke_share": ("WEA", "EA"),
        "look": ("", "WEA"), "look_new": ("", "WEA"), "found_points": ("WEA", "WEA"), "unsaved_points": ("", "WEA"),
        "live_preview": ("WEA", "WEA"), "live_preview_new": ("WEA", "WEA"),
        "autosave": ("", "WEA"), "local_copy": ("WEA", ""), "unsaved": ("WEA", ""), "restore_unsaved": ("WEA", ""),
        "discard_unsaved": ("WEA", "WEA"),
        "comments": (ROLES, "WEA"), "presence": ("", ROLES), "translations": ("WEA", "WEA"), "restore": ("WEA", "WEA"), "withdraw": ("EA", "EA"),
        "trash": ("WEA", "WEA"), "restore_from_trash": ("WEA", "WEA"), "erase": ("A", "A"), "duplicate": ("WEA", "WEA"),
        "publish": ("EA", "EA"), "expire": ("EA", "EA"), "cancel": ("EA", "EA"), "use_newest": ("EA", "EA"),
        "review": (ROLES, "EA"), "mark_as_read": ("", ROLES), "fact_check": ("", "WEA"),
        "send_for_review": ("WEA", "WEA"), "return": ("EA", "EA"),
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
        "choose": (ROLES, ROLES),
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
    "record_accessentry": {
        "changelist": ("A", ""), "add": ("", ""), "change": ("A", ""), "delete": ("", ""), "history": ("A", ""),
    },
    "jobs_failure": {
        "changelist": ("A", "A"), "add": ("", ""), "change": ("A", ""), "delete": ("", ""), "history": ("A", ""),
        "retry": ("", "A"), "dismiss": ("", "A"),
    },
    "site_aboutpage": {
        "changelist": ("A", "A"), "add": ("A", "A"), "change": ("A", "A"), "delete": ("A", "A"), "history": ("A", ""),
    },
}  # fmt: skip
ONLY_OF_STORIES = {"look", "look_new", "found_points", "unsaved_points"}
SCREENS["stories_faq"] = {
    **{screen: roles for screen, roles in SCREENS["stories_story"].items() if screen not in ONLY_OF_STORIES},
    "expiring": ("WEA", "EA"),
}
# In these lists, every role can save views and choose columns. Only the owner of a view can change it.
for model_with_views in (
    "stories_story",
    "stories_faq",
    "topics_topic",
    "stories_outlet",
    "stories_article",
    "media_image",
):
    SCREENS[model_with_views] = {
        **SCREENS[model_with_views],
        "saved_views": ("", ROLES),
        "saved_view": ("", ""),
        "columns": ("", ROLES),
    }
for model_with_tables in ("topics_topic", "stories_outlet"):
    SCREENS[model_with_tables] |= {"export": (ROLES, ""), "import": ("CA", "CA")}
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
    "bulk_run": ("", ""),  # only the user's own
    "bulk_progress": ("", ""),  # only the user's own
    "proposed_names": ("ECA", "ECA"),
    "search": (DESK, ""),
    "name_suggestions": (ROLES, ""),
    "activity": (DESK, ""),
    "similar_works": (ROLES, ""),
    "create_entity": ("ECA", "ECA"),
    "notifications": (DESK, DESK),
    "notification_preferences": (DESK, DESK),
    "notification": ("", ""),  # only the user's own
    "check_levels": ("A", "A"),
    "front_page": ("EA", "EA"),
    "navigation": ("ECA", "ECA"),
    "replace_image": (ROLES, ROLES),
    "replace_image_in_drafts": (ROLES, "WEA"),
    "markdown_preview": ("", ROLES),
    "link_suggestions": (ROLES, ""),
    "find_article": (ROLES, ""),
    "due_forecasts": (ROLES, ""),
    "decide_forecast": (ROLES, "WEA"),
    "read_forecast": (ROLES, ""),
    "propose_expiry": ("", ROLES),
    "upload_editor_image": ("", ROLES),
    "health": ("A", ""),
    "help": (DESK, ""),
    "auth_user_password_change": ("A", "A"),
    "password_change": (DESK, ""),
    "password_change_done": (DESK, ""),
}
OPEN_TO_ALL = {"login", "logout"}


def list_rights() -> dict[str, tuple[str, str]]:
    """Return who may open and who may submit each address of the desk, keyed by the name of its route."""
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
    """An address of the desk, and form data that would change something if accepted there."""

    route: str
    address: str
    body: dict[str, object]


def rename(instance: Model, *, by: User) -> Event:
    """Rename an object, and return the audit log entry with which the change can be undone."""
    before = track_changes.stored_state(instance)
    name = "name" if "name" in before else "title"
    setattr(instance, name, f"{before[name]}, renamed")
    instance.save()
    event = track_changes.record_changed(instance, before, by=by)
    assert event is not None
    return event


def make_attempts(chief: User) -> list[Attempt]:
    """Make objects of every kind, and return an attempt for each route in the tables. ``chief`` needs every right."""
    story, faq = make_published_story(topics=(make_topic(),)), make_question()
    today = timezone.localdate(clock.now())
    faq.answers.update(as_of=today, expires_on=today + timedelta(days=3))
    revisions.record_revision(faq, by=chief)
    expiring = f"{publishing.publish(faq, by=chief).pk}.{(answer := faq.answers.all()[0]).uid}"
    expecting = make_published_story(headline="Why this one is expected")
    forecast = expecting.forecasts.create(speaker="The mayor", expected="It opens.", due_on=today)
    revisions.record_revision(expecting, by=chief)
    publishing.publish(expecting, by=chief, change=make_update())
    draft, draft_faq = make_story(), make_question()
    binned, binned_faq = make_story(), make_question()
    for work in (binned, binned_faq):
        trash.move_to_trash(work, by=chief)
    for work in (story, faq):
        type(work).objects.filter(pk=work.pk).update(language="de")
        revisions.record_revision(work, by=chief)
    scheduled, scheduled_faq = make_story(headline="Why this one has to wait"), make_question()
    for work in (scheduled, scheduled_faq):
        publishing.schedule(work, by=chief, at=clock.now() + timedelta(days=2))
        type(work).objects.filter(pk=work.pk).update(language="de")
        revisions.record_revision(work, by=chief)
    in_review, in_review_faq = make_story(headline="Why this one is read first"), make_question()
    for work in (in_review, in_review_faq):
        review.send_for_review(work, by=make_user())
    bundle, published_bundle = (
        publishing.save_bundle("Together", [make_story(headline=f"Why {n} goes out together")], by=chief)
        for n in ("one", "two")
    )
    publishing.publish_bundle(published_bundle, by=chief)
    overrides = {"topics.some topics": "The topic comes later."}
    publishing.publish(make_story(headline="Why this one has no topic", topics=()), by=make_user(), overrides=overrides)
    topic, other, other_outlet = make_topic(), make_topic(name="Other_topic"), make_outlet(name="Other_outlet")
    instances: dict[str, Any] = {
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
        "record_accessentry": AccessEntry.objects.create(
            account=chief, verb=AccessVerb.SIGNED_IN, connection="0" * 64, browser="Firefox", at=clock.now()
        ),
        "jobs_failure": make_failure(),
        "site_aboutpage": AboutPage.objects.create(slug="how", title="How we work", text="We read."),
    }
    lead_image = make_image(title="Shown in a draft")
    story_with_image = make_story(lead_image=lead_image)
    unused = {
        "media_image": make_image(),
        "accounts_contributor": type(instances["accounts_contributor"]).objects.create(name="Nobody Yet"),
    }
    dismissed = make_report(story)
    verbs.dismiss_report(dismissed, by=chief, reason="It is right.")
    other_keys = {
        ("stories_story", "trash"): draft, ("stories_faq", "trash"): draft_faq,
        ("stories_story", "cancel"): scheduled, ("stories_faq", "cancel"): scheduled_faq,
        ("stories_story", "use_newest"): scheduled, ("stories_faq", "use_newest"): scheduled_faq,
        ("stories_bundle", "undo"): published_bundle,
        ("site_report", "reopen"): dismissed,
        ("stories_story", "review"): in_review, ("stories_faq", "review"): in_review_faq,
        ("stories_story", "return"): in_review, ("stories_faq", "return"): in_review_faq,
        ("stories_story", "send_for_review"): draft, ("stories_faq", "send_for_review"): draft_faq,
        ("stories_story", "restore_from_trash"): binned, ("stories_faq", "restore_from_trash"): binned_faq,
    }  # fmt: skip
    links = {
        model: shared_previews.create_link(
            instances[model], by=chief, label="Taken", ends_at=clock.now() + timedelta(days=1)
        ).link
        for model in ("stories_story", "stories_faq")
    }
    read_notice, unread_notice = (
        Notice.objects.create(
            person=chief, kind=NoticeKind.ASKED, thing_kind="story", thing_uid=story.uid, words="You are asked.",
            address="/admin/", told_at=clock.now(), read_at=read_at,
        )
        for read_at in (clock.now(), None)
    )  # fmt: skip
    administrators = Group.objects.get(name="Administrator").pk
    form_data: dict[str, dict[str, object]] = {
        "delete": {"post": "yes"},
        "comments": {"comment-text": "A comment that nobody asked for."},
        "autosave": {"_window": str(uuid4()), "_sequence": "1", "_person": str(chief.pk)},
        "presence": {"window": "00000000-0000-4000-8000-000000000001", "sequence": 1},
        "withdraw": {"notice": "A notice that nobody asked for."},
        "erase": {"what": "page", "reason": "An order that nobody gave.", "meant": "ERASE"},
        "found_points": {"digest": "0" * 64},
        "publish": {"note": "A note that nobody asked for."},
        "expire": {"day": "2999-01-01", "time": "07:00", "notice": "An end that nobody asked for."},
        "use_newest": {"seen": 2},
        "review": {"_continue": "return", "review_reason": "A return that nobody asked for."},
        "send_for_review": {"seen": 1, "note": "A review that nobody asked for."},
        "return": {"seen": 1, "state": "in_review", "reason": "A return that nobody asked for."},
        "mark_as_read": {"number": 1},
        "calendar_move": {
            "what": f"edition-{scheduled.editions.get().pk}", "day": "2999-01-01", "time": "07:00",
        },
        "undo": {"note": "A note that nobody asked for."},
        "stories_bundle_add": {"title": "A bundle out of nowhere", "works": [draft.pk]},
        "share": {"label": "Somebody outside"},
        "stories_story_translations": {"original": make_story(language="es").slug},
        "stories_faq_translations": {"original": make_question(language="es").slug},
        "stories_story_change": {"headline": "Another headline", "_continue": "publish"},
        "stories_faq_change": {"question": "Another question?", "_continue": "publish"},
        "stories_story_add": {"headline": "A story out of nowhere"},
        "stories_faq_expiring": {
            "ticked": expiring, "confirm": "1", f"{answer.uid}-as_of": today,
            f"{answer.uid}-expires_on": today + timedelta(days=9),
        },
        "stories_faq_add": {"question": "Where does this come from?"},
        "accounts_user_change": {"groups": [administrators], "is_staff": "on"},
        "accounts_invitation_add": {"email": "intruder@lisle.example", "roles": [administrators]},
        "accounts_user_add": {
            "username": "intruder", "groups": [administrators], "usable_password": "true", "password1": PASSWORD,
            "password2": PASSWORD,
        },
        "import_text": {"text": "What's happened\n\nThe pier is closed.\n", "take_in": "yes"},
        "check_levels": {"topics.some": "hint"},
        "topics_topic_import": imported_table(TOPIC_SHEET),
        "stories_outlet_import": imported_table(OUTLETS),
        "front_page": {"place-1-story": str(story.uid), "seen": front_page.get_arrangement_digest()},
        "navigation": {"en-gb-1-topic": other.name, "seen": navigation.get_arrangement_digest()},
        "stories_override_change": {"review_note": "A review that nobody asked for."},
        "site_report_change": {"reason": "A decision that nobody asked for."},
        "notifications": {"newest": unread_notice.pk},
        "notification_preferences": {kind.value: "never" for kind in NoticeKind},
        "proposed_names": {"what": "topic", "name": "Made up", "decision": "confirm", "kind": "place"},
        "markdown_preview": {"content": "*words*"},
        "propose_expiry": {"question": "Is it still closed?", "text": "Yes.", "as_of": "2031-03-05"},
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
    attempts: list[Attempt] = []
    for route in sorted(list_rights()):
        model, screen = screens.get(route, ("", route))
        body: dict[str, object] = {"name": "Changed", "title": "Changed", "text": "Changed", "slug": "changed-by-hand"}
        body |= form_data.get(screen, {}) | form_data.get(route, {})
        keys: list[object] = []
        if model in instances and screen in {
            "change",
            "delete",
            "history",
            "audit_log",
            "revision",
            "compare",
            "restore",
            "withdraw",
            "review",
            "send_for_review",
            "return",
            "mark_as_read",
            "fact_check",
            "erase",
            "trash",
            "duplicate",
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
            "look",
            "found_points",
            "unsaved_points",
            "comments",
            "presence",
            "translations",
            "autosave",
            "local_copy",
            "unsaved",
            "restore_unsaved",
            "discard_unsaved",
        }:
            instance = other_keys.get((model, screen)) or (unused.get(model) if screen == "delete" else None)
            keys = [(instance or instances[model]).pk]
            keys += [1] if screen in {"revision", "compare", "restore", "preview_revision"} else []
            keys += [1] if screen in {"cancel", "use_newest"} else []
            keys += [links[model].pk] if screen == "revoke_share" else []
            keys += (
                [make_autosave(instances[model], chief).pk]
                if screen in {"unsaved", "restore_unsaved", "discard_unsaved"}
                else []
            )
            keys += [rename(instances[model], by=chief).pk] if screen == "undo" and model != "stories_bundle" else []
        if screen == "changelist":
            body = {
                "action": "delete_selected",
                "post": "yes",
                "_selected_action": [getattr(unused.get(model) or instances.get(model), "pk", 1)],
            } | form_data.get(route, {})
        if screen in {"look", "look_new"}:
            body = {"_point": "homes emptied"}
        if route == "auth_user_password_change":
            keys = [instances["accounts_user"].pk]
        if route == "app_list":
            keys = ["stories"]
        if screen == "saved_view":
            keys = [make_view(chief, model).pk]
        if screen == "export" and model != "record_event":
            keys = ["csv"]
        if route in {"bulk_run", "bulk_progress"}:
            keys = [BulkRun.objects.create(verb="bin", by=chief).pk]
        if route == "create_entity":
            keys, body = ["topic"], {"name": "Out of a dialog", "kind": "place"}
        if route == "decide_forecast":
            keys = [expecting.pk, forecast.uid]
            body = {"state": "void", "outcome": "It was dropped.", "then": "draft"}
        if route == "replace_image":
            keys = [lead_image.pk]
        if route == "replace_image_in_drafts":
            keys, body = [lead_image.pk, instances["media_image"].pk], {"work": [story_with_image.pk]}
        if route == "notification":
            keys = [read_notice.pk]
        address = reverse(f"admin:{route}", args=keys)
        if route == "name_suggestions":
            address += "?list=topic-names&q=o"
        if route == "similar_works":
            address += "?kind=story&q=Why+the+pier+is+closed"
        if screen == "merge":
            address += f"?into={other.name if model == 'topics_topic' else other_outlet.name}"
        attempts.append(Attempt(route, address, body))
    return attempts


def make_autosave(work: Work, chief: User) -> AutosaveSlot:
    """Make an autosave slot for the work, and return it."""
    window, at = uuid4(), clock.now()
    autosave.store(work, work.kind, by=chief, window=window, sequence=1, values=[], base=1, title="Typed", at=at)
    return AutosaveSlot.objects.get(window=window)


def make_view(chief: User, model: str) -> SavedView:
    """Save a view of the list of a model, and return it."""
    return SavedView.objects.create(owner=chief, listing=model.replace("_", "."), name="Kept")


def imported_table(sheet: Sheet) -> dict[str, object]:
    """Return the form data that imports a table with one new row."""
    text = "line,name\n2,Out of a table\n"
    return {"table": text, "seen": build_plan(read_stored_table(text), sheet).digest}
