"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--quick`: what `make test` runs; without it every test is."""
    parser.addoption(
        "--quick", action="store_true", help="no test marked slow, and one case of each marked grid"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what takes longest, where that is asked for."""
    if not config.getoption("quick"):
        return
    seen: set[str] = set()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        another = "grid" in item.keywords and test in seen
        (left_out if another or "slow" in item.keywords else kept).append(item)
        seen.add(test)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(autouse=True, scope="session")
def folders_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What kiosks keep and lock: not this machine's, and not that of the tests beside these."""
    own = tmp_path_factory.mktemp("kiosk")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STATE_DIRECTORY", "KIOSK_RUNTIME"):
            (own / name).mkdir()
            patch.setitem(os.environ, name, str(own / name))
        yield
