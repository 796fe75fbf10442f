"""The models for outlets, their aliases and their further hosts."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, StringAgg, Value
from django.utils.translation import gettext_lazy as _

from newsroom.desk.changelists.filters import is_referred_to
from newsroom.entities.alphabet import Initial
from newsroom.entities.models import Alias, EntityQuerySet, NamedEntity
from newsroom.http.hosts import hosts_in, normalise_host
from newsroom.http.reverse import reverse_slug
from newsroom.page_cache.invalidation import invalidation
from newsroom.text.fold import fold

MAX_HOSTS = 200  # each host is looked up with a separate query


def parse_hosts(text: str) -> list[str]:
    """Return the hosts in ``text``, in lower case and without ``www.``.

    Raise ValidationError for an invalid host, or for more than ``MAX_HOSTS`` hosts.
    """
    try:
        hosts = hosts_in(text)
    except ValueError as error:
        raise ValidationError(f"“{error}” is not a host name. Write it like news.example.", code="no_host") from error
    if len(hosts) > MAX_HOSTS:
        raise ValidationError(f"Enter at most {MAX_HOSTS} further hosts. You entered {len(hosts):,}.", code="many")
    return hosts


class OutletKind(models.TextChoices):
    NEWSPAPER = "newspaper", _("Newspaper")
    BROADCASTER = "broadcaster", _("Broadcaster")
    AGENCY = "agency", _("News agency")
    MAGAZINE = "magazine", _("Magazine")
    ONLINE = "online", _("Online")
    TRADE = "trade", _("Trade press")


class OutletQuerySet(EntityQuerySet["Outlet"]):
    def queries_containing(self, word: str) -> list[Self]:
        """Return the queries of the base class and a query by country."""
        return [*super().queries_containing(word), Outlet.objects.filter(country__icontains=word)]

    def active(self) -> Self:
        """Return the outlets that may be chosen for new passages."""
        return self.unmerged().filter(retired=False)

    def with_articles(self, key: str, *, limit: int) -> list[tuple[int, str]]:
        """Return the keys and names of the first ``limit`` outlets with articles, ordered by name.

        The outlet with this ``key`` is appended if it is not among them.
        """
        with_article = Outlet.objects.filter(pk=OuterRef("pk"), articles__isnull=False).order_by()
        first = list(self.filter(Exists(with_article)).order_by("name", "pk").values_list("pk", "name")[:limit])
        selected = self.filter(pk=int(key)).values_list("pk", "name") if key.isdecimal() and len(key) < 19 else ()
        return [*first, *(outlet for outlet in selected if outlet not in first)]

    def keys_named_like(self, word: str, *, limit: int) -> "models.QuerySet[Outlet, int]":
        """Return the keys of at most ``limit`` outlets with the word in their name."""
        outlets = self.filter(folded_name__contains=fold(word)).order_by("pk")
        return outlets.values_list("pk", flat=True)[:limit]

    def with_folded_aliases(self) -> Self:
        """Annotate the folded aliases, so that ``folded_names`` needs no query."""
        return self.annotate(folded_aliases=StringAgg("aliases__folded", delimiter=Value("\n")))

    def with_home_host(self, host: str) -> Self:
        """Return the outlets whose home page is the root of this host, with or without ``www.``."""
        pages = [
            f"{scheme}://{www}{host}{end}" for scheme in ("http", "https") for www in ("", "www.") for end in ("", "/")
        ]
        return self.filter(reduce(or_, (Q(home_page__iexact=page) for page in pages)))

    def used(self, is_used: bool) -> Self:
        """Return the outlets that passages or articles refer to, or all others if ``is_used`` is False."""
        condition = is_referred_to(Outlet, "passages", "articles")
        return self.filter(condition if is_used else ~condition)


class Outlet(NamedEntity):
    """A publisher of news, whose reports our stories compare."""

    address_kind = "source"
    merged_fields = (("country",), ("language",), ("home_page",), ("owner",), ("description",))

    kind = models.CharField(
        max_length=20, choices=OutletKind, default=OutletKind.NEWSPAPER, db_default=OutletKind.NEWSPAPER
    )
    country = models.CharField(max_length=100, blank=True, help_text="Written in full, such as “Kenya”.")
    language = models.CharField(
        max_length=35,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Enter a language tag, such as en or pt-BR.")
        ],
    )
    home_page = models.URLField(max_length=500, blank=True)
    further_hosts = models.TextField(
        blank=True,
        db_default="",
        default="",
        help_text="Its other websites, such as news.example, one per line. A website can belong to one outlet only.",
    )
    owner = models.CharField(max_length=300, blank=True, help_text="Who owns it, in a few words.")
    description = models.TextField(blank=True, help_text="A short description, in Markdown.")
    retired = models.BooleanField(default=False, help_text="No longer publishing; not suggested for new passages.")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="merged"
    )

    protects: ClassVar = {
        "merged_into": ("{count} outlet was merged into “{name}”", "{count} outlets were merged into “{name}”")
    }

    objects = OutletQuerySet.as_manager()

    class Meta(NamedEntity.Meta):
        app_label = "stories"
        indexes: ClassVar = [
            *NamedEntity.Meta.indexes,
            models.Index("kind", Initial("folded_name"), "folded_name", name="outlet_from_a_to_z"),
            models.Index(fields=["country", "id"], name="outlet_by_country"),
            models.Index(fields=["name", "id"], condition=Q(retired=True), name="outlet_retired"),
        ]

    def save(self, **kwargs: object) -> None:
        """Normalise the further hosts, and save the outlet.

        The hosts are also stored as rows, so that no other outlet can have them.
        """
        hosts = hosts_in(self.further_hosts)
        self.further_hosts = "\n".join(hosts)
        with invalidation():
            super().save(**kwargs)
            stored = set(self.hosts.values_list("host", flat=True))
            if stored - set(hosts):
                self.hosts.exclude(host__in=hosts).delete()
            self.hosts.bulk_create(OutletHost(outlet=self, host=host) for host in hosts if host not in stored)

    def clean(self) -> None:
        """Also raise ValidationError for an invalid host, too many hosts, or a host that leads to another outlet."""
        super().clean()
        try:
            hosts = parse_hosts(self.further_hosts)
        except ValidationError as error:
            raise ValidationError({"further_hosts": error}) from error
        for field, own in (("further_hosts", hosts), ("home_page", [self.home_host] if self.home_host else [])):
            row = OutletHost.objects.filter(host__in=own).exclude(outlet=self.pk).select_related("outlet").first()
            if row is not None:
                self._refuse_host(field, row.host, row.outlet)
        for host in hosts:
            if other := Outlet.objects.unmerged().with_home_host(host).exclude(pk=self.pk).first():
                self._refuse_host("further_hosts", host, other)

    @staticmethod
    def _refuse_host(field: str, host: str, other: "Outlet") -> None:
        message = f"“{host}” already belongs to the outlet “{other}”."
        raise ValidationError({field: ValidationError(message, code="taken")})

    @property
    def home_host(self) -> str:
        """The host of the home page, or "" if the home page is not at the root of its host."""
        parts = urlsplit(self.home_page)
        return "" if parts.path.strip("/") or parts.query else normalise_host(self.home_page)

    def get_absolute_url(self) -> str:
        return reverse_slug("source", self.slug)

    def draft_passages(self) -> models.QuerySet[Any]:
        """Return the passages that name the outlet, except for passages of stories in the trash."""
        return self.passages.filter(story__binned_at=None)

    def folded_names(self) -> list[str]:
        """Return the folded name and aliases. This takes no query after ``with_folded_aliases``."""
        if "folded_aliases" in vars(self):
            aliases = (vars(self)["folded_aliases"] or "").split("\n")
        else:
            aliases = self.aliases.values_list("folded", flat=True)
        return [self.folded_name, *filter(None, aliases)]

    def stories(self, *, limit: int) -> list[models.Model]:
        """Return the stories of the newest ``limit`` passages that name the outlet, without duplicates."""
        passages = self.passages.select_related("story").order_by("-pk")[:limit]
        return list({passage.story_id: passage.story for passage in passages}.values())


class OutletHost(models.Model):
    """A further host of an outlet. ``Outlet.save`` writes these rows."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(max_length=253, unique=True)

    class Meta:
        app_label = "stories"
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return self.host


class OutletAlias(Alias):
    """Another name of an outlet."""

    leads_to = "outlet"

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="aliases")

    class Meta(Alias.Meta):
        app_label = "stories"
