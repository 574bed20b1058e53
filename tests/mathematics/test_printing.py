"""Printed mathematics: it looks as people write it and means what the expression means."""

import zlib

import pytest
from sympy import Add, Integer, Mul, exp, log

from ce_cli.derivations.reals import reals
from ce_cli.derivations.subjects import SUBJECTS, derive
from ce_cli.mathematics.arrange import Arrange
from ce_cli.mathematics.box import Boxes
from ce_cli.mathematics.latex import to_latex
from ce_cli.mathematics.mathml import to_mathml
from ce_cli.mathematics.nodes import (
    MINUS,
    PLUS,
    SLASH,
    Applied,
    BigSum,
    Brace,
    Digits,
    Fenced,
    Fraction,
    Grid,
    Letter,
    Operator,
    Row,
    Subscript,
    Superscript,
)
from ce_cli.symbolic.kernel.claims import Definitions, substitute
from ce_cli.symbolic.kernel.evaluate import Evaluator, Point
from ce_cli.symbolic.notation import (
    C,
    L,
    M,
    Partial,
    S,
    T,
    Y,
    c,
    fraction,
    i,
    in_order,
    j,
    k,
    m,
    ordered,
    p,
    product,
    sum_over,
    unequal,
    y,
    z,
)

WRITTEN = [
    (-y[i] + p[i], "p_{i} - y_{i}", "p_i − y_i"),
    (Add(-p[j], 1), "1 - p_{j}", "1 − p_j"),
    (p[i] * (1 - p[i]), "p_{i}(1 - p_{i})", "p_i(1 − p_i)"),
    (log(p[c]) * y[c], r"y_{c} \log p_{c}", "y_c log p_c"),
    (log(S) * p[i] * 2, r"2 p_{i} \log S", "2 p_i log S"),
    (log(S) ** 2, r"(\log S)^{2}", "(log S)²"),
    (exp(z[0]), "e^{z_{0}}", "e^z₀"),
    (exp(z[i] / T), "e^{z_{i} / T}", "e^(z_i/T)"),
    (exp(-z[i]), "e^{-z_{i}}", "e^(−z_i)"),
    (product(-1, y[i], -p[i]), "-y_{i}(-p_{i})", "−y_i(−p_i)"),
    (p[12] * p[3], "p_{3} p_{12}", "p₃ p₁₂"),
    (product(-1, 1 - p[i]), "-(1 - p_{i})", "−(1 − p_i)"),
    ((p[i] - y[i]) * T, "T(p_{i} - y_{i})", "T(p_i − y_i)"),
    (product(-1, p[i] - y[i]), "-(p_{i} - y_{i})", "−(p_i − y_i)"),
    (ordered(p[i] - y[i], T), "(p_{i} - y_{i}) T", "(p_i − y_i) T"),
    (ordered(T, p[i] - y[i]), "T(p_{i} - y_{i})", "T(p_i − y_i)"),
    (in_order(-y[i], T), "-y_{i} + T", "−y_i + T"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "latex", "text"), WRITTEN)
def test_one_line_formulas(expr, latex, text):
    node = Arrange()(expr)
    assert to_latex(node) == latex
    assert Boxes().of(node).lines == (text,)


TALL = [
    (Partial(p[i], z[j]), ["∂p_i", "────", "∂z_j"]),
    (Partial(Partial(L, z[i]), z[j]), ["   ∂²L   ", "─────────", "∂z_j ∂z_i"]),
    (sum_over(y[c] * unequal(c, i), c), [" Σ  y_c", "c≠i    "]),
    (-sum_over(p[k] - y[k], k), ["− Σ (p_k − y_k)", "  k            "]),
    (p[i] * sum_over(y[c], c) - y[i], ["p_i Σ y_c − y_i", "    c          "]),
    (sum_over(p[k], k) * log(S), ["log(S) Σ p_k", "       k    "]),
    (fraction(p[i], S) * Partial(S, z[i]), ["p_i  ∂S ", "─── ────", " S  ∂z_i"]),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "lines"), TALL)
def test_formulas_of_several_lines(expr, lines):
    shown = [line.strip() for line in Boxes().of(Arrange()(expr)).lines]
    assert shown == [line.strip() for line in lines]


def test_classes_count_from_where_the_reader_wants():
    claim = Partial(p[0], z[2])
    assert to_latex(Arrange(1)(claim)) == r"\frac{\partial p_{1}}{\partial z_{3}}"


def test_ascii_only():
    boxes = Boxes(only_ascii=True)
    for subject in SUBJECTS:
        for step in derive(subject).steps:
            for side in (step.claim.lhs, step.claim.rhs):
                assert all(line.isascii() for line in boxes.of(Arrange()(side)).lines)


def test_sums_say_their_bounds_unless_they_run_over_all_classes():
    from sympy import Sum

    assert to_latex(Arrange()(Sum(p[k], (k, 1, C - 1)))).startswith(r"\sum_{k = 1 \dots C - 1}")


# Printed formulas are read back: every number they contain must come out again.


class Reader:
    """Evaluates printed nodes, knowing nothing of the expressions they came from."""

    def of(self, node, at):
        match node:
            case Digits(text):
                return float(text)
            case Letter("e"):
                return None
            case Letter(name):
                return SCALARS[name]
            case Fenced(inner):
                return self.of(inner, at)
            case Subscript(Letter("delta"), (one, two)):
                return float(self.index(one, at) == self.index(two, at))
            case Subscript(base, indices):
                name = to_latex(base)
                return ENTRIES[name, tuple(self.index(n, at) for n in indices)]
            case Superscript(Letter("e"), exponent):
                from math import e

                return e ** self.of(exponent, at)
            case Superscript(base, exponent):
                return self.of(base, at) ** self.of(exponent, at)
            case Fraction(Letter("partial"), bottom):
                return opaque(to_latex(named(bottom, at)))
            case Fraction(Row((Letter("partial") | Superscript(Letter("partial")), _)), _):
                return opaque(to_latex(named(node, at)))
            case Row((Row((Letter("partial"), _)) as top, Operator("/"), bottom)):
                return self.of(Fraction(top, bottom), at)
            case Fraction(top, bottom):
                return self.of(top, at) / self.of(bottom, at)
            case BigSum(below, body):
                return self.sum(below, body, at)
            case Applied("log", argument):
                from math import log as ln

                return ln(self.of(argument, at))
            case Applied(name, argument):
                return SCALARS[f"{name} {argument.name}"]
            case Brace(rows):
                return next(self.of(value, at) for value, test in rows if self.holds(test, at))
            case Row(
                (Letter("partial") | Row((Letter("partial"), *_)) as top, Operator("/"), bottom)
            ):
                return self.of(Fraction(top, bottom), at)
            case Row(parts):
                return self.row(parts, at)
        raise AssertionError(node)

    def index(self, node, at):
        return int(node.text) if isinstance(node, Digits) else at[node.name]

    def holds(self, test, at):
        _, (one, sign, two) = test.parts[0], test.parts[1].parts
        equal = self.index(one, at) == self.index(two, at)
        return equal if sign.sign == "=" else not equal

    def sum(self, below, body, at):
        name = below.name if isinstance(below, Letter) else below.parts[0].name
        total = 0.0
        for value in range(3 if name != "m" else 2):
            inner = {**at, name: value}
            if isinstance(below, Row) and self.index(below.parts[2], inner) == value:
                continue
            total += self.of(body, inner)
        return total

    def row(self, parts, at):
        total, sign, factor, divide, skip = 0.0, 1, None, False, False
        for number, part in enumerate(parts):
            if part in (PLUS, MINUS):
                total += 0.0 if factor is None else sign * factor
                sign, factor = (1 if part == PLUS else -1), None
            elif part == SLASH:
                divide = True
            elif skip:
                skip = False
            else:
                skip = isinstance(part, Fraction) and part.top == Letter("partial")
                value = self.of(part, at)
                value *= self.of(parts[number + 1], at) if skip else 1
                value = 1 / value if divide else value
                factor, divide = value if factor is None else factor * value, False
        return total + sign * factor


def named(node, at):
    """Return a node with numbers for its indices."""
    if isinstance(node, Letter) and node.name in at:
        return Digits(str(at[node.name]))
    if isinstance(node, str):
        return node
    if isinstance(node, tuple) and not hasattr(node, "_fields"):
        return tuple(named(part, at) for part in node)
    if isinstance(node, Operator):
        return node
    return type(node)(*(named(part, at) for part in node))


def opaque(text):
    """Return a number that stands for a derivative: the same for the same text."""
    return zlib.crc32(text.encode()) / 2**32 + 0.5


class Opaque(Evaluator):
    """Evaluates expressions with a number of its own for every derivative."""

    def _derivative(self, expr, bindings):
        at = {**self.point.indices, **bindings}
        numbers = {s: Integer(at[s]) for s in expr.free_symbols if s in at}
        if isinstance(Arrange()(expr), Fraction):
            return self.numbers.constant(opaque(to_latex(Arrange()(substitute(expr, numbers)))))
        below = Arrange()(Partial(Integer(1), substitute(expr.variable, numbers))).bottom
        factor = self.numbers.constant(opaque(to_latex(below)))
        return self.numbers.times(self.jet(expr.expr, bindings), factor)


class ByName(dict):
    """Values by the names of symbols, so that equal names have equal values."""

    def get(self, key, default=None):
        named = (str(key[0]), key[1]) if isinstance(key, tuple) else str(key)
        return super().get(named, default)


ENTRIES = {
    (name, at): opaque(f"{name}{at}")
    for name in ["z", "p", "y", "v", "q", "t", "u", "w", "a", "b", "g", "z'", "J", "H",
                 r"(p p^{{\mathsf{T}}})", r"(\operatorname{diag}(p))", "p pᵀ", "diag(p)"]
    for at in [(n,) for n in range(3)] + [(m, n) for m in range(3) for n in range(3)]
}  # fmt: skip
for plain, printed in (
    ("p pᵀ", r"(p p^{{\mathsf{T}}})"),
    ("diag(p)", r"(\operatorname{diag} (p))"),
):
    ENTRIES |= {(printed, at): value for (name, at), value in ENTRIES.items() if name == plain}
ENTRIES |= {("z'", at): value for (name, at), value in ENTRIES.items() if name == "z'"}
SCALARS = {n: opaque(n) for n in [*"SLDHQRsxyT", "max z", "eta", "lambda", "gamma", "epsilon",
                                  "LSE"]} | {"C": 3.0, "M": 2.0}  # fmt: skip
INDICES = {Y: 1, i: 0, j: 1, k: 2, c: 2, m: 1}


@pytest.mark.parametrize("subject", [s for s in SUBJECTS if s not in {"sigmoid", "bce"}])
@pytest.mark.parametrize(("classes", "label"), [(None, None), (3, None), (3, 2)])
def test_printing_does_not_change_the_meaning(subject, classes, label):
    point = Point({C: 3, M: 2}, INDICES, ByName(ENTRIES), ByName(SCALARS))
    evaluator = Opaque(point, Definitions(), numbers=reals(40))
    at = {str(name): value for name, value in INDICES.items()}
    for step in derive(subject, classes, label).steps:
        for side in (step.claim.lhs, step.claim.rhs):
            node = Arrange()(side)
            rows = node.rows if isinstance(node, Grid) else ((node,),)
            nodes = [entry for row in rows for entry in row]
            values = map(evaluator.value, side if isinstance(node, Grid) else [side])
            for part, value in zip(nodes, values, strict=True):
                assert Reader().of(part, at) == pytest.approx(float(value)), (side, part)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_mathml_is_well_formed(subject):
    from xml.etree import ElementTree as Xml

    roots = [
        Xml.fromstring(to_mathml(Arrange()(step.claim.rhs)))  # noqa: S314
        for step in derive(subject).steps
    ]
    pairs = [
        element for root in roots for element in root.iter()
        if element.tag in {"msub", "msup", "mfrac", "munder"}
    ]  # fmt: skip
    assert {len(element) for element in pairs} == {2}


def test_a_product_keeps_the_order_it_is_written_in():
    expr = Mul(fraction(exp(z[i]), S), fraction(S - exp(z[i]), S), evaluate=False)
    assert to_latex(Arrange()(expr)) == r"\frac{e^{z_{i}}}{S} \frac{S - e^{z_{i}}}{S}"
