"""A command on a pseudo-terminal, or with one of its outputs on one."""

import os
import pty
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from typing import NamedTuple

from tests.places import ROOT

DECIDING = {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"}
"""Variables that decide on colour and width: nothing of the machine may come through."""


class Shown(NamedTuple):
    code: int
    out: str
    err: str


def on_terminal(*arguments, columns=80, out=True, err=True, **variables):
    """Run a command line with stdout and stderr each on a terminal of its own, or on a pipe."""
    clean = {name: value for name, value in os.environ.items() if name not in DECIDING}
    sides = [_open(columns) if is_terminal else os.pipe() for is_terminal in (out, err)]
    with subprocess.Popen(
        [sys.executable, "-m", "ce_cli", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=sides[0][1], stderr=sides[1][1], env=clean | {"TERM": "xterm"} | variables,
    ) as child:  # fmt: skip
        for _, end in sides:
            os.close(end)
        texts = [_read(side) for side, _ in sides]
    return Shown(child.returncode, *texts)


def _open(columns):
    reader, terminal = pty.openpty()
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    return reader, terminal


def _read(side):
    chunks = []
    with os.fdopen(side, "rb", buffering=0) as stream:
        while True:
            try:
                chunk = stream.read(65536)
            except OSError:  # Linux ends a terminal with an error
                break
            if not chunk:
                break
            chunks.append(chunk)
    return b"".join(chunks).decode().replace("\r\n", "\n")
