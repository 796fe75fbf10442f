"""The models for users, invitations and contributors, and queries for active users by role and permission."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.digests import list_digests, make_digest

# Django's own salt, so that existing sessions remain valid.
_SESSION_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


class AccountManager(UserManager["User"]):
    """A user manager that stores e-mail addresses in lower case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address in lower case."""
        # Sign-in and password resets look addresses up in lower case.
        return (email or "").lower()


class User(AbstractUser):
    """A user account. The model is custom from the first migration on, so that fields can be added later."""

    is_emergency_administrator = models.BooleanField(
        "emergency administrator",
        default=False,
        db_default=False,
        help_text="Can sign in with a password while everyone else has to use single sign-on.",
    )

    audit_kind: ClassVar = "user"

    objects: ClassVar = AccountManager()

    class Meta(AbstractUser.Meta):
        verbose_name = "account"
        verbose_name_plural = "accounts"
        swappable = "AUTH_USER_MODEL"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_emergency_administrator"],
                condition=models.Q(is_emergency_administrator=True),
                name="user_one_emergency_administrator",
                violation_error_message="Another account is the emergency administrator.",
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def can_use_password(self) -> bool:
        """Whether the account can sign in without the single sign-on provider."""
        return self.is_emergency_administrator or not settings.OIDC_ONLY

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether ``raw_password`` is correct and the account can use a password."""
        # The password is always compared, so that the response time does not reveal which accounts can use one.
        return super().check_password(raw_password) and self.can_use_password

    def has_usable_password(self) -> bool:
        """Return whether the account has a password and can use it."""
        return super().has_usable_password() and self.can_use_password

    def get_session_auth_hash(self) -> str:
        """Return a digest of the password. A session with a digest of a different password is no longer valid."""
        # Keyed with DIGEST_KEY, which is never rotated. With SECRET_KEY, the first request after a rotation would give
        # the session a new key, and a concurrent request from the same browser would no longer find its session.
        return make_digest(_SESSION_SALT, self.password)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the digests of the password under the secret keys, which earlier releases used for sessions."""
        yield from list_digests(_SESSION_SALT, self.password)[1:]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        """Return the invitations that are neither accepted nor withdrawn and have not expired by ``at``."""
        return self.filter(taken_at=None, withdrawn_at=None, ends_at__gt=at)

    def ended_before(self, moment: datetime) -> Self:
        """Return the invitations that were not accepted, and expired or were withdrawn before ``moment``."""
        has_ended = models.Q(ends_at__lt=moment) | models.Q(withdrawn_at__lt=moment)
        return self.filter(has_ended, taken_at=None)

    def for_lists(self) -> Self:
        """Also load the inviting user, the accepting user and the roles."""
        return self.select_related("invited_by", "taken_by").prefetch_related("roles")


class Invitation(models.Model):
    """An invitation to the desk. Its link works once, until ``ends_at``; only a digest of the token is stored."""

    email = models.EmailField("e-mail")
    full_name = models.CharField("name", max_length=200, blank=True)
    roles = models.ManyToManyField("auth.Group", blank=True, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.OneToOneField(User, null=True, on_delete=models.PROTECT, related_name="invitation")
    mailed_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-invited_at", "-pk"]
        default_permissions = ("view", "add", "change")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invitation_taken_by_whom",
                condition=models.Q(taken_at=None, taken_by=None)
                | models.Q(taken_at__isnull=False, taken_by__isnull=False),
                violation_error_message="An accepted invitation needs an account and a time.",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def state_at(self, at: datetime) -> str:
        """Return the label of the state at ``at``."""
        if self.taken_by is not None:
            return "Accepted"
        if self.withdrawn_at is not None:
            return "Withdrawn"
        return "Open" if at < self.ends_at else "Expired"


def find_account(login: str) -> User | None:
    """Return the account with this username or e-mail address, ignoring case, or None."""
    name = login.strip()
    return User.objects.filter(models.Q(username__iexact=name) | models.Q(email__iexact=name)).order_by("pk").first()


def active_users() -> models.QuerySet[User]:
    """Return the active users, ordered by first name."""
    return User.objects.filter(is_active=True).order_by("first_name", "username")


def active_administrators() -> models.QuerySet[User]:
    """Return the users who can sign in and manage other users."""
    is_administrator = models.Q(pk__in=User.groups.through.objects.filter(group__name=ADMINISTRATOR).values("user"))
    return User.objects.filter(is_administrator | models.Q(is_superuser=True), is_active=True, is_staff=True)


def users_with_permission(permission: str) -> models.QuerySet[User]:
    """Return the active users with ``permission`` (``app.codename``)."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return active_users().filter(pk__in=User.objects.with_perm(permission, backend=backend))


class Contributor(models.Model):
    """A name in bylines. It may belong to a user, and remains if that user is deleted."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="contributor", verbose_name="account"
    )

    audit_kind: ClassVar = "contributor"

    class Meta:
        verbose_name = "byline"
        verbose_name_plural = "bylines"
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                name="contributor_name_once",
                violation_error_message="There is already a byline with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
