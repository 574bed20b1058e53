"""Completion in the shell: of files, and of the columns of the files on the line."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from ce_cli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_AS_TYPED = re.compile(r"[\w@%+./-]+")
"""A name that no shell wants quoted, and that none takes for two words."""
_MOST_PROPOSED = 100


class FileType(click.ParamType):  # type: ignore[type-arg]  # generic since Click 8.5 only
    """The name of a file. A missing file is a matter of who opens it."""

    name = "file"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Any:  # noqa: ANN401
        """Return the name in characters that the locale has for its bytes."""
        try:
            os.fsencode(value)
        except UnicodeEncodeError:
            return os.fsdecode(value.encode())
        return value

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Let the shell complete files in its own way."""
        return [CompletionItem(incomplete, type="file")]


FILE = FileType()


class ColumnType(FileType):
    """The name of a column, or of several; of a file where an array has one of its own."""

    name = "name"

    def __init__(self, *, several: bool) -> None:
        self.several = several
        self.name = "name,..." if several else "name"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> Any:  # noqa: ANN401
        """Return the name, or a list of names."""
        if self.several and isinstance(value, str):
            return [name.strip() for name in value.split(",")]
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Propose the columns of the files on the line; where there are none, files."""
        names = _columns_of([*ctx.params.get("files", ()), *ctx.args])
        if not names:
            return super().shell_complete(ctx, param, incomplete)
        before, comma, name = incomplete.rpartition(",") if self.several else ("", "", incomplete)
        return [CompletionItem(before + comma + found) for found in self._matching(names, name)]

    def _matching(self, names: Sequence[str], start: str) -> list[str]:
        """Return the names with this beginning; z stands for z0, z1, ... until more is typed."""
        from ce_cli.dumps.reading.columns import condensed

        shorter = [name for name in condensed(names) if self.several or name in names]
        return _beginning(shorter, start) or _beginning(names, start)[:_MOST_PROPOSED]


def _beginning(names: Iterable[str], start: str) -> list[str]:
    return [name for name in names if name.startswith(start) and _AS_TYPED.fullmatch(name)]


def _columns_of(files: Sequence[str]) -> list[str]:
    """Return the columns of files, of those at least that can be read."""
    from ce_cli.dumps.files import column_names

    names: list[str] = []
    for file in files:
        with suppress(InputError, OSError):
            names += column_names(file)
    return list(dict.fromkeys(names))
