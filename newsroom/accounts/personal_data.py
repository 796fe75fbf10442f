"""Export and remove the personal data in accounts and invitations, and remove it from Django's admin log."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from newsroom.accounts import offboarding, sessions
from newsroom.accounts.models import Contributor, Invitation, User
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.desk.models import SavedView
from newsroom.http import clock
from newsroom.operations import personal_data
from newsroom.operations.personal_data import FORMER_MEMBER, Forgotten, Person, Row, select
from newsroom.operations.raw_search import find_keys


def find_person(address: str) -> Person:
    """Return the person with this address, with the accounts that have it, and their present and former names."""
    has_address = Q(email__iexact=address) | Q(pk__in=EmailAddress.objects.filter(email__iexact=address).values("user"))
    users = list(User.objects.filter(has_address).order_by("pk"))
    keys, usernames = tuple(user.pk for user in users), {user.username for user in users}
    former_names = Event.objects.filter(by__in=keys).order_by().values_list("by_name", flat=True).distinct()
    names = {name for name in (*map(str, users), *former_names) if name and name != FORMER_MEMBER}
    return Person(address, keys, tuple(sorted(names)), tuple(sorted(usernames)))


def contributors_of(person: Person) -> QuerySet[Contributor]:
    """Return the contributors that belong to an account of the person, or to none and have one of the person's names."""
    is_named = Q(user=None, name__in=person.names)
    return Contributor.objects.filter(Q(user__in=person.accounts) | is_named).order_by("pk")


def export_accounts(person: Person) -> Iterator[Row]:
    """Yield each account with its roles, addresses, second factors, identities, sessions and saved views.

    Secrets are left out.
    """
    for user in User.objects.filter(pk__in=person.accounts).order_by("pk"):
        yield {
            "key": user.pk,
            "username": user.username,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "is_active": user.is_active,
            "joined": user.date_joined,
            "last_signed_in": user.last_login,
            "roles": sorted(user.groups.values_list("name", flat=True)),
            "addresses": list(
                select(EmailAddress.objects.filter(user=user), email="email", verified="verified", primary="primary")
            ),
            "second_factors": [
                {"type": each.type, "name": str(each), "added": each.created_at, "last_used": each.last_used_at}
                for each in Authenticator.objects.filter(user=user).order_by("pk")
            ],
            "identities": list(
                select(
                    SocialAccount.objects.filter(user=user),
                    issuer="provider",
                    subject="uid",
                    connected="date_joined",
                    last_signed_in="last_login",
                )
            ),
            "sessions": list(
                select(
                    UserSession.objects.filter(user=user),
                    started="created_at",
                    last_seen="last_seen_at",
                    network_address="ip",
                    browser="user_agent",
                )
            ),
            "saved_views": list(
                select(SavedView.objects.filter(owner=user), list="listing", name="name", query="query")
            ),
        }


def export_invitations(person: Person) -> Iterator[Row]:
    """Yield the invitations to the person's address, and those that the person's accounts have accepted."""
    yield from select(
        _invitations_to(person),
        email="email",
        name="full_name",
        invited="invited_at",
        ends="ends_at",
        withdrawn="withdrawn_at",
        taken_up="taken_at",
        mailed="mailed_at",
    )


def forget_accounts(person: Person) -> Forgotten:
    """Anonymise the accounts and remove all their access.

    The rows are not deleted, because other rows refer to them. Raise ValidationError if one of the accounts belongs to
    the last administrator.
    """
    deleted, at = 0, clock.now()
    for key in person.accounts:
        user = offboarding.lock_account(key)
        # The names are replaced first, because ending the access writes the name of the account to the audit log.
        user.username, user.first_name, user.last_name, user.email = f"former-member-{key}", FORMER_MEMBER, "", ""
        user.is_active = user.is_staff = user.is_superuser = user.is_emergency_administrator = False
        user.last_login = None
        user.set_unusable_password()
        user.save()
        user.groups.clear()
        user.user_permissions.clear()
        for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
            deleted += model.objects.filter(user=user).count()
        offboarding.end_access(user, by=None, at=at)
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        SocialAccount.objects.filter(user=user).delete()
        deleted += user.saved_views.all().delete()[0]
        Event.objects.write(track_changes.kind_of(user), track_changes.uid_of(user), "forgotten", by=None)
    sessions.clear_messages()
    return Forgotten(deleted, changed=len(person.accounts))


def forget_invitations(person: Person) -> Forgotten:
    """Delete the invitations that ``export_invitations`` yields."""
    deleted = 0
    for invitation in _invitations_to(person):
        invitation.delete()
        deleted += 1
    return Forgotten(deleted)


def forget_admin_log(person: Person) -> Forgotten:
    """Delete entries of Django's admin log that are about the person's accounts, or contain the address or a name."""
    about_accounts = Q(content_type=ContentType.objects.get_for_model(User), object_id__in=map(str, person.accounts))
    deleted, _ = LogEntry.objects.filter(about_accounts | Q(pk__in=find_keys(person.words, LogEntry))).delete()
    return Forgotten(deleted)


def _invitations_to(person: Person) -> QuerySet[Invitation]:
    to_person = Q(email__iexact=person.address) | Q(taken_by__in=person.accounts)
    return Invitation.objects.filter(to_person).order_by("pk")


def _list_addresses() -> Iterator[str]:
    for model in (User, EmailAddress, Invitation):
        yield from model._default_manager.values_list("email", flat=True)


def register() -> None:
    """Register the personal data of this app."""
    personal_data.register_accounts(find_person)
    personal_data.register(
        "accounts",
        "accounts with roles, two-factor authentication, sessions and saved views",
        export=export_accounts,
        forget=forget_accounts,
        addresses=_list_addresses,
    )
    personal_data.register(
        "invitations", "invitations to the desk", export=export_invitations, forget=forget_invitations
    )
    personal_data.register("admin_log", forget=forget_admin_log)
    personal_data.register_reason("accounts_contributor", "Published stories have this byline.")
