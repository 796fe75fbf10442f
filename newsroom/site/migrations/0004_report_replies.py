from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0003_demonstration_works"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="reply",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="reply to the reader"),
        ),
        migrations.AddField(
            model_name="report",
            name="replied_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
