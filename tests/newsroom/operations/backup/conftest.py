"""A site to back up, and an empty database to restore into."""

from collections.abc import Iterator

import pytest

from tests.backups import Site, empty_target, make_site


@pytest.fixture
def site(settings, tmp_path, transactional_db) -> Site:
    settings.VAR_DIR = tmp_path / "var"
    return make_site(tmp_path)


@pytest.fixture
def target(tmp_path, site) -> Iterator[str]:
    with empty_target(tmp_path) as url:
        yield url
