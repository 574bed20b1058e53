"""``cecheck jacobian``."""

import click


@click.command("jacobian")
def command() -> int:
    """To be written."""
    return 2
