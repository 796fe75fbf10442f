from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0017_lists_of_the_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="RelatedStories",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(unique=True)),
                ("others", models.JSONField(default=list)),
            ],
            options={
                "verbose_name_plural": "related stories",
                "default_permissions": (),
            },
        ),
    ]
