"""``cecheck batch``."""

import click


@click.command("batch")
def command() -> int:
    """To be written."""
    return 2
