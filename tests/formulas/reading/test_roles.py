"""The roles that users state: every spelling of a letter, and the errors."""

import re
import unicodedata

import pytest

from ce_cli.errors import InputError
from ce_cli.formulas.reading.role_reading import read_roles
from ce_cli.formulas.reading.tokens import tokens

SPELLINGS = {
    "θ": [r"\theta", "θ", "theta", r"$\theta$", r"\boldsymbol\theta", r"\theta_k", " θ ",
          "theta_i"],
    "η": [r"\eta", "eta", "η"],
    "Θ": [r"\Theta", "Theta"],
    "ℓ": [r"\ell", "ell", "ℓ"],
    "σ": [r"\sigma", "sigma", "σ"],
    "ŷ": [r"\hat{y}", r"\hat y", r"\hat{y}_k", r"\hat{y_k}", r"\widehat{y}", "yhat", "y_hat", "ŷ",
          "y\u0302", "y\u0302_k"],
    "p̂": [r"\hat p", "phat", "p\u0302"],
    "ẑ": [r"\hat z", "ẑ", "zhat"],
    "x̄": [r"\bar{x}", "xbar", "x\u0304"],
    "θ̂": [r"\hat\theta", "thetahat", "θ\u0302"],
    "z": ["z", r"\mathbf z", r"\mathbf{z}", r"\vec{z}", "z_k", "z_{k}", "z[k]", "z_{ij}", "z_ij",
          "{z}"],
    "ℒ": [r"\mathcal{L}", r"\mathscr L", "ℒ"],
    "L": ["L"],
    "J_CE": ["J_CE", "J_{CE}", r"J_\text{CE}"],
    "p_model": ["p_{model}", "p_model", r"p_{\text{model}}", r"p_\mathrm{model}"],
    "z_max": ["z_max", "z_{max}", r"z_{\max}"],
    "gain": ["gain", r"\mathrm{gain}"],
    "loss": ["loss"],
    "d": ["d"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "spelling"), [(name, text) for name, texts in SPELLINGS.items() for text in texts]
)
@pytest.mark.parametrize("form", ["{}=constant", " {} =  Constant "])
def test_every_spelling_of_a_letter_is_read(letter, spelling, form):
    expected = unicodedata.normalize("NFC", letter)
    assert read_roles([form.format(spelling)]) == {expected: "constant"}


WORDS = [
    ("logit", "logits"), ("logits", "logits"), ("probability", "probabilities"),
    ("LABELS", "targets"), ("classes", "classes"), ("softmax", "softmax"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "role"), WORDS)
def test_every_word_for_a_role_is_read(word, role):
    assert read_roles([f"a={word}"]) == {"a": role}


ERRORS = [
    # text, message, the part that is marked
    ("p", "not a role", "p"),
    ("p=", "not a role", ""),
    ("p=banana", "not a role", "banana"),
    ("=logits", "not a letter", "="),
    (r"\foo=logits", r"the command \foo is not understood", r"\foo"),
    ("p=q=logits", "not a letter", "="),
    ("p, q=logits", "not a role", "p"),
    ("p=logits,", "not a role", ""),
    ("z=logits,q=banana", "not a role", "banana"),
    (r"p=targets, \alpha\beta=logits", "not a letter", r"\alpha\beta"),
    ("pq=logits", "not a letter", "pq"),
    (r"\alpha\beta=logits", "not a letter", r"\alpha\beta"),
    ("2=logits", "not a letter", "2"),
    ("2z=logits", "not a letter", "2z"),
    ("-z=logits", "not a letter", "-z"),
    ("p(x)=logits", "not a letter", "("),
    ("L(y, p)=loss", "not a letter", "("),
    ("z^{(1)}=logits", "not a letter", "("),
    ("z^L=logits", "not a letter", "z^L"),
    ("z'=logits", "not a letter", "z'"),
    ("e^x=logits", "not a letter", "e^x"),
    ("log=logits", "not a letter", "="),
    (r"\log p=logits", "not a letter", r"\log p"),
    ("z_=logits", "not a letter", "="),
    ("{z=logits", "not a letter", "{"),
    ("p☃=logits", "the character '☃' is not understood", "☃"),
    (r"\theta_k \foo=logits", r"the command \foo is not understood", r"\foo"),
    ("p_model_k=logits", "the word 'model' is not understood", "model"),
]


@pytest.mark.parametrize(("text", "message", "part"), ERRORS)
def test_anything_else_is_an_error_with_its_place(text, message, part):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read_roles([text])
    error = caught.value
    start, end = error.span
    assert (error.message, error.text[start:end]) == (message, part)
    assert error.place == f"--role:1:{start + 1}"
    assert error.hint


def test_a_list_states_several_roles():
    stated = r"a=logits, \hat{y}=probabilities,p_{a,b}=constant"
    roles = {"a": "logits", "ŷ": "probabilities", "K": "classes"}
    assert read_roles([stated.rsplit(",", 2)[0], "K=classes"]) == roles


def test_a_letter_has_one_role():
    assert read_roles(["y_hat=targets", "ŷ=labels"]) == {"ŷ": "targets"}
    with pytest.raises(InputError, match="is ŷ the targets or the loss"):
        read_roles(["y_hat=targets,ŷ=loss"])


@pytest.mark.parametrize("letter", ["ŷ", "ẑ", "ā", "θ\u0302", "ñ"])
def test_a_letter_with_an_accent_is_one_token(letter):
    forms = {unicodedata.normalize(form, letter) for form in ("NFC", "NFD")}
    assert {token.text for form in forms for token in tokens(form)} == {
        unicodedata.normalize("NFC", letter)
    }
