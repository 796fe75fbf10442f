from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0004_labels_apart")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="of_desk",
            field=models.BooleanField(
                default=True, help_text="The desk said this; what a change was carried over into never lay on it."
            ),
        ),
    ]
