from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SiteState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("live", "Live"), ("restoring", "Being restored"), ("quiet", "Quiet")], max_length=12
                    ),
                ),
                ("restored_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "state of the site",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="sitestate_is_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("status", "quiet"), _negated=True)
                        | models.Q(("restored_at__isnull", False)),
                        name="sitestate_is_quiet_after_restore",
                    ),
                ],
            },
        ),
    ]
