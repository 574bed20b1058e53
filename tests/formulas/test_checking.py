"""The check for programs: the command's JSON, and the command's errors."""

import json
import subprocess
import sys

import pytest

import ce_cli
from ce_cli import InputError, check
from ce_cli.commands.check import command
from ce_cli.formulas.checking import GIVEN

GRADIENT = r"\frac{\partial L}{\partial z_i} = p_i - y_i"
SAME = [
    # text, options of the function, options of the command
    (GRADIENT, {}, []),
    (GRADIENT, {"given": "sum"}, ["--given", "sum"]),
    (GRADIENT, {"given": ["one-hot", "sum"]}, ["--given", "one-hot", "--given", "sum"]),
    (GRADIENT, {"conventions": False}, ["--no-conventions"]),
    (GRADIENT, {"role": "θ=logits", "define": "q = 2"},
     ["--role", "θ=logits", "--define", "q = 2"]),
    ("dp_i/dz_j = -p_j p_j", {"when": "i != j"}, ["--when", "i != j"]),
    ("dp_i/dz_j = -p_j p_j", {"when": ("i != j",), "classes": 3},
     ["--when", "i != j", "--classes", "3"]),
    (r"\frac{\partial L}{\partial\theta_i} = a_i - y_i",
     {"role": [r"\theta=logits", "a=probabilities"]},
     ["--role", r"\theta=logits", "--role", "a=probabilities"]),
    (r"p_i = e^{z_i} / S", {"define": r"S = \sum_k e^{z_k}"},
     ["--define", r"S = \sum_k e^{z_k}"]),
    ("p_i = softmax(z)_i\n = \\foo\n\np_i = p_i", {}, []),
    ("dL/dz_i = p_i - y_i\n = -y_i + p_i\n = y_i - p_i", {}, []),
    ("dL/dz = p - y", {}, []),
    ("-log p_y = log sum_k e^z_k - z_y", {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "arguments"), SAME)
def test_the_report_is_the_json_of_the_command(process, text, options, arguments):
    outcome = process("check", text, *arguments, "--format", "json")
    report = check(text, **options)
    assert report.as_dict() == json.loads(outcome.out)
    assert json.dumps(report.as_dict(), ensure_ascii=False) == outcome.out.rstrip("\n")
    assert report.exit_code == outcome.code
    assert report.holds == (outcome.code == 0)
    verdicts = [link["verdict"] for link in json.loads(outcome.out)["links"]]
    assert [link.verdict for link in report.links] == verdicts


ERRORS = [
    ("", {}, "1:1"),
    ("p_i", {}, "1:1"),
    (r"p_i = p_j + \foo", {}, "1:13"),
    ("y_i = y_j", {}, "1:1"),
    (5, {}, "text"),
    (None, {}, "text"),
    (GRADIENT, {"given": "sums"}, "--given"),
    (GRADIENT, {"given": ["sum", "onehot"]}, "--given"),
    (GRADIENT, {"classes": 1}, "--classes"),
    (GRADIENT, {"classes": 65}, "--classes"),
    (GRADIENT, {"classes": True}, "--classes"),
    (GRADIENT, {"classes": "3"}, "--classes"),
    (GRADIENT, {"classes": 3.0}, "--classes"),
    (GRADIENT, {"role": "p"}, "--role:1:1"),
    (GRADIENT, {"role": 3}, "--role"),
    (GRADIENT, {"role": [None]}, "--role"),
    (GRADIENT, {"role": ["p=logits", "p=loss"]}, "--role"),
    (GRADIENT, {"define": None}, "--define"),
    (GRADIENT, {"define": r"S = \foo"}, "--define:1:5"),
    (GRADIENT, {"when": "i < j"}, "--when:1:1"),
    (GRADIENT, {"when": 3}, "--when"),
]


@pytest.mark.parametrize(("text", "options", "place"), ERRORS)
def test_an_error_is_raised_with_its_place(text, options, place):
    with pytest.raises(InputError, match=r".") as caught:
        check(text, **options)
    assert caught.value.place == place


def test_the_command_offers_what_the_function_takes():
    (given,) = (option for option in command.params if option.name == "given")
    assert tuple(given.type.choices) == GIVEN


def test_public_names_are_loaded_when_they_are_used():
    code = ("import sys, ce_cli; assert not {'sympy', 'numpy', 'click'} & set(sys.modules);"
            "from ce_cli import check, Claim, prove; assert check('p_i = p_i').holds")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True)
    assert {"check", "Claim", "prove"} <= set(dir(ce_cli))
