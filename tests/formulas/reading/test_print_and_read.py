"""Print → read: a random tree, written as LaTeX and as plain text, is worth the same."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ce_cli.formulas.reading.claims import read_formula
from ce_cli.formulas.reading.limits import NESTED_SUMS
from tests.formulas.reading.values import Numbers

letters = st.sampled_from(["i", "j", "k"])
pairs = st.permutations(["i", "j", "k"]).map(lambda names: tuple(names[:2]))
atoms = st.one_of(
    st.tuples(st.just("name"), st.sampled_from("zpy"), letters),
    st.tuples(st.just("number"), st.integers(1, 12)),
    st.tuples(st.just("delta"), letters, letters),
)


def _apart(indices, inner):
    """Return a sum over i ≠ j, whose reader demands an i: no other number here cancels 13 z_i."""
    first = ("times", ("number", 13), ("name", "z", indices[0]))
    return ("apart", indices, ("add", first, inner))


def _compound(inner):
    return st.one_of(
        st.tuples(st.sampled_from(["add", "subtract", "times", "over"]), inner, inner),
        st.tuples(st.just("negative"), inner),
        st.tuples(st.just("exp"), inner),
        st.tuples(st.just("sum"), letters, inner),
        st.tuples(st.sampled_from(["square", "inverse", "log"]), inner),
        st.tuples(st.just("cases"), inner, letters, letters, inner),
        st.tuples(st.just("double"), pairs, inner),
        st.builds(_apart, pairs, inner),
    )


trees = st.recursive(atoms, _compound, max_leaves=8)
NUMBERS = Numbers()
LATEX = {
    "name": "{}_{{{}}}", "number": "{}", "delta": r"\delta_{{{}{}}}", "add": "({} + {})",
    "subtract": r"\left({} - {}\right)", "times": r"{} \cdot {}", "over": r"\frac{{{}}}{{{}}}",
    "negative": "(-{})", "exp": "e^{{{}}}", "square": "({})^2",
    "sum": r"(\sum_{{{}=1}}^{{C}}{{{}}})", "inverse": "({})^{{-1}}",
    "log": r"\log\left(({})^2 + 1\right)", "double": r"(\sum_{{{0}, {1}}} {2})",
    "apart": r"(\sum_{{{0} \ne {1}}}^{{}}{2})",
    "cases": r"(\begin{{cases}} {} & {} = {} \\ {} & \text{{otherwise}} \end{{cases}})",
}  # fmt: skip
PLAIN = {
    "name": "{}_{}", "number": "{}", "delta": "delta_{}{}", "add": "({} + {})",
    "subtract": "({} − {})", "times": "({}) ({})", "over": "({})/({})", "negative": "(-{})",
    "exp": "exp({})", "square": "({})²", "sum": "(sum_{} {})", "inverse": "({})⁻¹",
    "log": "log(({})^2 + 1)", "double": "(sum_{{{0},{1}}} {2})",
    "apart": "(sum_{{{0} != {1}}} {2})",
    "cases": "(({0}) [{1}={2}] + ({3}) [{1} != {2}])",
}  # fmt: skip


def written(tree, style):
    kind, *parts = tree
    if kind in {"double", "apart"}:
        parts = [*parts[0], parts[1]]
    texts = [written(part, style) if isinstance(part, tuple) else part for part in parts]
    return style[kind].format(*texts)


def worth(tree, numbers, at):
    """Return the value of a random tree, straight from its structure."""
    kind, *parts = tree
    if kind == "sum":
        return sum(worth(parts[1], numbers, {**at, parts[0]: value}) for value in range(3))
    if kind == "double":
        (one, other), inner = parts
        places = [(a, b) for a in range(3) for b in range(3)]
        return sum(worth(inner, numbers, {**at, one: a, other: b}) for a, b in places)
    if kind == "apart":
        (one, other), inner = parts
        return sum(worth(inner, numbers, {**at, one: a}) for a in range(3) if a != at[other])
    if kind == "cases":
        first, other = worth(parts[0], numbers, at), worth(parts[3], numbers, at)
        return first if at[parts[1]] == at[parts[2]] else other
    if kind == "name":
        return float(numbers.letter(parts[0])[at[parts[1]]])
    if kind == "delta":
        return float(at[parts[0]] == at[parts[1]])
    if kind == "number":
        return float(parts[0])
    values = [worth(part, numbers, at) for part in parts]
    return {
        "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "times": lambda a, b: a * b,
        "over": lambda a, b: a / b, "negative": lambda a: -a, "square": lambda a: a * a,
        "exp": lambda a: 2.718281828459045**a, "inverse": lambda a: 1 / a,
        "log": lambda a: math.log(a * a + 1),
    }[kind](*values)  # fmt: skip


def nested_sums(tree):
    kind, *parts = tree
    own = {"sum": 1, "double": 2, "apart": 1}.get(kind, 0)
    return own + max((nested_sums(part) for part in parts if isinstance(part, tuple)), default=0)


def has_a_value(tree):
    """Say whether a tree is small enough to be read, and no part of it has no value."""
    try:
        return nested_sums(tree) <= NESTED_SUMS and math.isfinite(
            worth(tree, NUMBERS, NUMBERS.indices)
        )
    except (ZeroDivisionError, OverflowError):
        return False


@pytest.mark.parametrize("style", [LATEX, PLAIN], ids=["LaTeX", "plain"])
@settings(max_examples=120)
@given(tree=trees.filter(has_a_value))
def test_what_is_printed_reads_back_as_the_same(style, tree):
    [[link]] = read_formula(f"z_i p_j y_k = {written(tree, style)}").chains
    assert link.refusal is None
    expected = worth(tree, NUMBERS, NUMBERS.indices)
    assert NUMBERS.value(link.claim.rhs) == pytest.approx(expected, rel=1e-6, abs=1e-9)
