"""The background task that sends mail about accounts."""

from django.tasks import task

from newsroom.notifications.mail import send_mail
from newsroom.task_queue import outbound


@outbound
@task(priority=50)  # the priority of all mail
def mail_account_notice(address: str, subject: str, text: str) -> None:
    """Send an e-mail about an account. Raise NotSentError if this fails; the worker then retries."""
    send_mail(to=address, subject=subject, text=text)
