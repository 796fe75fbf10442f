"""Whatever a program makes of the description of the API, the API answers as it is described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import resolve
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.journeys.world import World, make_world

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

OPENAPI = "/api/v1/openapi.json"
# What is asked in this process is not unpacked on the way.
PLAIN = {"Accept-Encoding": "identity"}
TIMES = 6
TIMES_AT_FULL_LENGTH = 300


@pytest.fixture
def operations() -> Iterator[Any]:
    """Return the calls that the API describes, asked in this process and in the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi(OPENAPI, get_wsgi_application())
    yield [operation.ok() for operation in schema.get_all_operations() if isinstance(operation, Ok)]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def known(world: World) -> dict[str, dict[str, object]]:
    """Return what stands in the addresses of what can be read, by the path that the description has for it."""
    found: dict[str, dict[str, object]] = {}
    for name, address in world.public.items():
        if name.startswith("api:"):
            named = resolve(address.partition("?")[0]).captured_kwargs  # type: ignore[attr-defined]
            path = address.partition("?")[0]
            for key, value in named.items():
                path = path.replace(f"/{value}", f"/{{{key}}}")
            found[path] = dict(named)
    return found


def test_every_call_answers_as_it_is_described_and_refuses_what_it_does_not_describe(operations, full_length):
    world = make_world()
    readable = known(world)
    assert len(operations) == len(readable) - 1  # the description describes itself no further
    for operation in operations:
        ask_each(operation, readable[operation.path], times=TIMES_AT_FULL_LENGTH if full_length else TIMES)


def ask_each(operation: Any, there: dict[str, object], *, times: int) -> None:
    """Send what fits the description, to what can be read and to nowhere, and what does not fit it."""
    for mode in GenerationMode:

        @settings(max_examples=times)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(headers=PLAIN)
            if there:
                case.path_parameters = dict(there)
                response = case.call(headers=PLAIN)
                assert response.status_code in {200, 400}
                operation.validate_response(response)

        ask()
