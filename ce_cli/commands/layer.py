"""``cecheck layer``."""

import click


@click.command("layer")
def command() -> int:
    """To be written."""
    return 2
