"""Links to a heading of a page lead to one that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\(([^)\s#]*)#([^)\s]+)\)")


def headings(page: Path) -> set[str]:
    """The names by which headings can be linked to, as Git hosts make them."""
    lines = page.read_text(encoding="utf-8").splitlines()
    found = [line.lstrip("#").strip() for line in lines if re.match(r"#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    for file, heading in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / file if file else page
        if "://" not in file and target.suffix == ".md":
            assert heading in headings(target), f"{file}#{heading}"


def test_a_heading_is_known_by_its_words() -> None:
    assert "what-a-kiosk-obeys" in headings(ROOT / "docs" / "fleet.md")
    assert "a-heading-that-is-not-there" not in headings(ROOT / "docs" / "fleet.md")
