"""Values attached to a request."""

import gc
from copy import copy
from weakref import ref

from django.http import HttpRequest
from django.test import RequestFactory

from newsroom.http.request_state import RequestState


def test_each_request_has_its_own_value():
    state: RequestState[list[str]] = RequestState(list)
    first, second = RequestFactory().get("/"), RequestFactory().get("/")
    state.get(first).append("typed")
    assert (state.get(first), state.get(second)) == (["typed"], [])
    state.set(first, ["other"])
    assert state.get(first) == ["other"]


def test_a_copy_of_a_request_does_not_share_its_values():
    state: RequestState[list[str]] = RequestState(list)
    request = RequestFactory().get("/")
    state.get(request).append("typed")
    assert state.get(copy(request)) == []


def test_a_value_that_refers_to_its_request_is_freed_with_it():
    state: RequestState[list[HttpRequest]] = RequestState(list)
    request = RequestFactory().get("/")
    state.get(request).append(request)
    reference = ref(request)
    del request
    gc.collect()
    assert reference() is None
