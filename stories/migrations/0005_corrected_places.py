from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0004_notice_redirects"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="corrected_paragraph",
            field=models.PositiveSmallIntegerField(
                help_text="The corrected paragraph of the section, counted from 0.", null=True
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="corrected_section",
            field=models.UUIDField(
                help_text=(
                    "The uid of the section, passage or answer that is corrected, or of the page for its opening."
                ),
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="wrong_since",
            field=models.DateTimeField(help_text="When readers first saw what is corrected, if known.", null=True),
        ),
    ]
