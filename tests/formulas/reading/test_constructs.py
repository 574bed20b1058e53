"""The constructs that the reader understands: an example for each, verified by numbers."""

import numpy as np
import pytest

from ce_cli.errors import InputError
from ce_cli.formulas.reading.claims import Options, read_formula
from tests.formulas.reading.values import LABEL, Numbers, X, Y, Z, softmax

P = softmax(Z)
S = np.exp(Z).sum()
J = np.diag(P) - np.outer(P, P)
LOSS = -(Y * np.log(P)).sum()
FIRST, SECOND = 0, 2  # the values of i and j
sigmoid = 1 / (1 + np.exp(-X))

MEANINGS = [
    # fractions
    (r"\frac{e^{z_i}}{\sum_k e^{z_k}}", P[FIRST]),
    (r"\dfrac{\exp(z_i)}{\sum_k \exp z_k}", P[FIRST]),
    (r"{e^{z_i} \over \sum_k e^{z_k}}", P[FIRST]),
    ("exp(z_i) / sum_k exp(z_k)", P[FIRST]),
    (r"p_i / 2 - \frac12", P[FIRST] / 2 - 0.5),
    # derivatives
    (r"\frac{\partial L}{\partial z_i}", P[FIRST] - Y[FIRST]),
    (r"\frac{\partial}{\partial z_j} \left( p_i \right)", J[FIRST, SECOND]),
    (r"\frac{\partial}{\partial z_j} \log p_i", J[FIRST, SECOND] / P[FIRST]),
    (r"\frac{\partial p_i}{\partial z_j} p_j", J[FIRST, SECOND] * P[SECOND]),
    (r"{\partial p_i \over \partial z_j}", J[FIRST, SECOND]),
    (r"\frac{d p_i}{d z_j}", J[FIRST, SECOND]),
    ("dL/dz_i", P[FIRST] - Y[FIRST]),
    ("d p_i / d z_j", J[FIRST, SECOND]),
    ("d(log p_i)/dz_j", J[FIRST, SECOND] / P[FIRST]),
    ("∂p_i/∂z_j", J[FIRST, SECOND]),
    (r"\partial L / \partial p_i", -Y[FIRST] / P[FIRST]),
    ("dL/(dz_i)", P[FIRST] - Y[FIRST]),
    ("(dp_i)/(dz_j)", J[FIRST, SECOND]),
    ("{dp_i}/{dz_j}", J[FIRST, SECOND]),
    ("[∂p_i]/∂z_j", J[FIRST, SECOND]),
    ("∂p_i/(∂z_j)", J[FIRST, SECOND]),
    (r"\frac{(dp_i)}{{dz_j}}", J[FIRST, SECOND]),
    ("d(p_i)/d(z_j)", J[FIRST, SECOND]),
    ("d/(dz_j) p_i", J[FIRST, SECOND]),
    ("d^2 z_i^2/(dz_i dz_i)", 2),
    ("∂²z_i^2/(∂z_i ∂z_i)", 2),
    (r"\frac{d^2 z_i^2}{d z_i d z_i}", 2),
    (r"\nabla_{z_i} L", P[FIRST] - Y[FIRST]),
    (r"\partial_{z_j} p_i", J[FIRST, SECOND]),
    (r"\nabla_{\mathbf z} L", P[2] - Y[2]),
    (r"\frac{\partial L}{\partial p} \frac{\partial p}{\partial z_i}", P[FIRST] - Y[FIRST]),
    # sums
    (r"\sum_{k=1}^{K} z_k p_k", Z @ P),
    (r"\sum_{k=0}^{C-1} z_k p_k", Z @ P),
    (r"\sum^K_k z_k", Z.sum()),
    (r"\sum_{k \ne i} p_k y_k", P[1:] @ Y[1:]),
    (r"\sum_{k=1, k \neq i}^{K} p_k y_k", P[1:] @ Y[1:]),
    (r"p_i + \sum_{k \ne i}^{}{y_{k}\frac{1}{p_k}}(-p_k \cdot p_i)", P[0] - P[0] * Y[1:].sum()),
    (r"\sum e^{z}", S),
    (r"\sum_j e^{z_j}", S),
    (r"-\sum y \log \hat{y}", LOSS),
    (r"\sum_{c}{y_{c} p_c} \cdot z_c + 1", (Y * P * Z).sum() + 1),
    (r"\sum\limits_k p_k^2 - 1", P @ P - 1),
    ("sum_k exp(z_k)", S),
    ("sum_{k != i} exp(z_k)", np.exp(Z[1:]).sum()),
    ("Σ_k y_k log p_k", -LOSS),
    (r"\sum_{j} \sum_{k} p_j p_k y_k", Y @ P),
    (r"\sum_{i,j} p_i y_j z_j", Y @ Z),
    (r"\sum_{i,j=1}^{C} p_i y_j z_j", Y @ Z),
    (r"\sum_{i, j, i \ne j} p_i y_j", 1 - P @ Y),
    (r"\sum_{k \in \{1, \ldots, C\}} z_k p_k", Z @ P),
    (r"\sum_{k \in \{0, \dots, C-1\}} z_k p_k", Z @ P),
    (r"\sum_{k \in [1, C]} z_k p_k", Z @ P),
    (r"\sum_{k=1}^{K-1} z_k p_k", Z[:2] @ P[:2]),
    (r"z_1 + \sum_{k=2}^{K} z_k p_k", Z[0] + Z[1:] @ P[1:]),
    (r"\sum_k \color{blue}{z_k} \textcolor{red}{p_k}", Z @ P),
    (r"p_1 y_1 + p_2 y_2 + \dots + p_n y_n", P @ Y),
    ("p_0 z_0 + ... + p_{C-1} z_{C-1}", P @ Z),
    # powers, exponentials, logarithms
    ("p_i^2", P[0] ** 2),
    ("p_i²", P[0] ** 2),
    (r"p_i^{2} e^{-z_j}", P[0] ** 2 * np.exp(-Z[2])),
    ("e^z_i", np.exp(Z[0])),
    (r"log\ p_{i} - ln(p_i)", 0.0),
    (r"y_ilog p_i", Y[0] * np.log(P[0])),
    (r"\log \frac{e^{z_i}}{\sum_c e^{z_c}}", np.log(P[0])),
    (r"\exp(z_i - \max(z)) / \sum_k \exp(z_k - \max(z))", P[0]),
    ("log p_y", np.log(P[LABEL])),
    (r"(e^{z_i} + 1)^{-1}", 1 / (np.exp(Z[0]) + 1)),
    (r"\log p_i^2", 2 * np.log(P[0])),
    (r"\log^2 p_i", np.log(P[0]) ** 2),
    # accents, fonts, Unicode
    (r"\hat{y}_i", P[0]),
    (r"\hat{y_i}", P[0]),
    ("ŷ_i", P[0]),
    ("p_i − y_i · 2", P[0] - 2 * Y[0]),
    ("pᵢ yⱼ", P[0] * Y[2]),
    # deltas, indicators, cases
    (r"p_i (\delta_{ij} - p_j)", J[FIRST, SECOND]),
    ("p_i (delta_ij - p_j)", J[FIRST, SECOND]),
    (r"p_i (\delta_ij - p_j)", J[FIRST, SECOND]),
    ("p_i (δ_ij - p_j)", J[FIRST, SECOND]),
    (r"p_i (1\{i = j\} - p_j)", J[FIRST, SECOND]),
    (r"p_i (\mathbb{1}[i = j] - p_j)", J[FIRST, SECOND]),
    (r"p_i (1_{\{i = j\}} - p_j)", J[FIRST, SECOND]),
    ("p_i ([i = j] - p_j)", J[FIRST, SECOND]),
    ("p_i - 1(i = j)", P[0]),
    (r"p_j - [j \ne i]", P[2] - 1),
    (r"\mathbb{L} [j \ne i]", LOSS),
    (r"\begin{cases} p_i(1-p_i) & i = j \\ -p_i p_j & i \ne j \end{cases}", J[FIRST, SECOND]),
    (r"\begin{cases} p_i(1-p_i), & \text{if } i = j \\ -p_i p_j, & \text{otherwise} \end{cases}",
     J[FIRST, SECOND]),
    (r"\left\{ \begin{array}{ll} p_i & i = j \\ p_j & i \neq j \end{array} \right.", P[2]),
    (r"\left{ \begin{aligned} &\ p_i , \ \ j = i, \ &-p_j, \ \ j \neq i. \end{aligned} \right.",
     -P[2]),
    # vectors and matrices, at entry 2 or row 0, column 2
    (r"\mathbf{p} - \mathbf{y}", P[2] - Y[2]),
    (r"diag(p) - p p^T", J[0, 2]),
    (r"\mathrm{diag}(\mathbf p) - \mathbf{p}\mathbf{p}^\top", J[0, 2]),
    (r"\frac{\partial \mathbf p}{\partial \mathbf z}", J[0, 2]),
    (r"(\mathbf{y} - (p^T y)) \odot p", (Y[2] - P @ Y) * P[2]),
    ("(y - p^T y) ⊙ p", (Y[2] - P @ Y) * P[2]),
    (r"y^T \log p", -LOSS),
    (r"\mathrm{softmax}(z)_i", P[0]),
    ("softmax(z)_i", P[0]),
    (r"\operatorname{Softmax}\left(z_{i}\right)", P[0]),
    (r"\begin{bmatrix} z_0 \\ z_1 \\ z_2 \end{bmatrix} - \mathbf p", Z[2] - P[2]),
    (r"\begin{bmatrix} -p_1 \\ \vdots \\ 1 - p_i \\ \vdots \\ -p_K \end{bmatrix} \odot y",
     -P[2] * Y[2]),
    ((r"\begin{bmatrix} p_1 y_1 & 0 & 0 \\ 0 & p_2 & 0 \\ z_1 & 0 & z_3 \end{bmatrix}"
     r" \mathbf{1} \mathbf{p}^T"), P[0] * Y[0] * P[2]),
    (r"\begin{pmatrix} 1 & 2 & z_3 \\ 3 & 4 & 5 \\ 6 & 7 & 8 \end{pmatrix}", Z[2]),
    ((r"\begin{bmatrix} p_1 (1 - p_1) & \cdots & -p_1 p_C \\ \vdots & \ddots & \vdots \\"
     r" -p_C p_1 & \cdots & p_C (1 - p_C) \end{bmatrix}"), J[0, 2]),
    ((r"\begin{bmatrix} \frac{\partial p_1}{\partial z_1} & \frac{\partial p_1}{\partial z_2} &"
     r" \cdots & \frac{\partial p_1}{\partial z_n} \\ \frac{\partial p_2}{\partial z_1} &"
     r" \frac{\partial p_2}{\partial z_2} & \cdots & \frac{\partial p_2}{\partial z_n} \\ \vdots"
     r" & \vdots & \ddots & \vdots \\ \frac{\partial p_n}{\partial z_1} &"
     r" \frac{\partial p_n}{\partial z_2} & \cdots & \frac{\partial p_n}{\partial z_n}"
     r" \end{bmatrix}"), J[0, 2]),
    ((r"\begin{pmatrix} y_1 & \cdots & 0 \\ \vdots & \ddots & \vdots \\ 0 & \cdots & y_K"
     r" \end{pmatrix} \mathbf{1} \mathbf{p}^T"), Y[0] * P[2]),
    (r"\left\{ \begin{matrix} p_i & i = j \\ p_j & i \neq j \end{matrix} \right.", P[2]),
    (r"\mathbf{y} \odot \begin{bmatrix} p_1 \\ p_2 \\ \vdots \\ p_n \end{bmatrix}", Y[2] * P[2]),
    (r"[p_1, p_2, \dots, p_C]^T \odot z", P[2] * Z[2]),
    # entropies, probabilities of events, indices as in code
    ("H(y, p)", LOSS),
    ("H(p)", -P @ np.log(P)),
    (r"p_i + P(y = j | x)", P[0] + P[2]),
    (r"p_i + \Pr(y = j \mid \mathbf{x})", P[0] + P[2]),
    ("p[i] y[j]", P[0] * Y[2]),
    ("log p[y]", np.log(P[LABEL])),
    ("dL/dz[i]", P[0] - Y[0]),
    # sigmoid, primes, layers, spacing
    (r"\sigma(x) (1 - \sigma(x))", sigmoid * (1 - sigmoid)),
    (r"\sigma'(x)", sigmoid * (1 - sigmoid)),
    (r"\sigma^{'}(x)", sigmoid * (1 - sigmoid)),
    (r"\hat y_i^{l+1} - y_i^{l+1}", P[0] - Y[0]),
    (r"\left[ p_i \, \times \; 2 \right]^2", 4 * P[0] ** 2),
    (r"p_i \cdot -y_j", -P[0] * Y[2]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MEANINGS)
def test_every_construct_means_what_numbers_say(text, expected):
    [[link]] = read_formula(f"{text} = {text}").chains
    assert not link.assumptions
    assert link.refusal is None, link.refusal.message
    assert Numbers().value(link.claim.lhs) == pytest.approx(expected, rel=1e-6, abs=1e-8)


CONTEXTS = [
    # a prime is by the variable of the left side
    (r"\frac{\partial a_i}{\partial z_i} = \frac{(e^{z_i})'S - e^{z_i}(S)'}{S^2}", J[0, 0]),
    (r"\frac{\partial a_i}{\partial z_j} = \frac{(e^{z_i})^{\prime} S - e^{z_i}(S)'}{S^2}",
     J[0, 2]),
    (r"p_i = \frac{e^{z_i}}{\Sigma}", P[0]),
    (r"J = -\sum_c y_c \log a_c", LOSS),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CONTEXTS)
def test_a_side_may_depend_on_the_rest_of_the_chain(text, expected):
    define = (r"S = \sum_k e^{z_k}", r"\Sigma = \sum_k e^{z_k}")
    [[link]] = read_formula(text, Options(roles={"a": "probabilities"}, define=define)).chains
    right = link.definitions.unfold(link.claim.rhs) or link.claim.rhs
    total = next(entry.body for entry in link.definitions.entries if str(entry.term) == "S")
    right = right.replace(lambda part: str(part) in {"S", "Σ"}, lambda _: total)
    assert Numbers().value(right) == pytest.approx(expected, rel=1e-6)


CHAINS = [
    (r"a_i &= b_i \\ &= c_i \\ & \\ &= d_i", [4]),
    ("p_i = q_i\n  = r_i\n= s_i", [4]),
    (r"\begin{aligned} p_i &= q_i \\ &= r_i \end{aligned}", [3]),
    (r"\begin{align} p_i &= q_i \\ w_i &= r_i + \\ &\quad s_i \end{align}", [2, 2]),
    ("p_i = q_i\n\nw_i = r_i = s_i", [2, 3]),
    ("p_i = q_i\nw_i = r_i", [2, 2]),
    (r"$$ p_i = q_i $$", [2]),
    (r"\[p_i = q_i.\]", [2]),
    (r"\(p_i = q_i\)", [2]),
    ("\\[\np_i = q_i\n= r_i\n\\]\n\\[ w_i = q_i \\].\n% prose", [3, 2]),
    (r"\sum_c y_c = 1, \ p_i + \sum_{c \ne i} p_c = 1", [2, 2]),
    (r"p_i = q_i \ &= r_i", [3]),
    (r"p_i = q_i \Rightarrow -w_i = r_i = s_i", [2, 3]),
    ("p_i = q_i\n\\implies w_i = r_i", [2, 2]),
    (r"p_i = q_i \\ \Rightarrow \quad w_i = r_i", [2, 2]),
]


@pytest.mark.parametrize(("text", "lengths"), CHAINS)
def test_lines_make_chains(text, lengths):
    roles = {"y": "targets", "a": "constant", "s": "constant"}
    chains = read_formula(text, Options(roles=roles)).chains
    assert [len(chain) + 1 for chain in chains] == lengths


CONDITIONS = [
    ("p_i = p_j, i = j", ["i = j"]),
    (r"p_i = p_j \quad \text{if } i = j", ["i = j"]),
    (r"p_i = p_j \tag{$i \ne j$}", ["i ≠ j"]),
    (r"p_i = p_j \quad (i = j)", ["i = j"]),
    ("p_i = p_j if i != j", ["i ≠ j"]),
    ("p_i = p_j when i = y", ["i = Y"]),
    (r"p_i = p_j \quad \forall i \in 1 \ldots C", []),
    (r"p_i = p_j \quad \forall i, j \in \{1, 2, \dots, C\}", []),
    (r"p_i = p_j \text{ for } i = 1, \dots, K", []),
    (r"p_i = p_j, \quad i \in [1, C]", []),
    ("p_i = p_j, i = 1", ["i = 1"]),
    (r"p_i = p_j \tag{7}", []),
]


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_conditions_stand_beside_an_equation(text, expected):
    [[link]] = read_formula(text).chains
    assert list(map(str, link.assumptions)) == expected


ROLES = [
    ("dL/dz_i = p_i - y_i", {"p": "probabilities", "y": "targets"}),
    (r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}", {"a": "probabilities", "z": "logits"}),
    (r"y_i = \frac{e^{a_i}}{\sum_k e^{a_k}}", {"a": "logits", "y": "probabilities"}),
    (r"\frac{\partial y_i}{\partial z_j} = -y_i y_j", {"y": "probabilities"}),
    (r"\frac{\partial E}{\partial z_i} = a_i - t_i", {"E": "loss", "a": "probabilities"}),
    (r"\log \hat{y}_i = z_i - \log \sum_{k=1}^{n} e^{z_k}", {"n": "classes"}),
    (r"y = \mathrm{softmax}(z)", {"y": "probabilities"}),
    (r"y_i = \mathrm{softmax}(z)_i", {"y": "probabilities"}),
    (r"a = \sigma(z)", {"a": "probabilities", "z": "logits"}),
    (r"L = -\sum_k y_k z_k", {"y": "targets"}),
    (r"P(y = k | x) = \frac{e^{z_k}}{\sum_j e^{z_j}}", {"y": "targets", "z": "logits"}),
]


@pytest.mark.parametrize(("text", "expected"), ROLES)
def test_letters_get_their_roles(text, expected):
    assert expected.items() <= read_formula(text).setting.roles.by_letter.items()


REFUSED = [
    (r"p_i = \le 1", "\\le"),
    ("p_i = sinh(z_i)", "sinh"),
    (r"p_i = \sin z_i", "\\sin"),
    (r"p_i = \(z_i + 1\) 2", "'\\(' inside a formula"),
    ("The loss is L = -log p_y", "prose is not read"),
    ("Now\nL = -log p_y", "prose is not read"),
    ("p_i = (z_i", "'(' is not closed"),
    ("p_i = z_i)", "')' is not understood here"),
    ("p_i = ", "nothing stands beside"),
    ("p_i", "no equation"),
    ("", "no equation"),
    ("y_i = y_j", "is y the targets or the probabilities?"),
    (r"p_i = e^{z_i} / \Sigma", "Σ is not defined"),
    ("p_i = a / b c", "denominator"),
    ("L = 1/2p_i", "denominator"),
    (r"p_i = \log z_i z_j", "where does the argument"),
    (r"p_i = \frac{w_ij}{2}", "where does the subscript end?"),
    ("p_i = (e^{z_i})'", "a derivative by what?"),
    (r"p_i = \frac{\partial z_i}{w}", "∂ is missing"),
    (r"\mathbf p = p_i", "different shapes"),
    (r"p_i = p y", "the product of these two vectors"),
    ("p_i = 1 / 0", "division by zero"),
    ("p_i = p_j ≠ p_k", "is not understood"),
    (r"p_i = \sigma(z_i)", "the softmax or the sigmoid?"),
    ("p_i = |z_i|", "'|'"),
    ("p_i = p_j 9^{9^{9}}", "exponent above 64"),
    ("p_i = z_i^100", "exponent above 64"),
    ("p_i = " + "9" * 41, "more than 40 digits"),
    ("p_i = " + "(" * 70 + "1" + ")" * 70, "nested more than 64"),
    ("p_i = p_\u202ei", "RIGHT-TO-LEFT OVERRIDE"),
    ("p_i = p\x00", "U+0000"),
    (r"p_i = p_0 + \sum_{k=1}^K p_k", "there is no class 0"),
    (r"p_i = \begin{foo} 1 \end{foo}", "foo"),
    (r"p_i = \begin{cases} 1 & i = j", "not closed"),
    ("p_i = __import__('os')", "not understood"),
    (r"\frac{\partial p_i}{\partial z_j} = \max(z)", "a maximum beside derivatives"),
    ("p_i = 3e-2", "a number or a product with e?"),
    ("p_i = p_j^{T}", "a transposed number, or a power?"),
    ("z^{(l)} = z", "is z^l the same as z?"),
    (r"\sum_{i \ne j} p_i p_j = 1", "a sum over i alone, or over j too?"),
    (r"\sum_k p_k + z_k = 1", "does the sum over k end before this?"),
    (r"L = -\sum_k y_k \log p_k + (1 - y_k) \log (1 - p_k)", "does the sum over k end"),
    (r"p_i = 2{p_j + 1} \cdot 1", "these braces do not show"),
    (r"p_i = \frac12 - {p_j + 1}", "these braces do not show"),
    (r"\sum_k {p_k + 1} = 1", "these braces do not show"),
    (r"L = -z_{y_i}", "this subscript is not understood"),
    ("p_i = z_{i+1}", "this index is not understood"),
    (r"L = -\frac{1}{N} \sum_{n=1}^{N} \log p_n", "the number of classes, or of samples?"),
    (r"p_i = q_i \\ r_i", "no equation"),
    (r"p_i = q_i \Rightarrow r_i", "no equation"),
    (r"\sum_{k \in \{1, 3\}} p_k = 1", "the range of a sum is not understood"),
    (r"\partial_i L = p_i", "not a variable"),
    (r"p_i = P(A)P(B \mid C \mid D)", "the probability of what?"),
    (r"\mathbf p = \begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "rows of different lengths"),
    (r"\mathbf p = (p_1, p_1, \dots, p_C)", "what do the dots stand for?"),
    (r"p_1 + 2 p_2 + \dots + p_n = 1", "what do the dots stand for?"),
    ("p_1 + ... = 1", "what do the dots stand for?"),
    ("p_0 + p_1 + .. + p_{C-1} = 1", "ends too early"),
    (r"\partial L/\partial z1 = p_1", "an index, or a factor?"),
    ("p_i = z1", "an index, or a factor?"),
    ("L dz_i = L dz_i", "a differential outside a derivative"),
    ("dL/(z_i) = L/z_i", "a differential outside a derivative"),
    (r"\frac{dL}{z_i} = L/z_i", "a differential outside a derivative"),
    ("(d L) (1/(d z_i)) = L/z_i", "a differential outside a derivative"),
    ("d^2 L/z_i = d^2 L/z_i", "a differential outside a derivative"),
    ("d(" * 20 + "L" + ")" * 20 + " = L", "a differential outside a derivative"),
    (r"\frac{\delta L}{\delta z_i} = L/z_i", "is this a derivative?"),
    ("Δ L/(Δ z_i) = L/z_i", "is this a derivative?"),
    ("∂L/z_i = L", "the '/' of a derivative expected"),
    ("d^2L/dz_i dz_j = L", "what is in the denominator?"),
    ("∂^2L/∂z_i ∂z_j = L", "what is in the denominator?"),
    ("dL/dz1 = p - y", "an index, or a factor?"),
    ("p_i = p_j, i = j, p_j = p_i, j = i, p_i = p_i", "which condition is for which equation?"),
    (r"\mathbf p = \begin{bmatrix} 1 & 2 & 3 \\ 3 & 4 & 5 \end{bmatrix}", "not square"),
    (
        r"\mathbf p = \begin{bmatrix} p_1 & \cdots & 1 \\ 2 & p_2 & 1 \\ 1 & 1 & 1 \end{bmatrix}",
        "what do the dots stand for?",
    ),
    (
        (
            r"\mathbf p = \begin{bmatrix} p_1 & p_1 & \cdots & p_C \\ p_1 & p_2 & \cdots & p_C \\"
            r" \vdots & \vdots & \ddots & \vdots \\ p_1 & p_1 & \cdots & p_C \end{bmatrix}"
        ),
        "what do the dots stand for?",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_refusal_names_the_problem(text, message):
    assert any(message in refusal for refusal in refusals(text))


def refusals(text):
    """Return the refusals of a text that is not understood at all."""
    try:
        links = [link for chain in read_formula(text).chains for link in chain]
    except InputError as error:
        return [str(error)]
    assert all(link.refusal for link in links), text
    return [str(link.refusal.as_error(text)) for link in links]


def test_a_refused_sum_leaves_the_other_sides_alone():
    [chain] = read_formula(r"p_i = \sum_k p_k \sigma(z_k) = p_k = p_k").chains
    assert [link.refusal is None for link in chain] == [False, False, True]
    assert str(chain[-1].claim) == "p[k] = p[k]"


def test_a_refusal_points_at_the_place_in_the_file():
    text = "p_i = q_i\n    = r_i + \\foo"
    link = read_formula(text, Options(place="steps.tex")).chains[0][1]
    assert str(link.refusal.as_error(text, "steps.tex")) == (
        "steps.tex:2:13: the command \\foo is not understood\n"
        "      = r_i + \\foo\n"
        "              ^^^^"
    )
