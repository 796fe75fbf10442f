from django.db import migrations

# The key of a page is the moment of its update in microseconds. Of months alone all pages might be of one, where an
# archive was brought in at once.
TAG = """UPDATE "search_searchdocument" SET "words" = "words" || (
    SELECT string_agg('''' || name || '·' || to_char(to_timestamp("id" / 1000000) AT TIME ZONE 'UTC', form) || '''', ' ')
    FROM (VALUES ('minute', 'YYYYMMDDHH24MI'), ('hour', 'YYYYMMDDHH24'), ('day', 'YYYYMMDD')) AS spans(name, form)
)::tsvector WHERE "edition" IS NOT NULL"""
# What is put in together shares its words: of forty documents that is a tenth less to write than of ten.
GATHER = 'ALTER INDEX "search_index" SET (gin_pending_list_limit = 1024)'
SCATTER = 'ALTER INDEX "search_index" SET (gin_pending_list_limit = 256)'


def lay(apps, schema_editor):
    """Let PostgreSQL find what was updated within minutes; SQLite finds the newest first anyway."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TAG, params=None)
        schema_editor.execute(GATHER)


def lift(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SCATTER)


class Migration(migrations.Migration):
    dependencies = [("search", "0009_what_words_cost")]

    operations = [migrations.RunPython(lay, lift)]
