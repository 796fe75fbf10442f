from django.db import migrations, models

from newsroom.db.migrations import AddConstraintNotValid


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0012_projections_of_answers_and_forecasts"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("", "open", "partly", "answered"))),
                name="answer_state_is_known",
                violation_error_message="Choose a state from the list.",
            ),
        ),
        AddConstraintNotValid(
            model_name="claimcell",
            constraint=models.CheckConstraint(
                condition=models.Q(("stance__in", ["says", "denies", "silent", "unclear"])),
                name="claim_cell_stance_is_known",
                violation_error_message="Choose what the outlet says from the list.",
            ),
        ),
        AddConstraintNotValid(
            model_name="faq",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_state__in", ("", "open", "partly", "answered"))),
                name="faq_answer_state_is_known",
                violation_error_message="Choose a state from the list.",
            ),
        ),
        AddConstraintNotValid(
            model_name="storyclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["figure", "date", "quotation", "attribution", "fact"])),
                name="story_claim_kind_is_known",
                violation_error_message="Choose a kind from the list.",
            ),
        ),
        AddConstraintNotValid(
            model_name="storyclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "difference__in",
                        ["", "contradiction", "figure", "date", "wording", "attribution", "alone", "omission", "agree"],
                    )
                ),
                name="story_claim_difference_is_known",
                violation_error_message="Choose a difference from the list.",
            ),
        ),
    ]
