"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def folders_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What kiosks keep and lock: not this machine's, and not that of the tests beside these."""
    own = tmp_path_factory.mktemp("kiosk")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STATE_DIRECTORY", "KIOSK_RUNTIME"):
            (own / name).mkdir()
            patch.setitem(os.environ, name, str(own / name))
        yield
