"""Add the table of the last runs of the retention rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0002_site_state")]

    operations = [
        migrations.CreateModel(
            name="TidyRun",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("ended_at", models.DateTimeField()),
                ("deleted", models.PositiveBigIntegerField()),
                ("error", models.CharField(blank=True, max_length=100)),
            ],
            options={"verbose_name": "clean-up", "default_permissions": ()},
        ),
    ]
