from django.db import migrations


def forget_frequencies(apps, schema_editor):
    """Let PostgreSQL ask the index for every word.

    Where it knows that a word is frequent it goes through the table instead, and reads the words of each row, which lie
    beside it. Naming the type drops what is known already, and rewrites nothing.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE "search_searchdocument" ALTER COLUMN "words" TYPE tsvector')
        schema_editor.execute('ALTER TABLE "search_searchdocument" ALTER COLUMN "words" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("search", "0001_words")]

    operations = [migrations.RunPython(forget_frequencies, migrations.RunPython.noop)]
