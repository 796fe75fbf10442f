import datetime

import django.db.models.functions.datetime
from django.db import migrations, models


def store_without_compression(apps, schema_editor):
    """Prevent PostgreSQL from compressing the contents, which are already compressed."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE pages_storedpage ALTER COLUMN content SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    replaces = [
        ("pages", "0001_initial"),
        ("pages", "0002_stored_page_valid_from"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PageKey",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="StoredPage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "release", "address", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("release", models.CharField(max_length=16)),
                ("address", models.CharField(max_length=500)),
                ("status", models.PositiveSmallIntegerField()),
                ("tag", models.CharField(max_length=64)),
                ("headers", models.TextField()),
                ("content", models.BinaryField()),
                ("keys", models.JSONField()),
                ("valid_from", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("valid_until", models.DateTimeField(default=datetime.datetime(9000, 1, 1, 0, 0, tzinfo=datetime.UTC))),
                ("stored_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["stored_at"], name="stored_page_by_age")],
            },
        ),
        migrations.RunPython(store_without_compression, migrations.RunPython.noop),
    ]
