"""Letters and words: names, functions, indicators, δ, e^x."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as Rational
from itertools import pairwise
from typing import TYPE_CHECKING

from ce_cli.formulas.reading.cursor import closing, span_of, split
from ce_cli.formulas.reading.indices import conditions_in, is_condition, read_script
from ce_cli.formulas.reading.letters import FONTS
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.tree import (
    Array,
    Call,
    Chance,
    Delta,
    Derivative,
    Entry,
    Name,
    Node,
    Number,
    Power,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ce_cli.formulas.reading.tokens import Token
    from ce_cli.formulas.reading.tree import Span


from ce_cli.formulas.reading.grammar import FUNCTION_LETTERS, Grammar, indicators

LOSS_LETTERS = frozenset({"L", "J", "E", "ℓ", "𝕃", "ℒ", "loss"})
_INDICATOR_LETTERS = frozenset({"𝟙", "I"})


class FunctionParser(Grammar):
    """Reads what starts with a letter, a word or a number."""

    def number(self) -> Node:
        """Read a number, or an indicator that starts with 1."""
        token = self.take()
        if token.text == "1" and (indicator := self._indicator(token.span)):
            return indicator
        return Number(token.span, Rational(token.text))

    def _indicator(self, start: Span) -> Node | None:
        """Read {i = j}, [i = j] or _{i = j} behind a 1."""
        if self.kind == "_" and self.ahead().kind == "{":
            begin = self.at + 1
        elif self.kind in {"\\{", "[", "(", "{"}:
            begin = self.at
        else:
            return None
        end = closing(self.tokens, begin)
        inside = [part for part in self.tokens[begin + 1 : end] if part.kind not in {"\\{", "\\}"}]
        if not is_condition(inside):
            return None
        self.at = end + 1
        return indicators(conditions_in(inside), (start[0], self.tokens[end].span[1]))

    def letter(self) -> Node:
        """Read what starts with a letter: a name, e^x, dL/dz, δ_ij, σ(x), f(x)."""
        token = self.take()
        if token.text == "d" and (differential := self.differential()):
            return differential
        if token.text == "e" and self.kind == "^":
            return self._exponential(token)
        if token.text == "Σ" and self._is_sum_sign(token):
            return self.sum(token)
        return self._special(token) or self._plain_letter(token)

    def _special(self, token: Token) -> Node | None:
        """Read δ_ij or an indicator, if that is what the letter starts."""
        if token.text in {"δ", "I"} and self.kind == "_" and (delta := self._delta(token)):
            return delta
        if token.text in {"P", "p"} and self.kind == "(":
            return self._chance(token)
        if token.text == "H" and self.kind == "(":
            return self._tried(lambda: self._entropy(token))
        return self._indicator(token.span) if token.text in _INDICATOR_LETTERS else None

    def _plain_letter(self, token: Token) -> Node:
        if token.text in FUNCTION_LETTERS:
            if self._is_called() and not self._holds(token.text):
                return self._function_letter(token)
            if power := self._power_of_call(token):
                return power
        if token.text in LOSS_LETTERS and self.kind == "(":
            return self._tried(lambda: self._loss_of(token)) or Name(token.span, token.text)
        return Name(token.span, token.text)

    def _tried(self, read: Callable[[], Node]) -> Node | None:
        """Return what ``read`` returns, or go back if it refuses."""
        at, depth = self.at, self.depth
        try:
            return read()
        except Refusal:
            self.at, self.depth = at, depth
            return None

    def _exponential(self, token: Token) -> Node:
        self.take()
        if self.plain or self.kind == "{":
            exponent = self.signed_factor() if self.kind != "{" else None
        else:
            exponent = None
        if exponent is None:
            inside = self.group()
            exponent = self.inner(inside, token.span)
        if self.kind == "^":
            raise Refusal("a second exponent", self.next.span)
        return Call((token.span[0], exponent.span[1]), "exp", (exponent,))

    def _delta(self, token: Token) -> Node | None:
        """Read δ with two indices; with one it is a name like any other."""
        at = self.at
        self.take()
        indices, label = read_script(self, wants=2)
        if label or len(indices) != 2:
            self.at = at
            return None
        return Delta((token.span[0], self.tokens[self.at - 1].span[1]), *indices)

    def _chance(self, token: Token) -> Node | None:
        """Read P(y = k | x); a small p in front of another bracket is a factor."""
        start = self.at
        end = closing(self.tokens, start)
        event, *given = split(self.tokens[start + 1 : end], {"|"})
        if token.text == "p" and not given and not is_condition(event):
            return None
        self.at = end + 1
        span = (token.span[0], self.tokens[end].span[1])
        if len(given) > 1 or not event:
            raise Refusal("the probability of what?", span)
        told = "".join(part.text for side in given for part in side)
        if is_condition(event) and len(conditions_in(event)) == 1:
            return Chance(span, conditions_in(event)[0], told)
        named = self.inner(event, span)
        if not isinstance(named, Name):
            raise Refusal("the probability of what?", named.span)
        return Chance(span, named, told)

    def _entropy(self, token: Token) -> Node:
        """Read H(y, p), the cross-entropy, and H(p), the entropy."""
        arguments = self.arguments()
        span = (token.span[0], self.tokens[self.at - 1].span[1])
        if len(arguments) > 2 or not all(
            isinstance(each, Name) and not each.indices for each in arguments
        ):
            raise Refusal("an entropy of what?", span)
        return Call(span, "H", arguments)

    def _is_sum_sign(self, token: Token) -> bool:
        r"""Say whether the letter Σ (not ``\Sigma``) is a sum: it has an index or a body."""
        written_out = token.span[1] - token.span[0] > 1
        return not written_out and self.kind in set(self.starts) - {"(", "["} | {"_"}

    def _is_called(self) -> bool:
        at = self.at
        while at < len(self.tokens) and self.tokens[at].kind in {"'", "^", "{", "}"}:
            at += 1
        primes = [part.kind for part in self.tokens[self.at : at]]
        is_primed = at > self.at and "'" in primes
        return self.kind == "(" or (is_primed and self.ahead(at - self.at).kind == "(")

    def _holds(self, letter: str) -> bool:
        """Say whether a bracket holds a letter that is not called there: σ(1 - σ) is a product."""
        if self.kind != "(":
            return False
        inside = self.tokens[self.at : closing(self.tokens, self.at) + 1]
        return any(
            part.text == letter and after.kind not in {"(", "'"} for part, after in pairwise(inside)
        )

    def _function_letter(self, token: Token) -> Node:
        primes = 0
        while self.kind != "(":
            primes += self.take().kind == "'"
        node: Node = Call(token.span, token.text, self.arguments())
        node = replace(node, span=(token.span[0], self.tokens[self.at - 1].span[1]))
        for _ in range(primes):
            node = Derivative(node.span, node, _argument_of(node))
        return node

    def _power_of_call(self, token: Token) -> Node | None:
        r"""Read \sigma^2(z) as the square of \sigma(z)."""
        at = self.at
        if self.kind != "^":
            return None
        self.take()
        exponent = self.group()
        if exponent[:1] and exponent[-1].kind == "-" and self.kind == "number":
            exponent.append(self.take())  # plain text needs no braces
        if self.kind != "(" or self._holds(token.text) or not _is_whole(exponent):
            self.at = at
            return None
        if exponent[0].kind == "-":
            raise Refusal("an inverse function, or a power of it?", span_of(exponent, token.span),
                          "for a power, put the function in brackets")  # fmt: skip
        called = self._function_letter(token)
        return Power(called.span, called, self.inner(exponent, token.span))

    def _loss_of(self, token: Token) -> Node:
        """Read L(y, ŷ) or L(p_y), which says no more than L."""
        for argument in self.arguments():
            if not isinstance(argument, Name):
                raise Refusal("not the arguments of a loss", argument.span)
        return Name((token.span[0], self.tokens[self.at - 1].span[1]), token.text)

    def label(self) -> Node:
        """Read an upright word as the name of an unknown."""
        token = self.take()
        return Name(token.span, token.text)

    def arguments(self) -> tuple[Node, ...]:
        """Read the arguments of a function in brackets."""
        start = self.at
        if self.kind not in {"(", "[", "{"}:
            raise self.unexpected("'(' expected")
        self.at = closing(self.tokens, start) + 1
        inside = self.tokens[start + 1 : self.at - 1]
        span = self.tokens[start].span
        if any(part.kind == "dots" for part in inside):
            return (self.listed(inside, span),)
        return tuple(self.inner(part, span) for part in split(inside, {","}))

    def word(self) -> Node:
        """Read a function that has a name: log, exp, softmax, max ..."""
        token = self.take()
        if token.text in {"log", "exp"}:
            return self._log_or_exp(token)
        indices: tuple[Node, ...] = ()
        if self.kind == "_":
            self.take()
            indices, label = read_script(self, wants=0)
            if label:
                raise Refusal("this subscript is not understood", token.span)
        arguments = self._max_of(indices) if token.text == "max" else self.arguments()
        span = (token.span[0], self.tokens[self.at - 1].span[1])
        node = Call(span, token.text, arguments)
        return Entry(span, node, indices) if indices and token.text != "max" else node

    def _max_of(self, indices: tuple[Node, ...]) -> tuple[Node, ...]:
        arguments = self.arguments() if self.kind in {"(", "\\{"} else (self.factor(),)
        (argument,) = arguments if len(arguments) == 1 else (None,)
        if indices and isinstance(argument, Name):
            letters = [index.letter for index in argument.indices if isinstance(index, Name)]
            if letters == [index.letter for index in indices if isinstance(index, Name)]:
                return (replace(argument, indices=()),)
        if indices or not isinstance(argument, Name | Array):
            raise Refusal("a maximum of what?", self.tokens[self.at - 1].span,
                          "write max(z) or max_k z_k")  # fmt: skip
        return arguments

    def _log_or_exp(self, token: Token) -> Node:
        power = None
        if self.kind == "^":
            self.take()
            power = self.inner(self.group(), token.span)
        if self.kind == "_":
            raise Refusal("logarithms are natural here", self.next.span)
        bracketed = self.kind in {"(", "[", "{"}
        argument = self.signed_factor() if not bracketed else self._bracket()
        argument = self.applied(argument)
        if self.kind in {"^", "'", "_"} and bracketed and token.text == "log":
            raise Refusal("a power of the logarithm or of its argument?", self.next.span,
                          "put one of them in brackets")  # fmt: skip
        if not bracketed and self.kind in {*self.starts, "/"} - {"[", "text"}:
            self._refuse_long_argument(token, argument)
        span = (token.span[0], argument.span[1])
        node: Node = Call(span, token.text, (argument,))
        return node if power is None else Power(span, node, power)

    def _refuse_long_argument(self, token: Token, argument: Node) -> None:
        r"""Refuse ``\log a b`` and ``\log a / b``, but not ``\log a / \log 2``.

        A following bracket, fraction, function or sum is a new factor.
        """
        divided = self.ahead()
        divides = (token.text, self.kind) == ("log", "/") and not (
            divided.kind == "∂" or divided.text in {"log", "d"}
        )
        if isinstance(argument, Number) or divides or self.kind in {"letter", "number"}:
            raise Refusal(f"where does the argument of {token.text} end?", self.next.span,
                          "put it in brackets")  # fmt: skip

    def _bracket(self) -> Node:
        return self.primary()

    def font(self) -> Node:
        r"""Read \mathbb{L} and \mathcal{L}."""
        token = self.take()
        inside = self.group()
        letter = FONTS.get((token.text, "".join(part.text for part in inside)))
        if letter is None:
            raise Refusal("this letter is not understood", token.span)
        if letter in LOSS_LETTERS and self.kind == "(":
            token = token._replace(text=letter)
            return self._tried(lambda: self._loss_of(token)) or Name(token.span, letter)
        return self._indicator(token.span) or Name(token.span, letter)

    def one(self) -> Node:
        """Read an indicator sign."""
        token = self.take()
        indicator = self._indicator(token.span)
        if indicator is None:
            raise Refusal("an indicator of what?", token.span)
        return indicator


def _is_whole(exponent: Sequence[Token]) -> bool:
    """Say whether an exponent is a whole number: 2 or -1."""
    return [token.kind for token in exponent] in (["number"], ["-", "number"])


def _argument_of(node: Node) -> tuple[Node, ...]:
    """Return the variable of f'(x): the argument, which must be a plain name."""
    if isinstance(node, Derivative):
        return node.by
    if isinstance(node, Call) and len(node.arguments) == 1 and isinstance(node.arguments[0], Name):
        return node.arguments
    raise Refusal("the derivative of a function at what is not a variable", node.span)
