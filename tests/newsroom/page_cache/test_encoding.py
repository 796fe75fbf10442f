"""Which bytes somebody gets."""

import pytest

from newsroom.page_cache.encoding import accepts_gzip, format_etag, matches_etag


@pytest.mark.parametrize(
    ("accepted", "wanted"),
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
def test_gzip_is_sent_to_whoever_accepts_it(accepted, wanted):
    assert accepts_gzip(accepted) is wanted


def test_each_encoding_has_an_etag_of_its_own():
    assert (format_etag("abc", is_compressed=True), format_etag("abc", is_compressed=False)) == ('"abc-gzip"', '"abc"')


@pytest.mark.parametrize("asked", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc" , "y"', "*", " * "])
def test_whoever_names_the_etag_has_the_content(asked):
    assert matches_etag(asked, '"abc"')


@pytest.mark.parametrize("asked", ['"abcd"', "abc", '"x", "y"', "", '"abc-gzip"', '"a*"', 'w/"abc"'])
def test_whoever_names_another_one_has_not(asked):
    assert not matches_etag(asked, '"abc"')
