from django.db import migrations


def forget_frequencies(apps, schema_editor):
    """Make PostgreSQL use the index for every word.

    If it knows that a word is frequent, it reads the table instead, with the words of each row, which are stored
    outside it. Naming the type deletes the existing statistics and rewrites nothing.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE "search_searchdocument" ALTER COLUMN "words" TYPE tsvector')
        schema_editor.execute('ALTER TABLE "search_searchdocument" ALTER COLUMN "words" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("search", "0001_words")]

    operations = [migrations.RunPython(forget_frequencies, migrations.RunPython.noop)]
