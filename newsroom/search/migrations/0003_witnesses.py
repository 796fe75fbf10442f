import django.db.models.deletion
from django.db import migrations, models


def forget_all(apps, schema_editor):
    """Empty the index, which does not store for any word which document contains it.

    After migrating everything is indexed again.
    """
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DELETE FROM "search_index"')
    for name in ("Mention", "SearchDocument", "Spelling"):
        apps.get_model("search", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0002_ask_the_index")]

    operations = [
        migrations.RunPython(forget_all, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SpeltWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("document", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.AlterField(
            model_name="mention",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="mentions",
                to="search.searchdocument",
            ),
        ),
    ]
