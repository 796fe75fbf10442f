import django.db.models.deletion
from django.db import migrations, models


def forget_all(apps, schema_editor):
    """Empty the index, because it is stored in other columns. After migrating everything is indexed again."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DELETE FROM "search_index"')
    for name in ("Mention", "SearchDocument", "Spelling", "SpeltWord"):
        apps.get_model("search", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0003_witnesses")]

    operations = [
        migrations.RunPython(forget_all, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="wording",
                        serialize=False,
                        to="search.searchdocument",
                    ),
                ),
                ("title_words", models.TextField(blank=True)),
                ("title_size", models.PositiveSmallIntegerField(default=1)),
                ("summary_words", models.TextField(blank=True)),
                ("heading_words", models.TextField(blank=True)),
                ("name_words", models.TextField(blank=True)),
                ("topics", models.TextField(blank=True)),
                ("outlets", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveIndex(model_name="mention", name="search_mention_span"),
        migrations.RemoveField(model_name="searchdocument", name="heading_words"),
        migrations.RemoveField(model_name="searchdocument", name="name_words"),
        migrations.RemoveField(model_name="searchdocument", name="summary_words"),
        migrations.RemoveField(model_name="searchdocument", name="title_words"),
        migrations.AddField(
            model_name="mention",
            name="page_kind",
            field=models.CharField(default="story", max_length=10),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["uid", "page_kind", "-live_from", "live_until"], name="search_mention_span"),
        ),
    ]
