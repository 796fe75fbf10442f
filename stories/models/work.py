"""The common model of stories and questions: identity, address, owner and review state."""

import functools
import operator
import uuid
from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from newsroom.errors import RefusedError
from newsroom.redirects.models import Address
from newsroom.text.slugs import validate_slug
from stories.models.list_queryset import ListQuerySet


class WorkKind(models.TextChoices):
    """The two kinds of work."""

    STORY = "story", "Story"
    QUESTION = "question", "Question"

    @property
    def model(self) -> str:
        """The model name, as used in permissions and in the names of the desk's views."""
        return "story" if self == WorkKind.STORY else "faq"


class State(models.TextChoices):
    """The review state of a work at the desk. It does not affect what readers see."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"


# Why verbs refuse a work in the trash.
IN_TRASH = "This page is in the bin. Restore it first."


class WorkErasedError(RefusedError):
    """Raised if the work of a verb has been erased since it was loaded."""

    def __init__(self) -> None:
        super().__init__("This page has been erased.")


class WorkQuerySet[W: "Work"](ListQuerySet[W]):
    def lock_existing(self, key: int) -> W:
        """Lock the work with this primary key and return it. Raise WorkErasedError if it has just been erased."""
        work = self.select_for_update().filter(pk=key).first()
        if work is None:
            raise WorkErasedError
        return work

    def lock(self, key: str) -> None:
        """Lock the work with this primary key until the transaction ends; do nothing if there is none."""
        self.with_pk(key).select_for_update().first()

    def get_owner(self, key: int) -> AbstractUser | None:
        """Return the stored owner of the work with this primary key, or None."""
        work = self.filter(pk=key).select_related("owner").first()
        return work.owner if work else None

    def with_uid(self, uid: uuid.UUID) -> W | None:
        """Return the work with this uid, or None."""
        return self.filter(uid=uid).first()

    def with_pk(self, key: str) -> Self:
        """Return the work with this primary key, or no work if ``key`` is not a number of at most 18 digits."""
        return self.filter(pk=int(key)) if key.isdecimal() and len(key) < 19 else self.none()

    def with_slug(self, slug: str) -> Self:
        """Return the works that have or once had this slug.

        Works that have it now come first. Within each group, stories come before questions.
        """
        had = Address.objects.filter(slug=slug, kind__in=WorkKind.values).values("uid")
        works = self.filter(Q(slug=slug) | Q(uid__in=had)).alias(has_it=Q(slug=slug))
        return works.order_by("-has_it", "-kind")

    def translations(self, group: uuid.UUID) -> Self:
        """Return the original work with the uid ``group``, and its translations."""
        return self.filter(Q(uid=group) | Q(translation_group=group))

    def duplicated_from_work(self, uid: uuid.UUID) -> list[W]:
        """Return the works that were duplicated from the work with this uid, and the duplicates of those, oldest first."""
        found: dict[uuid.UUID, W] = {}
        originals = {uid}
        while works := list(self.filter(duplicated_from__in=originals).exclude(uid__in=found).order_by("pk")):
            found |= {work.uid: work for work in works}
            originals = {work.uid for work in works}
        return list(found.values())

    def with_title_or_slug(self, words: str) -> Self:
        """Return the works whose title is ``words``, or whose slug is the last path segment of ``words``."""
        slug = words.rstrip("/").rpartition("/")[2]
        return self.filter(Q(story__headline=words) | Q(faq__question=words) | Q(slug=slug))

    def with_title_containing(self, parts: Sequence[str], *, kind: str) -> Self:
        """Return the works of a kind whose titles contain one of ``parts`` (in lower case), newest first."""
        lookup = "story__headline__icontains" if kind == WorkKind.STORY else "faq__folded_question__contains"
        contains_part = functools.reduce(operator.or_, (Q(**{lookup: part}) for part in parts), Q(pk__in=[]))
        return self.filter(contains_part, kind=kind).order_by("-pk")

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def outside_trash(self) -> Self:
        """Exclude works in the trash."""
        return self.filter(binned_at=None)


class Work(models.Model):
    """A story or a question at the desk. Public pages never read this row."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=WorkKind, editable=False)
    slug = models.CharField("address", max_length=200, validators=[validate_slug])
    language = models.CharField(
        max_length=35,
        default="en",
        validators=[
            RegexValidator(
                r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Enter a language tag such as en, de, ar or pt-BR (BCP 47)."
            )
        ],
    )
    # The uid of the original work; None for an original.
    translation_group = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    # The uid of the work from which this one was duplicated, or None.
    duplicated_from = models.UUIDField(null=True, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="works"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT, db_default=State.DRAFT, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="to_review",
    )
    reviewed_revision = models.ForeignKey(
        "stories.Revision", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, editable=False)
    review_reason = models.TextField(blank=True, editable=False)
    cut_off = models.BooleanField(
        "text is incomplete",
        default=False,
        help_text="The imported text is incomplete. Finish it, then untick this box.",
    )
    citations_given = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    binned_at = models.DateTimeField(null=True, blank=True, editable=False)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = WorkQuerySet.as_manager()
    # The slug in the database; empty for a new work.
    stored_slug = ""

    class Meta:
        permissions: ClassVar = [
            ("import_work", "Can import texts"),
            ("publish_work", "Can publish and withdraw"),
            ("review_work", "Can approve and return pages in review"),
            ("override_check", "Can override a blocker with a reason"),
            ("share_preview", "Can share previews with people without an account"),
            ("erase_work", "Can erase text permanently, for court orders"),
            ("bin_work", "Can move drafts to the bin and restore them"),
            ("confirm_names", "Can confirm, merge and reject proposed names"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "language", "id"], name="work_by_language"),
            models.Index(fields=["kind", "state", "id"], name="work_by_state"),
            models.Index(fields=["kind", "owner", "id"], name="work_by_owner"),
            models.Index(fields=["kind", "created_at", "id"], name="work_by_beginning"),
            models.Index(fields=["kind", "id"], condition=Q(binned_at__isnull=False), name="work_in_bin"),
            models.Index(
                fields=["duplicated_from"], condition=Q(duplicated_from__isnull=False), name="work_duplicated_from"
            ),
            # This index serves the review queues on the home page of the desk.
            models.Index(
                fields=["state", "reviewed_at", "id"], condition=~Q(state=State.DRAFT), name="work_in_review_since"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="work_slug_once",
                violation_error_message="This address is already in use. Choose another one.",
            ),
            models.CheckConstraint(
                name="work_binned_by_whom",
                condition=Q(binned_by=None) | Q(binned_at__isnull=False),
                violation_error_message="Only a page in the bin names the person who moved it there.",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def change_view_name(self) -> str:
        """The name of the view for editing this work."""
        return self.view_name("change")

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Set ``stored_slug`` to the slug of the row, because ``clean`` validates only a changed slug."""
        work = super().from_db(db, field_names, values, **kwargs)
        work.stored_slug = vars(work).get("slug", "")
        return work

    @property
    def review_view_name(self) -> str:
        """The name of the view for reviewing this work."""
        return self.view_name("review")

    def view_name(self, screen: str) -> str:
        """Return the view name of a screen for this work at the desk, such as ``publish``."""
        return f"admin:stories_{WorkKind(self.kind).model}_{screen}"

    def clean(self) -> None:
        """Raise ValidationError if a changed slug belongs to another work of this kind, or once led to another page."""
        if self.slug and self.slug == self.stored_slug:
            return
        owner_uid = Address.objects.owner_uid(self.kind, self.slug)
        if Work.objects.filter(kind=self.kind, slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError(
                {"slug": ValidationError("This address is already in use. Choose another one.", code="taken")}
            )
        if owner_uid is not None and owner_uid != self.uid:
            raise ValidationError(
                {"slug": ValidationError("This address belongs to an earlier page. Choose another one.", code="taken")}
            )
