"""From letters, their indices, conditions on indices and the ranges of sums to SymPy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import combining

from sympy import E, Expr, IndexedBase, Integer, KroneckerDelta, Symbol

from ce_cli.formulas.reading import roles as r
from ce_cli.formulas.reading import tree as t
from ce_cli.formulas.reading.indices import is_index_letter
from ce_cli.formulas.reading.tokens import Refusal
from ce_cli.formulas.reading.vectors import Value, Vector
from ce_cli.formulas.reading.vocabulary import LOSS_WORDS
from ce_cli.symbolic.kernel.claims import Distinct, Equal
from ce_cli.symbolic.notation import C, M, Y

if TYPE_CHECKING:
    from collections.abc import Callable

    from ce_cli.formulas.reading.meaning import Meaning
    from ce_cli.formulas.reading.setting import Setting
    from ce_cli.formulas.reading.tree import Node, Span


def name_value(meaning: Meaning, node: t.Name) -> Value:
    """Return the value of a letter."""
    setting = meaning.setting
    setting.check_arguments(node)
    _refuse_unclear(setting, node)
    role, head = setting.role(node), setting.head(node)
    _refuse_unknown_word(setting, node)
    if node.letter == "𝟏":
        return _vector(meaning, lambda _: Integer(1), C)
    if node.indices:
        shape = tuple(size_of(setting, index) for index in node.indices)
        indices = tuple(index_of(meaning, index) for index in node.indices)
        return IndexedBase(head, shape=shape)[indices]
    if role == r.CLASSES:
        _refuse_sample_count(meaning, node)
        return C
    if node.letter == "e" and not role:
        return E
    if _is_vector(meaning, node, role, head):
        size = M if node.layer in setting.earlier_layers else C
        return _vector(meaning, lambda index: IndexedBase(head, shape=(size,))[index], size)
    if node.letter in meaning.bound or node.letter in setting.free_indices:
        raise Refusal(f"the index {node.letter} stands where a number is expected", node.span)
    return Symbol(head)


def _refuse_unknown_word(setting: Setting, node: t.Name) -> None:
    """Refuse a word that nothing explains: an unknown letter stands for a number, a word does not.

    A combining accent is no letter.
    """
    word = "".join(sign for sign in r.base_of(node.letter) if not combining(sign))
    is_known = word in LOSS_WORDS or bool({node.letter, word} & setting.words)
    if (
        len(word) > 1
        and word.isalpha()
        and not is_known
        and not setting.roles.by_letter.get(node.letter)
    ):
        raise Refusal(f"the word '{word}' is not understood", node.span,
                      f"say --define '{word} = ...'")  # fmt: skip


def _refuse_unclear(setting: Setting, node: t.Name) -> None:
    """Refuse a letter that may have several roles, and a subscript that is no label."""
    question = setting.roles.questions.get(node.letter)
    if question and node.layer not in setting.earlier_layers:
        raise Refusal(question.message, node.span, question.hint)
    if r.base_of(node.letter) in r.CONVENTIONS and _is_nested(node.letter):
        raise Refusal("this subscript is not understood", node.span)
    if _is_doubtful_number(setting, node):
        raise Refusal("one index, or two?", node.span, "write a comma between two: A_{1,3}")


def _is_doubtful_number(setting: Setting, node: t.Name) -> bool:
    """Say whether the index 13 may be the indices 1 and 3."""
    match node.indices:
        case (t.Number(value=value),):
            return value >= 10 and node.letter in setting.paired_letters
    return False


def _is_nested(letter: str) -> bool:
    """Say whether a name has a subscript that is no plain label, like z_{y_i}."""
    _, _, label = letter.partition("_")
    return any(not sign.isalnum() and sign not in "{}- " for sign in label)


def _refuse_sample_count(meaning: Meaning, node: t.Name) -> None:
    """Refuse n or N as a number: 1/N is more often one over the samples."""
    if node.letter in {"n", "N"} and node.letter not in meaning.setting.roles.user_letters:
        raise Refusal(f"is {node.letter} the number of classes, or of samples?", node.span,
                      f"say --role {node.letter}=classes, or check one sample")  # fmt: skip


def _is_vector(meaning: Meaning, node: t.Name, role: str, head: str) -> bool:
    if role in {r.LOGITS, r.PROBABILITIES, r.TARGETS}:
        if not node.bold:
            meaning.bare_letters.add(node.letter)
        return meaning.vectors
    return role != r.LOSS and (node.bold or head in meaning.setting.indexed_letters)


def _vector(meaning: Meaning, entry: Callable[[Expr], Expr], size: Symbol) -> Value:
    return Vector(entry, size) if meaning.component is None else entry(meaning.component)


def index_of(meaning: Meaning, node: Node) -> Expr:
    """Return an index: a symbol, a constant counted from 0, or the last one."""
    setting = meaning.setting
    match node:
        case t.Number(value=value) if value.denominator == 1:
            return _constant(setting, int(value), node.span)
        case t.Name(letter=letter, indices=()):
            return _letter_index(meaning, letter, node.span)
        case t.Add(terms=(t.Name(letter=letter), t.Negative(operand=t.Number(value=value)))):
            is_count = setting.roles.by_letter.get(letter) == r.CLASSES or letter in "CKN"
            if is_count and value == 1 and setting.base == 0:
                return C - 1
    raise Refusal("this index is not understood", node.span)


def _constant(setting: Setting, value: int, span: Span) -> Expr:
    if value < setting.base:
        raise Refusal(f"classes count from 1 here, so there is no class {value}", span)
    if setting.classes is not None and value - setting.base >= setting.classes:
        raise Refusal(f"there is no class {value} among {setting.classes}", span)
    return Integer(value - setting.base)


def _letter_index(meaning: Meaning, letter: str, span: Span) -> Expr:
    setting = meaning.setting
    if letter in meaning.bound:
        return meaning.bound[letter]
    if letter in {setting.roles.targets, "Y"}:
        if not meaning.vectors:
            raise Refusal(f"{letter} is a number here, not a class", span)
        return Y
    role = setting.roles.by_letter.get(letter)
    is_last = letter in {"K", "C"} or letter in setting.last_letters
    if role == r.CLASSES or (is_last and role is None):
        if setting.base == 1:
            return C - 1
        raise Refusal(f"there is no class {letter} if classes count from 0", span)
    setting.free_indices.add(letter)
    return Symbol(letter, integer=True)


def delta_value(meaning: Meaning, node: t.Delta) -> Expr:
    """Return the Kronecker delta of two indices."""
    return KroneckerDelta(*_sides(meaning, node))


def indicator_value(meaning: Meaning, condition: t.Condition) -> Expr:
    """Return the factor that is 1 where a condition on indices holds, else 0."""
    delta = KroneckerDelta(*_sides(meaning, condition))
    return delta if condition.relation == "=" else 1 - delta


def assumption_of(meaning: Meaning, condition: t.Condition) -> Equal | Distinct:
    """Return a condition on indices as an assumption of the prover."""
    kind = Equal if condition.relation == "=" else Distinct
    return kind(*_sides(meaning, condition))


def is_class_count(setting: Setting, name: t.Name) -> bool:
    """Say whether a letter without an index is the number of classes: C, K."""
    role = setting.roles.by_letter.get(name.letter)
    return not name.indices and (
        (name.letter in setting.roles.letters(r.CLASSES) and name.letter not in "nN")
        or (role is None and name.letter in {"K", "C"})
        or (role == r.CLASSES and name.letter in setting.roles.user_letters)
    )


def _refuse_other_quantity(meaning: Meaning, condition: t.Condition) -> None:
    """Refuse a condition on z or T: it must be about indices, the true class or the last one."""
    setting = meaning.setting
    names = [part for part in t.walk(condition) if isinstance(part, t.Name)]
    labels = {setting.roles.targets, "Y", *meaning.bound}
    unknown = [name for name in names if name.letter not in labels | setting.index_letters]
    for name in unknown:
        if name.letter in setting.value_letters and not is_class_count(setting, name):
            raise Refusal("this condition is not understood", condition.span,
                          "conditions are about indices: i = y")  # fmt: skip
    if names and unknown == names and not all(map(is_index_letter, names)):
        raise Refusal(f"there is no index {names[0].letter} in the formula", condition.span)


def _sides(meaning: Meaning, node: t.Condition | t.Delta) -> tuple[Expr, Expr]:
    if isinstance(node, t.Condition):
        _refuse_other_quantity(meaning, node)
    return index_of(meaning, node.first), index_of(meaning, node.second)


def size_of(setting: Setting, index: Node) -> Symbol:
    """Return the index set of an index by its letter."""
    is_input = isinstance(index, t.Name) and index.letter in setting.input_indices
    return M if is_input else C


def range_of(meaning: Meaning, node: t.Sum) -> tuple[Expr, Expr]:
    """Return the first and the last index of a sum, counted from 0."""
    setting = meaning.setting
    size = size_of(setting, node.index) if node.index else C
    lower = Integer(0) if node.lower is None else _lower_bound(meaning, node.lower)
    match node.upper:
        case None:
            return lower, size - 1
        case t.Number(value=value) if value.denominator == 1:
            return lower, Integer(int(value) - setting.base)
        case t.Name() as name if setting.base == 1 or node.lower is None:
            _check_count(setting, name, size)
            return lower, size - 1
        case t.Add(terms=(t.Name() as name, t.Negative(operand=t.Number(value=value)))) if (
            value == 1
        ):
            _check_count(setting, name, size)
            return lower, size - (1 if setting.base == 0 else 2)
    raise Refusal("the range of this sum is not understood", node.span)


def _lower_bound(meaning: Meaning, lower: Node) -> Expr:
    index = index_of(meaning, lower)
    if not isinstance(index, Integer):
        raise Refusal("a sum must start at a number", lower.span)
    return index


def _check_count(setting: Setting, name: t.Name, size: Symbol) -> None:
    """Refuse an end of a sum that is no number of classes; in n_y the letter y is a label."""
    base = r.base_of(name.letter)
    is_count = setting.roles.by_letter.get(base) == r.CLASSES or base in {"K", "C", "n", "N"}
    is_entry = bool(name.layer or name.indices) and not _has_label(name)
    if is_entry or (size == C and not is_count):
        raise Refusal(f"is {name.letter} the number of classes?", name.span,
                      f"say --role {name.letter}=classes")  # fmt: skip


def _has_label(name: t.Name) -> bool:
    """Say whether a letter stands below a name, and nothing else: n_y, not K_7."""
    return not name.layer and [isinstance(index, t.Name) for index in name.indices] == [True]
