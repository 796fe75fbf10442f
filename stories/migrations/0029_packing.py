from django.db import migrations

# These are so long that they are packed: with lz4 in less time, to no more bytes. A server can be built without it.
PACK = [
    f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET COMPRESSION lz4'
    for table, column in (
        ("stories_document", "body"),
        ("stories_edition", "fragments"),
        ("stories_draft", "words"),
        ("stories_section", "text"),
    )
]


def pack(apps, schema_editor):
    """Let PostgreSQL write and read long columns in less time; what is there already stays as it is."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        knows_lz4 = cursor.fetchone()[0]
    for statement in PACK if knows_lz4 else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("stories", "0028_addresses_without_capitals")]

    operations = [migrations.RunPython(pack, migrations.RunPython.noop)]
