"""The displayed equations of the posts that serve as a yardstick, where they are present.

The posts themselves are no part of the project; here is only how to find their equations, and
the roles of their letters.
"""

import re
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import unquote_plus

from ce_cli.formulas.reading.claims import Options
from tests.places import POSTS

_DISPLAYS = re.compile(
    r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|equation\?tex=([^)]*)\)|"
    r"^(\\begin\{aligned\}.+?\\end\{aligned\}|[A-Za-z\\][^\u4e00-\u9fff\n#`!]*=[^\u4e00-\u9fff\n]*)$",
    re.DOTALL | re.MULTILINE,
)

OPTIONS = {
    "000": Options(roles={"a": "probabilities"}),
    "001": Options(),
    "002": Options(
        roles={
            "a": "logits",
            "y": "probabilities",
            "t": "targets",
            "E": "constant",
            "J_CE": "loss",
            "l_CE": "loss",
        },
        define=(r"\Sigma = \sum_k e^{a_k}",),
    ),
    "003": Options(
        roles={"a": "probabilities", "E": "loss"},
        define=(r"\Sigma = \sum_k \exp(z_k)",),
    ),
    "004": Options(roles={"σ": "softmax"}),
}
LAYER = r"z_j^{l+1} = \sum_i w_{ij} a_i^l + b_j^{l+1}"
OTHERS = {
    ("001", 263): Options(roles={"y": "targets"}),
    ("003", 35): replace(OPTIONS["003"], define=(LAYER,)),
    ("004", 4): Options(),
    ("004", 9): Options(),
}  # fmt: skip


class Equation(NamedTuple):
    post: str
    line: int
    text: str

    @property
    def options(self):
        return OTHERS.get((self.post, self.line), OPTIONS[self.post])


def equations():
    """Yield the distinct displayed equations of all posts."""
    for path in sorted(POSTS.glob("00*.txt")):
        text = path.read_text(encoding="utf-8")
        post = path.name[:3]
        seen = set()
        for match in _DISPLAYS.finditer(text):
            equation = next(group for group in match.groups() if group)
            if match.group(3):
                equation = unquote_plus(equation)
            key = re.sub(r"\s", "", equation)
            relation = re.sub(r"[_^]\{[^{}]*\}|==>", "", key)
            if "=" in relation and len(key) > 8 and key not in seen and not _is_code(equation):
                seen.add(key)
                yield Equation(post, text.count("\n", 0, match.start()) + 1, equation.strip())


def _is_code(text):
    return bool(re.search(r"import |tf\.|np\.|print|tape|: |_di|_da", text))
