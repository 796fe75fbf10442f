"""Alerts: what administrators are told while something is wrong with the site, by mail and at ``ALERT_URL``.

The conditions are those of ``newsroom.operations.doctor.registry``, so that the doctor, the screen *Health*, the mail
and the log use the same words.
"""
