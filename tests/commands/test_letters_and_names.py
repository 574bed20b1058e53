"""The writer's letters and the names of classes, in every command that shows them."""

import csv
import io

import pytest

from tests.commands.outcomes import as_json

ROLES = ["--role", "a=logits,yhat=probabilities,t=targets,J=loss", "--role", "K=classes"]
NAMES = ["--names", "cat,dog,rabbit"]
GRAD = ["grad", 4, -4, 3, "--label", 2]


def test_grad_is_written_in_the_letters_of_the_writer(cecheck):
    out = cecheck(*GRAD, *ROLES).out
    symbols = out.splitlines()[2].split()
    assert "".join(symbols) == "iaŷt−ŷ+t−(ŷ−t)ŷ−ta−g"
    assert "−log ŷ_t = −log 0.2689 = 1.3135" in out
    assert "logsumexp(a) − a_t = 4.3135 − 3" in out
    assert "predicted   class 0, ŷ = 0.7309" in out
    assert "closed form ŷ − t:" in out
    assert "chain rule Σ ∂J/∂ŷ · ∂ŷ/∂a through" in out


def test_effective_targets_take_a_letter_that_is_free(cecheck):
    smoothed = [*GRAD, "--label-smoothing", 0.3, *ROLES]
    out = cecheck(*smoothed).out
    assert "q = (1 − ε)·t + ε/K, where ε = 0.3, K = 3" in out
    assert "J = −Σ q log ŷ" in out
    assert "r = (1 − ε)·t" in cecheck(*smoothed[:-2], "--role", "q=classes").out


@pytest.mark.parametrize("command", [GRAD, ["jacobian", 4, -4, 3]])
def test_letters_are_for_people(cecheck, command):
    plain, lettered = (
        as_json(cecheck(*command, *options, "--format", "json")) for options in ([], ROLES)
    )
    assert plain == lettered


def test_letters_in_ascii_and_markdown(cecheck):
    theta = [*GRAD, "--role", r"\theta=logits,\hat{y}=probabilities"]
    assert "logsumexp(theta) - theta_y" in cecheck(*theta, "--ascii").out
    assert "-log yhat_y" in cecheck(*theta, "--ascii").out
    assert "θ − g" in cecheck(*theta, "--format", "markdown").out


def test_jacobian_is_written_in_the_letters_of_the_writer(cecheck):
    out = cecheck("jacobian", 4, -4, 3, "--vjp", "1,0,0", *ROLES).out
    assert out.startswith("Softmax Jacobian: diagonal ŷ_i(1 − ŷ_i), off the diagonal −ŷ_i ŷ_j\n")
    assert "∂ŷ_i/∂a_j" in out
    assert "(v − v·ŷ) ⊙ ŷ and v times the matrix agree" in out
    assert "p" not in {word.strip("_ij()") for word in out.split()}


@pytest.mark.parametrize(
    ("command", "role", "message"),
    [
        (GRAD, "a=logits,a=targets", "is a the logits or the targets?"),
        (GRAD, "y=probabilities", "y is already the targets"),
        (GRAD, "T=classes", "T is the temperature here"),
        (["jacobian", 1, 2], "v=logits", "v is the vector here"),
        (["jacobian", 1, 2], "banana", "not a role"),
    ],
)
def test_letters_that_would_be_read_wrongly_are_refused(cecheck, command, role, message):
    outcome = cecheck(*command, "--role", role)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: --role: {message}\n  {role}\n")


def test_names_stand_for_classes(cecheck):
    out = cecheck("grad", 4, -4, 3, "--label", "rabbit", *NAMES, "--steps", 1).out
    first = [line.split()[:2] for line in out.splitlines()[4:7]]
    assert first == [["cat", "4"], ["dog", "-4"], ["→", "rabbit"]]
    assert "predicted   class cat, p = 0.7309, but the true class is rabbit" in out
    assert "the true one, class rabbit, is also pulled up" in out
    assert all(f"   p of {name}" in out for name in ("cat", "dog", "→ rabbit"))
    assert out == cecheck("grad", 4, -4, 3, "--label", 2, *NAMES, "--steps", 1).out


COMMANDS = {
    "grad": ["4", "-4", "3", "--label", "dog"],
    "softmax": ["4", "-4", "3"],
    "jacobian": ["4", "-4", "3"],
    "layer": ["--input", "1,2", "--weights", "samples/weights.csv", "--bias", "0,0,0",
              "--label", "dog"],
}  # fmt: skip


@pytest.mark.parametrize(("command", "arguments"), COMMANDS.items())
def test_names_are_in_every_format(cecheck, command, arguments):
    run = [command, *arguments, *NAMES]
    assert as_json(cecheck(*run, "--format", "json"))["names"] == ["cat", "dog", "rabbit"]
    assert "rabbit" in cecheck(*run).out
    if command != "layer":
        rows = csv.DictReader(io.StringIO(cecheck(*run, "--format", "csv").out))
        assert [row["name"] for row in rows] == ["cat", "dog", "rabbit"]


@pytest.mark.parametrize(("command", "arguments"), COMMANDS.items())
@pytest.mark.parametrize(
    ("names", "message"),
    [("cat,dog", "2 names for 3 classes"), ("cat,dog,dog", "dog is the name of two classes"),
     ("dog,1,2", "1 is a number, not a name")],
)  # fmt: skip
def test_bad_names_are_refused(cecheck, command, arguments, names, message):
    outcome = cecheck(command, *arguments, "--names", names)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: --names: {message}\n")


def test_a_label_that_is_no_name_is_refused(cecheck):
    outcome = cecheck("grad", 4, -4, 3, "--label", "bird", *NAMES)
    assert outcome.err.startswith("error: --label: is no class\n  bird\n")
    assert "cat, dog, rabbit" in outcome.err
