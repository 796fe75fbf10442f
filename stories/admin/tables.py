"""The table of outlets: its columns, and the form through which each row is saved."""

from typing import ClassVar

from django import forms

from newsroom.addresses.hosts import hosts_in
from newsroom.editing.aliases import AliasedForm
from newsroom.tables.columns import Column, Kind, Sheet
from stories.models import Outlet


class HostsForm(AliasedForm):
    """An outlet with the hosts that lead to it."""

    address_kind = "source"

    def clean_further_hosts(self) -> str:
        """Write each host in one way."""
        try:
            return "\n".join(hosts_in(self.cleaned_data["further_hosts"]))
        except ValueError as strange:
            raise forms.ValidationError(f"“{strange}” is no host such as news.example.", code="no_host") from strange


class OutletRow(HostsForm):
    """An outlet as a row of a table says it."""

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
