from django.db import migrations

COLUMNS = ("title_words", "summary_words", "heading_words", "name_words", "topics", "outlets")


def keep_words_as_they_are(apps, schema_editor):
    """Make PostgreSQL move the text out of the row first, and leave the words for ranking as they are.

    It compresses all columns of a long row. Those that are read of each candidate were decompressed again and again.
    """
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(f'ALTER TABLE "search_wording" ALTER COLUMN "{column}" SET STORAGE MAIN')


class Migration(migrations.Migration):
    dependencies = [("search", "0006_months")]

    operations = [migrations.RunPython(keep_words_as_they_are, migrations.RunPython.noop)]
