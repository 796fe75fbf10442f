"""Content negotiation: gzip and ETags."""

import pytest

from newsroom.page_cache.encoding import accepts_gzip, format_etag, matches_etag


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("deflate,gzip", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("identity;q=0, gzip", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("gzip ;q=0.000 , br", False),
        ("*;q=0", False),
        ("x-gzip-like", False),
        ("gzipped", False),
        ("identity;q=0", False),
        ("gzip;q=0, *", False),
        ("*, gzip;q=0", False),
        ("gzip, *;q=0", True),
        ("*;q=0, gzip", True),
    ],
)
def test_gzip_is_sent_only_if_the_client_accepts_it(accepted, expected):
    assert accepts_gzip(accepted) is expected


def test_each_encoding_has_its_own_etag():
    assert (format_etag("abc", is_compressed=True), format_etag("abc", is_compressed=False)) == ('"abc-gzip"', '"abc"')


@pytest.mark.parametrize("asked", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc" , "y"', "*", " * "])
def test_a_header_that_contains_the_etag_matches(asked):
    assert matches_etag(asked, '"abc"')


@pytest.mark.parametrize("asked", ['"abcd"', "abc", '"x", "y"', "", '"abc-gzip"', '"a*"', 'w/"abc"'])
def test_a_header_without_the_etag_does_not_match(asked):
    assert not matches_etag(asked, '"abc"')
