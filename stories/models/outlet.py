"""Outlets: papers, broadcasters, agencies, and the names they are known by."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.addresses.models import Address
from newsroom.addresses.slugs import slugify, validate_slug
from newsroom.text.folding import fold


class OutletKind(models.TextChoices):
    """What an outlet is."""

    NEWSPAPER = "newspaper", _("Newspaper")
    BROADCASTER = "broadcaster", _("Broadcaster")
    AGENCY = "agency", _("News agency")
    MAGAZINE = "magazine", _("Magazine")
    ONLINE = "online", _("Online")
    TRADE = "trade", _("Trade press")


class OutletQuerySet(models.QuerySet["Outlet"]):
    """Questions about outlets."""

    def standing(self) -> Self:
        """Leave out outlets that were merged into another."""
        return self.filter(merged_into=None)

    def public(self, at: datetime) -> Self:
        """Keep the outlets that an edition live at ``at`` names, itself or through one merged into it."""
        named = Outlet.objects.filter(editions__live_from__lte=at, editions__live_until__gt=at)
        return self.standing().filter(
            Q(pk__in=named.values("pk")) | Q(pk__in=named.exclude(merged_into=None).values("merged_into"))
        )

    def on_offer(self) -> Self:
        """Keep the outlets that new passages may name."""
        return self.standing().filter(retired=False)

    def counting_passages(self) -> Self:
        """Add to each outlet how many passages of stories on the desk name it."""
        return self.annotate(passage_count=Count("passages", filter=Q(passages__story__binned_at=None)))

    def used(self, is_used: bool) -> Self:
        """Keep the outlets that passages or articles name, or those that none names."""
        named = Q(passages__isnull=False) | Q(articles__isnull=False)
        keys = Outlet.objects.filter(named).values("pk")
        return self.filter(pk__in=keys) if is_used else self.exclude(pk__in=keys)

    def at_home(self, host: str) -> Self:
        """Keep the outlets whose home page is at ``host``, with or without “www.”."""
        bare = host.removeprefix("www.")
        return self.standing().filter(
            Q(home_page__icontains=f"//{bare}") | Q(home_page__icontains=f"//www.{bare}") if bare else Q(pk__in=[])
        )

    def called(self, name: str) -> Self:
        """Keep the outlet of this name or alias, however it is written."""
        folded = fold(name)
        return self.standing().filter(
            Q(folded_name=folded) | Q(pk__in=OutletAlias.objects.filter(folded=folded).values("outlet"))
        )


class Outlet(models.Model):
    """Somebody whose reporting is compared."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)
    slug = models.CharField("address", max_length=200, unique=True, validators=[validate_slug])
    kind = models.CharField(
        max_length=20, choices=OutletKind, default=OutletKind.NEWSPAPER, db_default=OutletKind.NEWSPAPER
    )
    country = models.CharField(max_length=100, blank=True, help_text="As readers see it: “Kenya”.")
    language = models.CharField(
        max_length=35,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "A language is a tag such as en or pt-BR.")],
    )
    home_page = models.URLField(max_length=500, blank=True)
    owner = models.CharField(max_length=300, blank=True, help_text="Who owns it, in a few words.")
    description = models.TextField(blank=True, help_text="What it is, in Markdown.")
    retired = models.BooleanField(
        default=False, help_text="It no longer publishes; it is not proposed for new passages."
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OutletQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="outlet_has_name",
                condition=~Q(name="") & ~Q(folded_name=""),
                violation_error_message="An outlet needs a name with letters in it.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Derive the folded name."""
        self.folded_name = fold(self.name)[:200]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on as they came

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.slug])

    def clean(self) -> None:
        """Refuse a name that another one has or is known by, and an address that was once another's."""
        if not slugify(self.name):
            raise ValidationError({"name": "An outlet needs a name with letters in it."}, code="empty")
        holder = Address.objects.holder("source", self.slug)
        if holder is not None and holder != self.uid:
            raise ValidationError({"slug": "This address led to another page once; it stays with it."}, code="taken")
        if other := Outlet.objects.called(self.name).exclude(pk=self.pk).first():
            raise ValidationError(
                {"name": f"“{self.name}” is already the outlet “{other}”. Join the two instead."}, code="taken"
            )

    def stories(self) -> list[models.Model]:
        """Return the stories in which the outlet speaks, each once, the newest first."""
        passages = self.passages.select_related("story").order_by("-story__pk")
        return list({passage.story_id: passage.story for passage in passages}.values())

    def set_aliases(self, names: Sequence[str]) -> None:
        """Let exactly these further names lead here."""
        wanted = {fold(name)[:200]: name for name in names}
        self.aliases.exclude(folded__in=wanted).delete()
        for folded, name in wanted.items():
            OutletAlias.objects.update_or_create(outlet=self, folded=folded, defaults={"name": name})


class OutletAlias(models.Model):
    """Another name of an outlet."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    folded = models.CharField(
        max_length=200,
        unique=True,
        editable=False,
        error_messages={"unique": "Another outlet is already known by this name."},
    )

    class Meta:
        verbose_name_plural = "aliases"
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Derive the folded name."""
        self.folded = fold(self.name)[:200]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on as they came

    def clean(self) -> None:
        """Refuse an alias that another outlet has as its name or alias."""
        if other := Outlet.objects.called(self.name).exclude(pk=self.outlet_id).first():
            raise ValidationError({"name": f"“{self.name}” already leads to the outlet “{other}”."}, code="taken")
