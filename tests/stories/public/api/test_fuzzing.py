"""Fuzz the API with requests generated from its description; every response must match the description."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import resolve
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.journeys.world import World, make_world

pytestmark = [pytest.mark.portable, pytest.mark.audit, pytest.mark.django_db]

OPENAPI = "/api/v1/openapi.json"
# Responses to calls in this process are not decompressed.
PLAIN = {"Accept-Encoding": "identity"}
EXAMPLES = 6
EXAMPLES_AT_FULL_LENGTH = 300


@pytest.fixture
def operations() -> Iterator[Any]:
    """Return the operations in the description. They are called in this process, in the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi(OPENAPI, WSGIHandler())
    yield [operation.ok() for operation in schema.get_all_operations() if isinstance(operation, Ok)]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def collect_path_parameters(world: World) -> dict[str, dict[str, object]]:
    """Return the path parameters of existing objects, keyed by the path in the description."""
    by_path: dict[str, dict[str, object]] = {}
    for name, address in world.public.items():
        if name.startswith("api:"):
            parameters = resolve(address.partition("?")[0]).captured_kwargs  # type: ignore[attr-defined]
            path = address.partition("?")[0]
            for key, value in parameters.items():
                path = path.replace(f"/{value}", f"/{{{key}}}")
            by_path[path] = dict(parameters)
    return by_path


def test_every_response_matches_the_description(operations, full_length):
    world = make_world()
    readable = collect_path_parameters(world)
    assert len(operations) == len(readable) - 1  # the description itself is not an operation
    for operation in operations:
        fuzz_operation(
            operation, readable[operation.path], max_examples=EXAMPLES_AT_FULL_LENGTH if full_length else EXAMPLES
        )


def fuzz_operation(operation: Any, path_parameters: dict[str, object], *, max_examples: int) -> None:
    """Send valid and invalid requests, for generated path parameters and for those of an existing object."""
    for mode in GenerationMode:

        @settings(max_examples=max_examples)
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            case.call_and_validate(headers=PLAIN)
            if path_parameters:
                case.path_parameters = dict(path_parameters)
                response = case.call(headers=PLAIN)
                assert response.status_code in {200, 400}
                operation.validate_response(response)

        send()
