"""The letters that a writer wants to see: every spelling, and the errors."""

import unicodedata

import pytest

from ce_cli.errors import InputError
from ce_cli.formulas.reading.role_reading import read_roles
from ce_cli.input.letters import read_letter, read_letters
from ce_cli.input.page_letters import Letters
from ce_cli.input.roles import ROLES
from ce_cli.mathematics.nodes import glyph

SPELLINGS = {
    "a": ["a", " a ", "$a$", "a_i", "a_{j}", "a_ij", r"\mathbf{a}", r"\vec a", r"\mathbf a"],
    "θ": [r"\theta", "θ", "theta", r"$\theta$", r"\theta_k", "theta_i", r"\boldsymbol\theta"],
    "η": [r"\eta", "eta", "η"],
    "Θ": [r"\Theta", "Theta"],
    "ℓ": [r"\ell", "ell", "ℓ"],
    "ŷ": [r"\hat{y}", r"\hat y", r"\hat{y}_k", r"\hat{y_k}", r"\widehat{y}", "yhat", "y_hat", "ŷ",
          "y\u0302", "y\u0302_k", "ŷ_{ij}"],
    "p̂": [r"\hat p", "phat", "p\u0302"],
    "x̄": [r"\bar{x}", r"\overline{x}", "xbar"],
    "ñ": [r"\tilde n", "ntilde"],
    "θ̂": [r"\hat\theta", r"\hat{\theta}", "thetahat", "θ\u0302"],
    "ℒ": [r"\mathcal{L}", r"\mathscr L", "ℒ"],
    "𝕃": [r"\mathbb{L}", "𝕃"],
}  # fmt: skip
EVERY = [(letter, text) for letter, texts in SPELLINGS.items() for text in texts]


@pytest.mark.parametrize(("letter", "text"), EVERY)
def test_every_spelling_is_read_as_check_reads_it(letter, text):
    expected = unicodedata.normalize("NFC", letter)
    assert read_letter(text) == expected
    assert read_roles([f"{text}=logits"]) == {expected: "logits"}


@pytest.mark.parametrize(
    "text",
    ["", " ", "ab", "hat", "p_model", "p_{model}", r"\foo", r"\hat", r"\hat{}", r"\hat{ab}", "z'",
     "z2", "2", "é", r"\hat{\hat y}", "ŷhat", r"\mathcal{Q}", "p(x)", "-z", "☃", "softmax",
     r"\frac{a}{b}"],
)  # fmt: skip
def test_nothing_else_is_a_letter(text):
    assert read_letter(text) is None


@pytest.mark.parametrize(
    ("letter", "latex", "plain"),
    [
        ("θ", r"\theta", "theta"),
        ("theta", r"\theta", "theta"),
        ("Ω", r"\Omega", "Omega"),
        ("ϑ", r"\vartheta", "vartheta"),
        ("ŷ", r"\hat{y}", "yhat"),
        ("p\u0302", r"\hat{p}", "phat"),
        ("x\u0304", r"\bar{x}", "xbar"),
        ("θ\u0303", r"\tilde{\theta}", "thetatilde"),
        ("ℓ", r"\ell", "ell"),
        ("ℒ", r"\mathcal{L}", "L"),
        ("q", "q", "q"),
    ],
)
def test_every_letter_is_printed_in_latex_and_in_ascii(letter, latex, plain):
    assert (glyph(letter).latex, glyph(letter).ascii) == (latex, plain)
    assert plain.isascii()


def test_every_spelling_is_printed_as_it_is_read():
    for letter in SPELLINGS:
        read = unicodedata.normalize("NFC", letter)
        assert glyph(read).unicode == read
        assert read_letter(glyph(read).latex) == read
    assert {read_letter(glyph(letter).ascii) for letter in ("θ", "ŷ", "ℓ")} == {"θ", "ŷ", "ℓ"}


def test_lists_and_repeated_options_say_the_same():
    expected = {"logits": "a", "probabilities": "y", "targets": "t", "classes": "K"}
    assert read_letters(["a=logits,y=probabilities,t=targets,K=classes"]) == expected
    assert read_letters(["a=logit", "y=Probability", "t=labels, K = classes"]) == expected
    assert Letters(**read_letters(["ell=loss"])).loss == "ℓ"


def test_the_usual_letters_are_no_error():
    usual = Letters()
    stated = [f"{letter}={role}" for role, letter in usual._asdict().items()]
    assert Letters(**read_letters(stated)) == usual


def test_roles_that_a_page_has_letters_for_are_roles_of_check():
    assert set(Letters._fields) <= set(ROLES)


ERRORS = [
    # texts, message, the part that is marked
    (["a"], "not a role", "a"),
    (["a=logits,"], "not a role", ""),
    (["a=banana"], "not a role", "banana"),
    (["t=targets, ab=logits"], "not a letter", "ab"),
    (["=logits"], "not a letter", "="),
    (["a=b=logits"], "not a letter", "a=b"),
    ([r"p_{a,b}=logits"], "not a letter", "p_{a,b}"),
    (["a=softmax"], "no letter stands for a softmax here", "softmax"),
    (["a=logits", "b=logits"], "are the logits a or b?", "b=logits"),
    (["a=logits,a=targets"], "is a the logits or the targets?", "a=targets"),
    (["y=probabilities"], "y is already the targets", "y=probabilities"),
    (["p=loss"], "p is already the probabilities", "p=loss"),
    (["e=logits"], "e is the base of exponentials here", "e=logits"),
    ([r"t=targets,\Sigma=classes"], "Σ is a sum here", r"\Sigma=classes"),
    (["i=logits"], "i is an index here", "i=logits"),
]


@pytest.mark.parametrize(("texts", "message", "part"), ERRORS)
def test_anything_else_is_an_error_with_its_place(texts, message, part):
    with pytest.raises(InputError) as caught:
        read_letters(texts)
    error = caught.value
    start, end = error.span
    assert (error.message, error.text[start:end]) == (message, part)
    assert error.place == "--role"
    assert error.hint


def test_a_page_may_use_more_letters_of_its_own():
    with pytest.raises(InputError, match="T is the temperature here"):
        read_letters(["T=classes"], taken={"T": "the temperature"})
