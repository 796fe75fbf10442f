"""The background task that mails notices about accounts."""

from django.tasks import task

from newsroom.notifications.mail import send_mail


@task(priority=50)  # the priority of all mail
def mail_account_notice(address: str, subject: str, text: str) -> None:
    """Send one mail about a change of an account. Raise NotSentError if that fails; the worker then retries."""
    send_mail(to=address, subject=subject, text=text)
