from django.db import migrations

# The key of a page is the time of its update in microseconds. With months alone, all pages might have the same tag, if
# an archive was imported at once.
TAG = """UPDATE "search_searchdocument" SET "words" = "words" || (
    SELECT string_agg('''' || name || '·' || to_char(to_timestamp("id" / 1000000) AT TIME ZONE 'UTC', form) || '''', ' ')
    FROM (VALUES ('minute', 'YYYYMMDDHH24MI'), ('hour', 'YYYYMMDDHH24'), ('day', 'YYYYMMDD')) AS spans(name, form)
)::tsvector WHERE "edition" IS NOT NULL"""
# Rows that are inserted together share their words: forty documents at once write a tenth less than ten.
GATHER = 'ALTER INDEX "search_index" SET (gin_pending_list_limit = 1024)'
SCATTER = 'ALTER INDEX "search_index" SET (gin_pending_list_limit = 256)'


def lay(apps, schema_editor):
    """Make PostgreSQL find what was updated within minutes; SQLite finds the newest first anyway."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TAG, params=None)
        schema_editor.execute(GATHER)


def lift(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SCATTER)


class Migration(migrations.Migration):
    dependencies = [("search", "0009_what_words_cost")]

    operations = [migrations.RunPython(lay, lift)]
