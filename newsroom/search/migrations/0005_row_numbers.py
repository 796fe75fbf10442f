from django.db import migrations, models


def forget_all(apps, schema_editor):
    """Empty the index, because its rows are numbered differently. After migrating everything is indexed again."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DELETE FROM "search_index"')
    for name in ("Mention", "Wording", "SearchDocument", "Spelling", "SpeltWord"):
        apps.get_model("search", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0004_wordings")]

    operations = [
        migrations.RunPython(forget_all, migrations.RunPython.noop),
        migrations.DeleteModel(name="Wording"),
        migrations.AlterField(
            model_name="searchdocument",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(help_text="The key of the document.", primary_key=True, serialize=False),
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
    ]
