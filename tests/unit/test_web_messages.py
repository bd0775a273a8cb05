"""What a window may send to the server of the browser, and what is taken for junk."""

import pytest

from screens.web.server import _told

JUNK = [
    "", "{}", "null", "[]", '["stdin"]', '["stdin", 1]', '["shell", "id"]', "[" * 30_000,
    '["resize", {"width": "80", "height": 24}]', '["resize", {"width": 1e999, "height": 1}]',
    '["ping", {"a": 1}]',
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:20] or "nothing")
async def test_what_no_page_of_ours_sends_is_junk(junk: str) -> None:
    # Neither app nor socket is there: whoever reaches for one fails.
    assert not await _told(None, None, junk)  # type: ignore[arg-type]
