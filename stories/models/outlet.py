"""Outlets: papers, broadcasters, agencies, and the names they are known by."""

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Q, StringAgg, Value
from django.utils.translation import gettext_lazy as _

from newsroom.addresses.leading import address_of
from newsroom.names.letters import Initial
from newsroom.names.models import Alias, Named, NamedQuerySet


class OutletKind(models.TextChoices):
    """What an outlet is."""

    NEWSPAPER = "newspaper", _("Newspaper")
    BROADCASTER = "broadcaster", _("Broadcaster")
    AGENCY = "agency", _("News agency")
    MAGAZINE = "magazine", _("Magazine")
    ONLINE = "online", _("Online")
    TRADE = "trade", _("Trade press")


class OutletQuerySet(NamedQuerySet["Outlet"]):
    """Questions about outlets."""

    def on_offer(self) -> Self:
        """Keep the outlets that new passages may name."""
        return self.standing().filter(retired=False)

    def counting_passages(self) -> Self:
        """Add to each outlet how many passages of stories on the desk name it."""
        return self.annotate(passage_count=Count("passages", filter=Q(passages__story__binned_at=None)))

    def with_folded_aliases(self) -> Self:
        """Fetch along by which further names each is known, without a query of their own."""
        return self.annotate(folded_aliases=StringAgg("aliases__folded", delimiter=Value("\n")))

    def used(self, is_used: bool) -> Self:
        """Keep the outlets that passages or articles name, or those that none names."""
        named = Q(passages__isnull=False) | Q(articles__isnull=False)
        keys = Outlet.objects.filter(named).values("pk")
        return self.filter(pk__in=keys) if is_used else self.exclude(pk__in=keys)


class Outlet(Named):
    """Somebody whose reporting is compared."""

    address_kind = "source"

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

    objects = OutletQuerySet.as_manager()

    class Meta(Named.Meta):
        indexes: ClassVar = [models.Index("kind", Initial("folded_name"), "folded_name", name="outlet_from_a_to_z")]

    def get_absolute_url(self) -> str:
        return address_of("source", self.slug)

    def folded_names(self) -> list[str]:
        """Return its name and its further names, folded; without a query where they were fetched along."""
        if "folded_aliases" in vars(self):
            aliases = (vars(self)["folded_aliases"] or "").split("\n")
        else:
            aliases = self.aliases.values_list("folded", flat=True)
        return [self.folded_name, *filter(None, aliases)]

    def stories(self) -> list[models.Model]:
        """Return the stories in which the outlet speaks, each once, the newest first."""
        passages = self.passages.select_related("story").order_by("-story__pk")
        return list({passage.story_id: passage.story for passage in passages}.values())


class OutletAlias(Alias):
    """Another name of an outlet."""

    leads_to = "outlet"

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="aliases")

    class Meta(Alias.Meta):
        pass
