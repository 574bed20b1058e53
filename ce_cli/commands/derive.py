"""``cecheck derive``."""

import click


@click.command("derive")
def command() -> int:
    """To be written."""
    return 2
