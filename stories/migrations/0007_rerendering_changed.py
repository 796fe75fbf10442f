from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0006_one_rerendering"),
    ]

    operations = [
        migrations.AddField(
            model_name="rerendering",
            name="changed",
            field=models.PositiveBigIntegerField(
                default=0, help_text="How many editions came out otherwise than before."
            ),
        ),
    ]
