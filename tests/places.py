"""Where files are that tests read; nothing else counts folders."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
DOCS = ROOT / "docs"
SAMPLES = ROOT / "samples"
POSTS = ROOT.parent / "shared" / "posts"
"""Real posts, where they are present; they are no part of the project."""
