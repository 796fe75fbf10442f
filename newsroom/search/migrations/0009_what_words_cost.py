from django.db import migrations

# Never called: the planner reads its cost. To decompress the words of one row costs as much as a thousand comparisons.
LAY = [
    """CREATE FUNCTION search_unpacking(words tsvector) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 1000
    AS 'BEGIN RETURN true; END'""",
    # New rows wait in a list until there are some ten documents. To insert them together takes a fifth of the time, and
    # to search so short a list less than a tenth of a millisecond.
    'ALTER INDEX "search_index" SET (fastupdate = on, gin_pending_list_limit = 256)',
]
LIFT = [
    'ALTER INDEX "search_index" SET (fastupdate = off)',
    "DROP FUNCTION search_unpacking(tsvector)",
]
# lz4 decompresses in less than half the time, and compresses new rows no worse. A server can be built without it.
PACK = [
    'ALTER TABLE "search_searchdocument" ALTER COLUMN "words" SET COMPRESSION lz4',
    'ALTER TABLE "search_wording" ALTER COLUMN "text" SET COMPRESSION lz4',
]


def lay(apps, schema_editor):
    """Give PostgreSQL the cost of reading words, and make it write and read them faster."""
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
