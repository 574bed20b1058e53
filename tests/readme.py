"""What the README promises, checked with the standard library alone.

``python tests/readme.py setup 1`` prints the first set-up command of the README;
``python tests/readme.py check`` runs every ``$ command`` it shows and its Python examples,
and compares what they print with what the README says they print.
"""

import difflib
import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def blocks(language):
    """Return the fenced blocks of one language."""
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def examples():
    """Yield every command shown and the output claimed for it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def output_of(command):
    """Return what a command prints, run in a shell in the project's folder."""
    folder = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": folder + os.pathsep + os.environ["PATH"]}
    environment.pop("COLUMNS", None)
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, check=False, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.stdout


def check():
    """Print every difference and return how many commands differ."""
    differing = 0
    for command, expected in examples():
        found = output_of(command)
        if found != expected:
            differing += 1
            lines = difflib.unified_diff(
                expected.splitlines(), found.splitlines(), "README", command, lineterm=""
            )
            print("\n".join(lines))
    failures, _ = doctest.testfile(str(README), module_relative=False)
    return differing + failures


if __name__ == "__main__":
    if sys.argv[1] == "setup":
        print(blocks("sh")[int(sys.argv[2]) - 1])
    else:
        wrong = check()
        print(f"README: {len(list(examples()))} commands run, {wrong} wrong")
        sys.exit(bool(wrong))
