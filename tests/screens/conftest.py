"""The shipped content, read once."""

import pytest

from kiosk.places import Folders
from screens.kit import Kit, load_kit


@pytest.fixture(scope="session")
def kit() -> Kit:
    """What the running kiosk reads when it starts."""
    return load_kit(Folders())
