"""The table of outlets: its columns, and the form through which each row is saved."""

from typing import ClassVar

from newsroom.desk.forms.aliases import AliasedForm
from newsroom.import_export.columns import Column, Kind, Sheet
from stories.models.outlet import Outlet, parse_hosts


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
        """Return the hosts, one a line, so that a table that writes them otherwise changes nothing."""
        return "\n".join(parse_hosts(self.cleaned_data["further_hosts"]))


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
