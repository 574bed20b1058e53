"""The value of every side of the posts' equations, read off the page by a person.

A side is a formula of a ``Point`` in Python; ``None`` stands for a side that has no meaning as it
is written, ``...`` for one whose value nobody knows. The key is the post and the line.
"""

import numpy as np

from tests.formulas.reading.values import Numbers, softmax

POINTS = [
    # logits, targets, the values of i, j, k
    ([0.3, -0.7, 1.1], [0.2, 0.5, 0.4], (0, 2, 1)),
    ([0.9, 0.1, -0.4], [0.6, -0.3, 0.5], (1, 1, 0)),
    ([-0.2, 0.8, 0.5], [0.0, 1.0, 0.0], (2, 0, 2)),
]
W, INPUT, X, CONSTANT, CHANCE, BINARY = (
    np.array([[0.5, -0.2, 0.1], [0.3, 0.7, -0.6]]), np.array([1.5, -0.8]), 0.4, 1.7, 0.3, 0.35,
)  # fmt: skip


class Point:
    """The quantities of the subject at one point; ``D`` is the softmax Jacobian."""

    def __init__(self, z, y, at):
        self.z, self.y = np.array(z), np.array(y)
        self.i, self.j, self.k = at
        self.e = np.exp(self.z)
        self.S = self.e.sum()
        self.p = softmax(self.z)
        self.D = np.diag(self.p) - np.outer(self.p, self.p)
        self.L = -(self.y * np.log(self.p)).sum()
        self.G = self.p * self.y.sum() - self.y
        self.sigmoid = 1 / (1 + np.exp(-X))

    def but(self, i):
        """Return the classes other than i."""
        return [c for c in range(3) if c != i]

    def indices(self):
        named = {"i": self.i, "j": self.j, "k": self.k, "entry": self.i}
        return {**named, "c": 0, "Y": 1}


def g(x):
    return x**2


def h(x):
    return 1 + x**3


class PostNumbers(Numbers):
    """Values of the letters in a post: their meanings were read off the page."""

    def letter(self, name):
        if name in self.over:
            return self.over[name]
        kind = self.over["kinds"].get(name, name)
        if kind == "z" and "b" in self.over:
            return W.T @ INPUT + self.over["b"]
        if kind == "p":
            return softmax(self._first("z"))
        if kind == "L":
            return -(self._first("y") * np.log(self._first("p"))).sum()
        if kind == "loss":
            return -np.log(self._first("p"))
        if kind == "S":
            return np.exp(self._first("z")).sum()
        known = {"z": "logits", "y": "targets", "max": "largest"}
        return self.over[known[kind]]

    def _first(self, kind):
        """Return the value of the letter of a kind, a moved one first."""
        letters = [name for name, other in self.over["kinds"].items() if other == kind]
        return self.letter(next((name for name in letters if name in self.over), letters[0]))


KINDS = {
    "000": {"z": "z", "a": "p", "ŷ": "p", "y": "y", "J": "L"},
    "001": {"z": "z", "p": "p", "y": "y", "L": "L", "loss": "loss", "D": "max", "max z": "max"},
    "002": {"a": "z", "y": "p", "t": "y", "J_CE": "L", "l_CE": "L", "Σ": "S", "max a": "max"},
    "003": {"z": "z", "a": "p", "y": "y", "E": "L", "Σ": "S"},
    "004": {"z": "z", "p": "p", "ŷ": "p", "y": "y", "𝕃": "L", "loss": "loss"},
}
OUTPUT_IS_Y = {("001", 159), ("001", 169), ("001", 205), ("004", 24), ("004", 27)}
"""Equations in which y is still the softmax."""


def numbers(post, line, v):
    """Return the evaluator of an equation at a point."""
    kinds = {**KINDS[post], **({"y": "p"} if (post, line) in OUTPUT_IS_Y else {})}
    over = {"logits": v.z, "targets": v.y, "largest": v.z.max(), "x": X, "kinds": kinds,
            "P(A|x)": CHANCE, "E": CONSTANT}  # fmt: skip
    if post == "003":
        del over["E"]
    if (post, line) == ("003", 35):
        over |= {"b": v.z - W.T @ INPUT, "w": W, "a^l": INPUT}
    if (post, line) == ("004", 7):
        over |= {"y": 0.25, "ŷ": BINARY, "𝕃": -0.25 * np.log(0.35) - 0.75 * np.log(0.65)}
    if post == "002":
        over |= {"f": lambda x: g(x) / h(x), "g": g, "h": h}
    return PostNumbers(3, v.indices(), **over)


def jacobian_row(v):
    return v.D[v.i, v.j]


def quotient_rule(v):
    """By z_j, as the left side says."""
    return ((v.i == v.j) * v.e[v.i] * v.S - v.e[v.i] * v.e[v.j]) / v.S**2


def loss(v):
    return v.L


def minus_log(v):
    return -np.log(v.p[v.i])


def gradient(v):
    return v.G[v.i]


def sum_with_jacobian(v):
    return -sum(v.y[c] / v.p[c] * v.D[c, v.i] for c in range(3))


def pulled_apart(v):
    others = sum(v.y[c] * v.p[v.i] for c in v.but(v.i))
    return -v.y[v.i] * (1 - v.p[v.i]) + others


def pushed_together(v):
    others = sum(v.y[c] for c in v.but(v.i))
    return v.p[v.i] * (v.y[v.i] + others) - v.y[v.i]


def p_minus_y(v):
    return v.p[v.i] - v.y[v.i]


def softmax_of_i(v):
    return v.e[v.i] / v.S


def slope(_):
    return np.exp(-X) / (1 + np.exp(-X)) ** 2


def one(_):
    return 1.0


SIDES = {
    ("000", 8): [lambda v: v.p[v.j], lambda v: v.e[v.j] / (v.e[0] + v.e[1] + v.e[2])],
    ("000", 12): [loss, lambda v: -sum(v.y[j] * np.log(v.p[j]) for j in range(3))],
    ("000", 18): [loss, lambda v: -v.y[v.j] * np.log(v.p[v.j])],
    ("000", 20): [gradient, lambda v: -v.y[v.j] / v.p[v.j] * v.D[v.j, v.i]],
    ("000", 23): [lambda v: -v.y[v.j] / v.p[v.j]] * 2,
    ("000", 26): [lambda v: v.p[v.j], softmax_of_i],
    ("000", 28): [
        lambda v: v.D[v.j, v.i],
        lambda v: (v.e[v.i] * v.S - v.e[v.i] * v.e[v.i]) / v.S**2,
        None,
        lambda v: v.p[v.i] - v.p[v.i] * v.p[v.j],
        lambda v: v.p[v.i] * (1 - v.p[v.j]),
    ],
    ("000", 38): [
        lambda v: v.D[v.j, v.i],
        lambda v: (v.e[v.i] * v.S - v.e[v.i] * v.e[v.i]) / v.S**2,
        *[lambda v: -v.p[v.i] * v.p[v.j]] * 4,
    ],
    ("000", 51): [gradient, lambda v: v.y[v.j] * v.p[v.i], lambda v: v.p[v.i]],
    ("000", 53): [
        gradient,
        lambda v: -v.y[v.j] / v.p[v.j] * (v.p[v.i] - v.p[v.i] * v.p[v.j]),
        lambda v: -1 / v.p[v.j] * (v.p[v.i] - v.p[v.i] * v.p[v.j]),
        lambda v: v.p[v.i] - 1,
    ],
    ("000", 62): [lambda v: v.z[v.i], lambda v: v.z[v.i] - v.p[v.i]],
    ("000", 64): [lambda v: v.z[v.i], lambda v: v.z[v.i] - (v.p[v.i] - 1)],
    ("001", 7): [one, one],
    ("001", 42): [lambda v: v.p[v.i], softmax_of_i],
    ("001", 88): [lambda v: v.z.max()] * 2,
    ("001", 159): [..., one, ..., lambda _: 2.0],
    ("001", 167): [lambda v: v.p[v.i], softmax_of_i],
    ("001", 169): [lambda v: v.p[0], lambda v: v.e[0] / (v.e[0] + v.e[1] + v.e[2])],
    ("001", 173): [jacobian_row, quotient_rule],
    ("001", 177): [jacobian_row, lambda v: (v.e[v.i] * v.S - v.e[v.i] * v.e[v.j]) / v.S**2],
    ("001", 181): [jacobian_row, lambda v: v.e[v.i] * (v.S - v.e[v.j]) / v.S**2],
    ("001", 185): [jacobian_row, lambda v: v.e[v.i] / v.S * (v.S - v.e[v.j]) / v.S],
    ("001", 187): [lambda v: v.p[v.i], lambda v: v.p[v.j]],
    ("001", 195): [jacobian_row, lambda v: (0 - v.e[v.j] * v.e[v.i]) / v.S**2],
    ("001", 199): [jacobian_row, lambda v: -v.e[v.j] / v.S * v.e[v.i] / v.S],
    ("001", 205): [
        jacobian_row,
        lambda v: v.p[v.i] * (1 - v.p[v.j]) if v.i == v.j else -v.p[v.j] * v.p[v.i],
    ],
    ("001", 211): [lambda v: v.p[v.i], lambda v: v.p[v.i], softmax_of_i],
    ("001", 215): [lambda v: np.log(v.p[v.i]), lambda v: np.log(v.e[v.i] / v.S)],
    ("001", 219): [minus_log, minus_log, lambda v: -np.log(v.e[v.i] / v.S)],
    ("001", 223): [minus_log, minus_log, lambda v: -(v.z[v.i] - np.log(v.S))],
    ("001", 229): [loss, lambda v: -sum(v.y[c] * np.log(v.p[c]) for c in range(3))],
    ("001", 235): [loss, lambda v: -sum(v.y[c] * np.log(v.p[c]) for c in range(3)), None],
    ("001", 237): [
        loss, lambda v: -np.log(v.p[0]),
        lambda v: -np.log(v.p[0]), lambda v: -np.log(v.e[0] / v.S),
        lambda v: -(v.z[0] - np.log(v.S)), lambda v: -np.log(v.p[0]), loss,
    ],
    ("001", 241): [gradient, lambda v: -v.y.sum() * v.D[v.k, v.i] / v.p[v.k]],
    ("001", 245): [gradient, sum_with_jacobian, sum_with_jacobian],
    ("001", 247): [gradient, sum_with_jacobian],
    ("001", 251): [gradient, pulled_apart],
    ("001", 255): [gradient, pulled_apart, pulled_apart],
    ("001", 259): [gradient, pushed_together],
    ("001", 263): [lambda v: v.y.sum(), one, lambda v: v.y.sum(), one],
    ("001", 267): [gradient, p_minus_y],
    ("002", 14): [lambda v: v.p[v.i], softmax_of_i],
    ("002", 23): [jacobian_row, jacobian_row],
    ("002", 27): [lambda _: g(X) / h(X)] * 2,
    ("002", 31): [lambda _: (2 * X * h(X) - g(X) * 3 * X**2) / h(X) ** 2] * 2,
    ("002", 48): [
        jacobian_row, jacobian_row,
        lambda v: (v.e[v.i] * v.S - v.e[v.i] * v.e[v.j]) / v.S**2,
        lambda v: v.e[v.i] / v.S * (v.S - v.e[v.j]) / v.S,
        lambda v: v.p[v.i] * (1 - v.p[v.j]),
    ],
    ("002", 52): [jacobian_row, jacobian_row, *[lambda v: -v.p[v.i] * v.p[v.j]] * 3],
    ("002", 60): [lambda v: v.p[v.i], *[softmax_of_i] * 3],
    ("002", 64): [lambda _: np.log(CONSTANT), lambda v: -v.z.max()],
    ("002", 70): [loss, loss],
    ("002", 78): [lambda v: v.G[v.j],
                  *[lambda v: -sum(v.y[c] / v.p[c] * v.D[c, v.j] for c in range(3))] * 3],
    ("003", 9): [
        lambda v: v.p[v.j], lambda v: v.e[v.j] / v.S,
        lambda v: v.D[v.j, v.j], lambda v: v.e[v.j] * (v.S - v.e[v.j]) / v.S**2,
        lambda v: v.p[v.j] * (1 - v.p[v.j]),
        lambda v: v.D[v.k, v.j], lambda v: -v.e[v.k] * v.e[v.j] / v.S**2,
        lambda v: -v.p[v.j] * v.p[v.k],
    ],
    ("003", 16): [
        lambda v: v.D[v.i, v.k], lambda v: v.D[v.i, v.k],
        lambda v: ((1 - v.p[v.k]) if v.i == v.k else -v.p[v.i]) * v.p[v.k],
        lambda v: ((v.i == v.k) - v.p[v.i]) * v.p[v.k],
    ],
    ("003", 20): [
        lambda v: v.G[v.k], lambda v: sum(-v.y[m] / v.p[m] * v.D[m, v.k] for m in range(3)),
        lambda v: (-v.y[v.k] / v.p[v.k] + v.y.sum()) * v.p[v.k],
        gradient, sum_with_jacobian, lambda v: (-v.y[v.i] / v.p[v.i] + v.y.sum()) * v.p[v.i],
    ],
    ("003", 31): [loss, loss, *[lambda v: -v.y[v.j] / v.p[v.j]] * 3],
    ("003", 35): [
        *[lambda v: v.G[v.j]] * 3,
        lambda v: -v.y[v.j] * (1 - v.p[v.j]) + sum(v.y[k] * v.p[v.j] for k in v.but(v.j)),
        lambda v: -v.y[v.j] + v.y[v.j] * v.p[v.j] + sum(v.y[k] * v.p[v.j] for k in v.but(v.j)),
        lambda v: v.p[v.j] - v.y[v.j],
        lambda v: v.G[v.j] * INPUT[v.i], None, lambda v: (v.p[v.j] - v.y[v.j]) * INPUT[v.i],
    ],
    ("004", 4): [lambda v: v.sigmoid] * 2,
    ("004", 7): [lambda _: -(0.25 * np.log(0.35) + 0.75 * np.log(1 - 0.35))] * 2,
    ("004", 9): [slope] * 8,
    ("004", 15): [lambda v: v.p[v.i], lambda v: v.p[v.i], softmax_of_i],
    ("004", 18): [
        jacobian_row, quotient_rule,
        lambda v: (v.e[v.i] * v.S - v.e[v.i] * v.e[v.j]) / v.S**2,
        lambda v: v.e[v.i] / v.S * (v.S - v.e[v.j]) / v.S,
        lambda v: v.p[v.i] * (1 - v.p[v.j]),
    ],
    ("004", 21): [jacobian_row, quotient_rule, *[lambda v: -v.p[v.i] * v.p[v.j]] * 3],
    ("004", 24): [
        jacobian_row,
        lambda v: v.p[v.i] * (1 - v.p[v.j]) if v.j == v.i else -v.p[v.j] * v.p[v.j],
    ],
    ("004", 27): [jacobian_row, lambda v: v.p[v.i] * (v.i == v.j) - v.p[v.i] * v.p[v.j]],
    ("004", 38): [loss, loss, loss],
    ("004", 49): [lambda v: -np.log(v.p[1])] * 2,
    ("004", 51): [loss, loss, *[lambda v: -np.log(v.p[1])] * 3],
    ("004", 53): [
        gradient, sum_with_jacobian, sum_with_jacobian, pulled_apart, pushed_together, p_minus_y,
        lambda v: v.y.sum(), one,
    ],
}  # fmt: skip
