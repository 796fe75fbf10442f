from django.db import migrations

COLUMNS = ("title_words", "summary_words", "heading_words", "name_words", "topics", "outlets")


def keep_words_as_they_are(apps, schema_editor):
    """Let PostgreSQL put the text away first, and leave the words by which a page is ranked as they are.

    It packs all columns of a long row; those that are read of each candidate were unpacked again and again.
    """
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(f'ALTER TABLE "search_wording" ALTER COLUMN "{column}" SET STORAGE MAIN')


class Migration(migrations.Migration):
    dependencies = [("search", "0006_months")]

    operations = [migrations.RunPython(keep_words_as_they_are, migrations.RunPython.noop)]
