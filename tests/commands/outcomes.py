"""How tests read the outcome of a command."""

import json


def as_json(outcome):
    assert outcome.code == 0
    return json.loads(outcome.out)
