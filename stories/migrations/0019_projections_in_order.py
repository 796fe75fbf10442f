"""What orders the editions that name a topic or outlet stands beside the name, so that its lists need not ask for it."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery

from newsroom.http.languages import PrimarySubtag

BATCH = 10_000


def fill(apps, schema_editor):
    editions = apps.get_model("stories", "Edition").objects.filter(pk=OuterRef("edition"))
    columns = {
        "work_kind": Subquery(editions.values("work_kind")),
        "language": Subquery(editions.values(primary=PrimarySubtag("language"))),
        "updated_at": Subquery(editions.values("updated_at")),
        "uid": Subquery(editions.values("uid")),
    }
    for name in ("EditionTopic", "EditionOutlet"):
        rows = apps.get_model("stories", name).objects
        last = rows.aggregate(last=Max("pk"))["last"] or 0
        for first in range(0, last, BATCH):
            rows.filter(pk__gt=first, pk__lte=first + BATCH).update(**columns)


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0018_related_stories"),
    ]

    operations = [
        *(
            migrations.AddField(model_name=model, name=name, field=field, preserve_default=False)
            for model in ("editiontopic", "editionoutlet")
            for name, field in (
                ("work_kind", models.CharField(max_length=10, default="")),
                ("language", models.CharField(max_length=35, default="", help_text="Without country and script.")),
                ("updated_at", models.DateTimeField(default=datetime(9000, 1, 1, tzinfo=UTC))),
                ("uid", models.UUIDField(default=UUID(int=0), help_text="The work's own.")),
            )
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
