"""The table of outlets: its columns, and the form through which each row is saved."""

from typing import ClassVar

from newsroom.editing.aliases import AliasedForm
from newsroom.tables.columns import Column, Kind, Sheet
from stories.models import Outlet


class OutletRow(AliasedForm):
    """An outlet as a row of a table says it."""

    address_kind = "source"

    class Meta:
        model = Outlet
        fields: ClassVar = (
            "name",
            "kind",
            "country",
            "language",
            "home_page",
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
        Column("owner", "owner", also=("owned by",)),
        Column("description", "description"),
        Column("retired", "retired", Kind.TRUTH),
        Column("slug", "address"),
    ),
)
