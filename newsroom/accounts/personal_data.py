"""What accounts, invitations and by-lines store about a person."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from newsroom.accounts.models import Contributor, Invitation, User
from newsroom.desk.models import SavedView
from newsroom.operations import personal_data
from newsroom.operations.personal_data import Person, Row, select


def find_person(address: str) -> Person:
    """Return the person with this address, with the accounts that have it, and the names of these accounts."""
    has_address = Q(email__iexact=address) | Q(pk__in=EmailAddress.objects.filter(email__iexact=address).values("user"))
    users = list(User.objects.filter(has_address).order_by("pk"))
    names = {name for user in users for name in (user.username, user.get_full_name()) if name}
    return Person(address, tuple(user.pk for user in users), tuple(sorted(names)))


def contributors_of(person: Person) -> QuerySet[Contributor]:
    """Return the contributors that belong to an account of the person, or have one of the person's names."""
    return Contributor.objects.filter(Q(user__in=person.accounts) | Q(name__in=person.names)).order_by("pk")


def export_accounts(person: Person) -> Iterator[Row]:
    """Yield each account, with its roles, addresses, second factors, sessions and saved views, but without secrets."""
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
    """Yield the invitations to the address of the person."""
    invitations = Invitation.objects.filter(Q(email__iexact=person.address) | Q(taken_by__in=person.accounts))
    yield from select(
        invitations.order_by("pk"),
        email="email",
        name="full_name",
        invited="invited_at",
        ends="ends_at",
        withdrawn="withdrawn_at",
        taken_up="taken_at",
        mailed="mailed_at",
    )


def register() -> None:
    """Register the data of this app."""
    personal_data.register_accounts(find_person)
    personal_data.register("accounts", "accounts with roles, second factors, sessions and saved views", export_accounts)
    personal_data.register("invitations", "invitations to the desk", export_invitations)
