import django.db.models.deletion
from django.db import migrations, models

from newsroom.db.compression import compress_with_lz4

# FTS5 splits at spaces and ASCII punctuation, which the tokens do not contain, and leaves all other characters.
SQLITE = ["""CREATE VIRTUAL TABLE "search_index" USING fts5(words, tokenize = 'ascii')"""]
POSTGRESQL = [
    # The words are stored outside the rows, so that a query for spans and keys reads a few bytes of each row.
    'ALTER TABLE "search_searchdocument" ADD COLUMN "words" tsvector',
    'ALTER TABLE "search_searchdocument" SET (toast_tuple_target = 128)',
    # Without statistics, the planner uses the index even for frequent words instead of reading the words of each row.
    'ALTER TABLE "search_searchdocument" ALTER COLUMN "words" SET STATISTICS 0',
    # New rows wait in a list of at most about forty documents. Inserting them together takes a fifth of the time, and
    # searching such a short list takes less than a tenth of a millisecond.
    """CREATE INDEX "search_index" ON "search_searchdocument" USING gin ("words")
    WITH (fastupdate = on, gin_pending_list_limit = 1024)""",
    # PostgreSQL moves the text out of a long row before it compresses the columns that are read for ranking.
    *(
        f'ALTER TABLE "search_wording" ALTER COLUMN "{column}" SET STORAGE MAIN'
        for column in ("title_words", "summary_words", "heading_words", "name_words", "topics", "outlets")
    ),
    # Never called: the planner reads its cost. Decompressing the words of a row costs a thousand comparisons.
    """CREATE FUNCTION search_unpacking(words tsvector) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 1000
    AS 'BEGIN RETURN true; END'""",
]


def create_index(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DROP TABLE "search_index"')
    else:
        schema_editor.execute("DROP FUNCTION search_unpacking(tsvector)")
        schema_editor.execute('ALTER TABLE "search_searchdocument" DROP COLUMN "words"')


class Migration(migrations.Migration):
    replaces = [
        ("search", "0001_words"),
        ("search", "0002_ask_the_index"),
        ("search", "0003_witnesses"),
        ("search", "0004_wordings"),
        ("search", "0005_row_numbers"),
        ("search", "0006_months"),
        ("search", "0007_words_as_they_are"),
        ("search", "0008_names_among_words"),
        ("search", "0009_what_words_cost"),
        ("search", "0010_minutes"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SpeltWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("document", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(help_text="The key of the document.", primary_key=True, serialize=False)),
                ("title_words", models.TextField(blank=True)),
                ("title_size", models.PositiveSmallIntegerField(default=1)),
                ("summary_words", models.TextField(blank=True)),
                ("heading_words", models.TextField(blank=True)),
                ("name_words", models.TextField(blank=True)),
                ("topics", models.TextField(blank=True)),
                ("outlets", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("uid", models.UUIDField()),
                (
                    "edition",
                    models.BigIntegerField(help_text="The key of the edition; none for names.", null=True, unique=True),
                ),
                ("language", models.CharField(blank=True, max_length=8)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["uid", "kind"], name="search_document_by_uid"),
                    models.Index(fields=["language", "live_from"], name="search_document_by_language"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Spelling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("word", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [models.Index(fields=["word"], name="search_spelling_word")],
                "constraints": [models.UniqueConstraint(fields=("key", "word"), name="search_spelling_once")],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("uid", models.UUIDField()),
                ("page_kind", models.CharField(max_length=10)),
                ("live_from", models.DateTimeField()),
                ("live_until", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="mentions",
                        to="search.searchdocument",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["uid", "page_kind", "-live_from", "live_until"], name="search_mention_span")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "kind", "uid"), name="search_mention_once")
                ],
            },
        ),
        migrations.RunPython(create_index, drop_index),
        compress_with_lz4("search_searchdocument.words", "search_wording.text"),
    ]
