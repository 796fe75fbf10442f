from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="document",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="erasure",
            name="edition",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="erasure",
            name="files",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="erasure",
            name="line_id",
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="erasure",
            name="part",
            field=models.UUIDField(null=True),
        ),
    ]
