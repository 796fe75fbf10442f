from django.db import migrations


def forget_all(apps, schema_editor):
    """Empty the index, which lacks the month of each update. After migrating everything is indexed again."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DELETE FROM "search_index"')
    for name in ("Mention", "Wording", "SearchDocument", "Spelling", "SpeltWord"):
        apps.get_model("search", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0005_row_numbers")]

    operations = [migrations.RunPython(forget_all, migrations.RunPython.noop)]
