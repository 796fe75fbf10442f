from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0008_corrections_in_order")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="known_findings",
            field=models.JSONField(default=list, help_text="Marks of what checks found when it was scheduled."),
        ),
    ]
