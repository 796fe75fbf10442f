"""Alerts: what administrators are told, by mail and at ``ALERT_URL``, when something is wrong with the site.

The conditions are those of ``newsroom.operations.doctor.registry``, and outages of the database. The doctor, the screen
*Health*, the mail and the log describe them in the same words.
"""
