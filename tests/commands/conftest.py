"""What the tests of commands share."""

import pytest

from ce_cli.__main__ import run


@pytest.fixture
def batch(capsys):
    """Run the command and return exit code, stdout and stderr."""

    def call(*arguments):
        code = run(["batch", *map(str, arguments)])
        return code, *capsys.readouterr()

    return call
