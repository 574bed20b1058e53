"""``cecheck bce``."""

import click


@click.command("bce")
def command() -> int:
    """To be written."""
    return 2
