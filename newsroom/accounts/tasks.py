"""Background tasks for accounts."""

from django.tasks import task

from newsroom.notifications.mail import post


@task(priority=50)  # as all mail
def mail_account_notice(address: str, subject: str, text: str) -> None:
    """Send one mail about a change of an account. Raises NotSentError, after which the worker tries again."""
    post(to=address, subject=subject, text=text)
