"""The table of topics: its columns, and the form through which each row is saved."""

from typing import ClassVar

from newsroom.desk.forms.aliases import AliasedForm
from newsroom.import_export.columns import Column, Kind, Sheet
from topics.models import Topic


class TopicRow(AliasedForm):
    """A topic as a row of a table says it; its picture stays as it is."""

    address_kind = "topic"

    class Meta:
        model = Topic
        fields: ClassVar = ("name", "kind", "description", "wikipedia", "wikidata", "slug")


TOPICS = Sheet(
    TopicRow,
    (
        Column("name", "name"),
        Column("kind", "kind", Kind.CHOICE),
        Column("aliases", "also known as", Kind.NAMES, ("other names", "alias")),
        Column("description", "description"),
        Column("wikipedia", "Wikipedia", also=("Wikipedia address",)),
        Column("wikidata", "Wikidata", also=("Wikidata item", "Wikidata id")),
        Column("slug", "address"),
    ),
)
