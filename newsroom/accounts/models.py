"""The models for users, invitations and contributors, and queries for active users by role and permission."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models

from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.digests import list_digests, make_digest
from newsroom.http.reverse import reverse_slug
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import delete_invalidated_pages, invalidate, invalidation
from newsroom.redirects.models import Address
from newsroom.text.slugs import validate_slug

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


def list_language_tags(text: str) -> list[str]:
    """Return the language tags in ``text``, which commas, semicolons or spaces separate, without duplicates."""
    return list(dict.fromkeys(_SEPARATORS.sub(" ", text).split()))


def validate_languages(text: str) -> None:
    """Raise ValidationError if ``text`` contains something other than language tags."""
    for tag in list_language_tags(text):
        if not _LANGUAGE_TAG.fullmatch(tag):
            raise ValidationError(f"“{tag}” is not a language tag. Write tags such as en or pt-BR.", code="language")


def validate_contact(text: str) -> None:
    """Raise ValidationError if ``text`` is neither an e-mail address nor the address of a website."""
    validate = EmailValidator() if "@" in text and "/" not in text else URLValidator(["https", "http"])
    try:
        validate(text)
    except ValidationError as error:
        raise ValidationError("Enter an e-mail address, or a web address with https://.", code="contact") from error


_SEPARATORS = re.compile(r"[,;\s]+")
_WEB_PREFIX = re.compile(r"https?://(www\.)?")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Contributor(models.Model):
    """A name in bylines. It may belong to a user, and remains if that user is deleted.

    If it ``has_page``, readers can open its author page while a live edition has it in its byline.
    """

    address_kind: ClassVar = "author"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="contributor", verbose_name="account"
    )
    has_page = models.BooleanField(
        "has a public page",
        default=False,
        db_default=False,
        help_text="Bylines link to it once a story with this byline is live.",
    )
    slug = models.CharField(
        "address", max_length=200, blank=True, default="", db_default="", validators=[validate_slug]
    )
    is_former = models.BooleanField(
        "left the newsroom", default=False, db_default=False, help_text="The page stays and says “Former staff”."
    )
    role = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Such as “Reporter, housing”."
    )
    topics = models.ManyToManyField("topics.Topic", blank=True, related_name="contributors")
    languages = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[validate_languages],
        help_text="Language tags, such as “en, ar”.",
    )
    description = models.TextField(
        blank=True, default="", db_default="", help_text="Two sentences about the person, in Markdown."
    )
    contact = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        validators=[validate_contact],
        help_text="A public e-mail address or web address.",
    )
    picture = models.ForeignKey(
        "media.Image", null=True, blank=True, on_delete=models.PROTECT, related_name="contributors"
    )

    audit_kind: ClassVar = "contributor"
    protects: ClassVar = {
        "picture": ("{count} byline shows “{name}”", "{count} bylines show “{name}”"),
        "topics": ("{count} byline has the topic “{name}”", "{count} bylines have the topic “{name}”"),
    }

    class Meta:
        verbose_name = "byline"
        verbose_name_plural = "bylines"
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                name="contributor_name_once",
                violation_error_message="There is already a byline with this name.",
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=~models.Q(slug=""),
                name="contributor_slug_once",
                violation_error_message="This address belongs to another page. Choose another one.",
            ),
            models.CheckConstraint(
                name="contributor_page_has_address",
                condition=models.Q(has_page=False) | ~models.Q(slug=""),
                violation_error_message="A public page needs an address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Save the byline and reserve the address of its page. For an existing byline, invalidate the pages that show it."""
        is_new = self._state.adding
        with invalidation():
            super().save(**kwargs)
            if self.has_page:
                Address.objects.claim(self.address_kind, self.slug, self.uid)
            if not is_new:
                invalidate(page_key("author", self.uid))

    def get_absolute_url(self) -> str:
        return reverse_slug("author", self.slug)

    def clean(self) -> None:
        """Raise ValidationError if the address belongs to another page."""
        if self.slug and Address.objects.owner_uid(self.address_kind, self.slug) not in {None, self.uid}:
            raise ValidationError(
                {"slug": ValidationError("This address belongs to another page. Choose another one.", code="taken")}
            )

    @property
    def language_tags(self) -> list[str]:
        """The tags of the languages in which the person works."""
        return list_language_tags(self.languages)

    @property
    def contact_url(self) -> str:
        """The address to which the contact leads, or an empty string."""
        return f"mailto:{self.contact}" if "@" in self.contact and "/" not in self.contact else self.contact

    @property
    def contact_label(self) -> str:
        """The contact as readers see it, without the beginning of a web address."""
        return _WEB_PREFIX.sub("", self.contact).removesuffix("/")

    @property
    def has_details(self) -> bool:
        """Whether it says more about the person than the name."""
        texts = (self.slug, self.role, self.languages, self.description, self.contact)
        return any(texts) or self.is_former or self.picture is not None or self.topics.exists()

    def remove_page(self) -> None:
        """Remove the public page and all that it says about the person. The name remains, because bylines print it."""
        with invalidation():
            self.has_page = self.is_former = False
            self.slug = self.role = self.languages = self.description = self.contact = ""
            self.picture = None
            self.save()
            self.topics.clear()
            Address.objects.erase(self.uid)
            delete_invalidated_pages()
