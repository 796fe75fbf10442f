from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0005_alerts")]

    operations = [
        migrations.AddField(
            model_name="sitestate",
            name="loaded_backup",
            field=models.CharField(db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="sitestate",
            name="remarks",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="sitestate",
            name="erased_files",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
