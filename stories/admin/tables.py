"""The table of outlets: its columns, and the form through which each row is saved."""

from typing import ClassVar

from django import forms

from newsroom.addresses.hosts import hosts_in
from newsroom.editing.aliases import AliasedForm
from newsroom.tables.columns import Column, Kind, Sheet
from stories.models import Outlet

MOST_HOSTS = 200  # each is looked up, and reserved, for itself


class OutletRow(AliasedForm):
    """An outlet as a row of a table has it."""

    address_kind = "source"

    class Meta:
        model = Outlet
        fields: ClassVar = (
            "name",
            "kind",
            "country",
            "language",
            "home_page",
            "further_hosts",
            "owner",
            "description",
            "retired",
            "slug",
        )

    def clean_further_hosts(self) -> str:
        """Return the hosts, one a line, in lower case and without ``www.``."""
        try:
            hosts = hosts_in(self.cleaned_data["further_hosts"])
        except ValueError as strange:
            raise forms.ValidationError(
                f"“{strange}” is not a host name. Write it like news.example.", code="no_host"
            ) from strange
        if len(hosts) > MOST_HOSTS:
            raise forms.ValidationError(
                f"An outlet has at most {MOST_HOSTS} further hosts; these are {len(hosts):,}.", code="many"
            )
        return "\n".join(hosts)


OUTLETS = Sheet(
    OutletRow,
    (
        Column("name", "name", also=("outlet",)),
        Column("kind", "kind", Kind.CHOICE),
        Column("aliases", "also known as", Kind.NAMES, ("other names", "alias")),
        Column("country", "country"),
        Column("language", "language"),
        Column("home_page", "home page", also=("website", "url")),
        Column("further_hosts", "further hosts", Kind.LINES, ("hosts", "domains")),
        Column("owner", "owner", also=("owned by",)),
        Column("description", "description"),
        Column("retired", "retired", Kind.TRUTH),
        Column("slug", "address"),
    ),
)
