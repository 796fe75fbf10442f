from django.db import migrations, models

from newsroom.db.migrations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("stories", "0015_due_forecasts"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="editionforecast",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["live_until", "due_on"], name="edition_forecast_open"
            ),
        ),
        AddIndexConcurrently(
            model_name="storyforecast",
            index=models.Index(
                condition=models.Q(("proposed_outlet", ""), _negated=True), fields=["id"], name="forecast_proposes"
            ),
        ),
    ]
