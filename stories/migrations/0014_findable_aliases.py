"""Says of each alias whether readers find by it: not by the name of a merged topic that they never saw."""

from django.db import migrations, models
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now


def hide_unseen(apps, schema_editor):
    topics, aliases = apps.get_model("topics", "Topic"), apps.get_model("topics", "TopicAlias")
    named = apps.get_model("stories", "EditionTopic").objects.filter(
        topic=OuterRef("pk"), live_from__lte=Now(), live_until__gt=F("live_from")
    )
    unseen = topics.objects.exclude(merged_into=None).filter(~Exists(named))
    aliases.objects.filter(folded__in=unseen.values("folded_name")).update(is_findable=False)


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0013_drop_search_text"),
        ("topics", "0002_findable_aliases"),
    ]

    operations = [
        migrations.AddField(
            model_name="outletalias",
            name="is_findable",
            field=models.BooleanField(db_default=True, default=True, editable=False, verbose_name="readers find by it"),
        ),
        migrations.RunPython(hide_unseen, migrations.RunPython.noop),
    ]
