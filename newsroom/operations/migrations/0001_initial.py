from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("operations", "0001_begin"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("beaten_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "heartbeat",
                "default_permissions": (),
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="pulse_is_one_row")],
            },
        ),
    ]
