"""Report errors, without personal data, request bodies or secrets, to Sentry, which is optional."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from newsroom.db.outages import classify_error
from newsroom.http.log_redaction import redact
from newsroom.http.request_id import current_request_id
from newsroom.operations.request_log import format_route
from newsroom.operations.version import version
from newsroom.page_cache.release import release

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport
    from sentry_sdk.types import Event, Hint


def start(dsn: str, *, transport: "Transport | None" = None) -> None:
    """Send the events of ``EventHandler``, and the exception that ends this process, to the project at ``dsn``.

    The settings configure the handler, which receives logged errors. ``transport`` replaces the connection to the
    server. Raise ImproperlyConfigured if the DSN is malformed.
    """
    # The package is optional.
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=dsn,
            transport=transport,
            release=f"newsroom@{version()}+{release()}",
            before_send=prepare_event,
            # Personal data is not sent by default; ``send_default_pii=False`` would be redundant and is deprecated.
            max_request_body_size="never",
            include_local_variables=False,
            max_breadcrumbs=0,
            # The default integrations wrap Django, logging and outgoing requests, and add request data and tracing
            # headers.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[ExcepthookIntegration(), DedupeIntegration(), AtexitIntegration(lambda *_: None)],
            auto_session_tracking=False,
            send_client_reports=False,
            enable_backpressure_handling=False,
        )
    except BadDsn:
        # From None, because the message of the error quotes the DSN.
        raise ImproperlyConfigured(
            "SENTRY_DSN must be the address of a project, such as https://key@sentry.example/1."
        ) from None


def prepare_event(event: "Event", hint: "Hint") -> "Event | None":
    """Return the event without secrets, and with the route and id of the request.

    Return None if the error is an outage.
    """
    error = (hint.get("exc_info") or (None, None, None))[1]
    # During an outage, which alerts report, many requests fail with the same error.
    if classify_error(error):
        return None
    record = hint.get("log_record")
    event["extra"] = dict(getattr(record, "fields", {}))
    event["tags"] = {"request_id": current_request_id()}
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        event["transaction"] = format_route(request.resolver_match)
        event["request"] = {"method": request.method or "", "url": request.path}
    redacted: Event = _redact_values(event)
    return redacted


def _redact_values(value: Any) -> Any:
    """Return the value with every string in it redacted."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _redact_values(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redact_values(item) for item in value]
    return value
