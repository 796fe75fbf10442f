from django.db import migrations

# Called by nobody: that it would cost so much is what the planner reads. A thousand comparisons are what it takes to
# unpack the words of one row.
LAY = [
    """CREATE FUNCTION search_unpacking(words tsvector) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 1000
    AS 'BEGIN RETURN true; END'""",
    # What is new waits in a list until there are some ten documents: to put them in together takes a fifth of the time,
    # and to look through so short a list less than a tenth of a millisecond.
    'ALTER INDEX "search_index" SET (fastupdate = on, gin_pending_list_limit = 256)',
]
LIFT = [
    'ALTER INDEX "search_index" SET (fastupdate = off)',
    "DROP FUNCTION search_unpacking(tsvector)",
]
# It unpacks in less than half the time, and packs what comes from now on no worse; a server can be built without it.
PACK = [
    'ALTER TABLE "search_searchdocument" ALTER COLUMN "words" SET COMPRESSION lz4',
    'ALTER TABLE "search_wording" ALTER COLUMN "text" SET COMPRESSION lz4',
]


def lay(apps, schema_editor):
    """Tell PostgreSQL what it costs to read words, and let it write and read them in less time."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in LAY:
        schema_editor.execute(statement)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        knows_lz4 = cursor.fetchone()[0]
    for statement in PACK if knows_lz4 else ():
        schema_editor.execute(statement)


def lift(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in LIFT:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0008_names_among_words")]

    operations = [migrations.RunPython(lay, lift)]
