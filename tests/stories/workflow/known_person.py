"""A person of whom something is stored wherever that is possible."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from newsroom.accounts.invitations import create_invitation
from newsroom.accounts.models import Contributor, Invitation, User
from newsroom.accounts.tasks import mail_account_notice
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.desk.models import SavedView
from newsroom.http import clock
from newsroom.notifications.models import Notice, NoticeChoice
from stories import publishing
from stories.models import Byline
from stories.publishing.erase import erase_passage
from stories.workflow import presence, shared_previews
from stories.workflow.comments import verbs
from tests.conftest import signed_in
from tests.factories import make_author, make_published_story, make_report, make_story, make_user
from tests.stories.workflow.test_autosave import store_text

ADDRESS = "ana@lisle.example"
NAME = "Ana Kestrel"
USERNAME = "kestrel.ana"
AUTHOR_SLUG = "ana-kestrel-of-lisle"


def make_person(*, has_by_line: bool = True) -> User:
    """Make an administrator with traces in every part of the site, beside another administrator."""
    other = make_user(role="Administrator", first_name="Cem", last_name="Dorn")
    person = make_user(role="Administrator", username=USERNAME, first_name="Ana", last_name="Kestrel", email=ADDRESS)
    make_account_rows(person, other)
    author = make_author(
        name=NAME, user=person, description=f"{NAME} counts lorries.", contact=ADDRESS, slug=AUTHOR_SLUG
    )
    with transaction.atomic():
        track_changes.record_changed(author, {"description": f"Write to {ADDRESS}.", "role": "Apprentice"}, by=person)
    story = make_published_story(by=person, byline=(NAME,) if has_by_line else ())
    make_report(email="ANA@lisle.example", problem=f"Write to {ADDRESS}.")
    make_desk_rows(person, other, has_by_line=has_by_line)
    erase_passage(story, story.sections.get(kind="behind").uid, by=person, reason="By order of a court.")
    publishing.withdraw(make_published_story(by=other), by=person, notice="It was wrong.")
    Notice.objects.filter(person=other).update(words=f"{NAME} asks you to review “The pier”.")
    return person


def make_account_rows(person: User, other: User) -> None:
    """Make what belongs to the account, and entries about it."""
    now = clock.now()
    create_invitation("cem@lisle.example", roles=[], by=person, at=now)
    Invitation.objects.create(
        email=ADDRESS,
        full_name=NAME,
        token_digest="a",  # noqa: S106 -- no token has it
        invited_by=other,
        invited_at=now,
        ends_at=now,
        taken_at=now,
        taken_by=person,
    )
    EmailAddress.objects.create(user=person, email=ADDRESS, primary=True, verified=True)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "v1:x"})
    SocialAccount.objects.create(user=person, provider="https://sso.example", uid="248289761001")
    signed_in(person)
    UserSession.objects.create(user=person, ip="192.0.2.7", session_key="gone", user_agent="Firefox")
    SavedView.objects.create(owner=person, listing="stories.story", name="Mine", query="q=pier")
    NoticeChoice.objects.create(person=person, kind="due", way="never")
    LogEntry.objects.create(
        user=other,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        object_repr=NAME,
        action_flag=CHANGE,
        change_message=f"Changed the address to {ADDRESS}.",
    )
    before = track_changes.state_of(person)
    Event.objects.write(
        "user",
        track_changes.uid_of(person),
        "changed",
        by=other,
        before={**before, "first_name": "Anna"},
        after=before,
        reason=f"{NAME} asked for it.",
    )
    mail_account_notice.enqueue(ADDRESS, "Your account", f"Dear {NAME}")


def make_desk_rows(person: User, other: User, *, has_by_line: bool) -> None:
    """Make comments, links, notifications, and text that is not saved."""
    now, draft = clock.now(), make_story(owner=person)
    if has_by_line:
        Byline.objects.create(story=draft, contributor=Contributor.objects.get(name=NAME))
    thread = verbs.add_comment(draft, "Is that so?", by=person, at=now)
    verbs.add_reply(thread, f"Yes, @{USERNAME}, as {NAME} wrote.", by=other, at=now)
    verbs.resolve_thread(thread, by=person, at=now)
    shared_previews.create_link(draft, by=person, label="Lawyer", ends_at=now + timedelta(days=3))
    store_text(draft, person, text="Half a word")
    presence.report_presence(
        str(draft.pk),
        "story",
        by=person,
        window=uuid4(),
        sequence=1,
        place="",
        has_unsaved=False,
        is_active=True,
        at=now,
    )
    for reader in (person, other):
        Notice.objects.create(
            person=reader,
            kind="mention",
            thing_kind="story",
            thing_uid=draft.uid,
            words=f"{NAME} mentions you.",
            address="/",
            told_at=now,
        )
