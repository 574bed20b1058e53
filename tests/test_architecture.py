"""The page on the house names every room, and only files that are there."""

import re

from tests.places import DOCS, ROOT


def test_the_picture_has_every_room():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    (picture,) = re.findall(r"```\n(.*?)```", page, re.DOTALL)
    rooms = {path.parent.name for path in (ROOT / "ce_cli").glob("*/__init__.py")} | {"errors"}
    assert rooms <= set(re.findall(r"[a-z]+", picture))


def test_every_file_that_the_page_names_is_there():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)*/?(?:\.py|\.md|\.txt)?)`", page)
    paths = [name for name in named if "/" in name]
    assert len(paths) > 15
    assert [p for p in paths if not ((ROOT / "ce_cli" / p).exists() or (ROOT / p).exists())] == []
