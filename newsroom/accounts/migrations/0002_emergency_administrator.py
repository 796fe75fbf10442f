from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            "user",
            "is_emergency_administrator",
            models.BooleanField(
                "emergency administrator",
                default=False,
                db_default=False,
                help_text="Can sign in with a password while everyone else has to use single sign-on.",
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(
                fields=["is_emergency_administrator"],
                condition=models.Q(is_emergency_administrator=True),
                name="user_one_emergency_administrator",
                violation_error_message="Another account is the emergency administrator.",
            ),
        ),
    ]
