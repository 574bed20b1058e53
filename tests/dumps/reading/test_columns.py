"""Which column is what."""

import pytest

from ce_cli.dumps.reading.columns import recognise
from ce_cli.errors import InputError


@pytest.mark.parametrize("names", [["z0", "z1"], ["logit_0", "logit_1"], ["logits_0", "Logits_1"]])
def test_logits_by_convention(names):
    assert recognise([*names, "label"], "a.csv").logits == (0, 1)


@pytest.mark.parametrize(
    ("kind", "names"),
    [("label", ["labels"]), ("targets", ["targets0", "targets1"]),
     ("probabilities", ["probabilities_0", "probabilities_1"]),
     ("gradient", ["Gradient0", "Gradient1"])],
)  # fmt: skip
def test_what_lists_and_arrays_are_called_is_known_of_columns_too(kind, names):
    truth = [] if kind in {"label", "targets"} else ["label"]
    found = recognise(["z0", "z1", *names, *truth], "a.csv")
    assert found.positions(kind) == tuple(range(2, 2 + len(names)))


def test_columns_are_ordered_by_their_numbers():
    names = ["label", *(f"z{k}" for k in reversed(range(12)))]
    assert recognise(names, "a.csv").logits == tuple(range(12, 0, -1))


def test_claims_targets_and_carried():
    names = ["id", "z0", "z1", "y0", "y1", "loss", "p0", "p1", "grad_0", "grad_1", "note"]
    found = recognise(names, "a.csv")
    assert found.claims == ("loss", "probabilities", "gradient")
    assert [found.names[k] for k in found.carried] == ["id", "note"]
    assert found.targets == (3, 4)


def test_columns_without_a_name_are_carried_by_their_number():
    found = recognise(["", "z0", "z1", "label", ""], "a.csv")
    assert [found.names[k] for k in found.carried] == ["column 1", "column 5"]


def test_names_that_are_given_come_first():
    found = recognise(
        ["a", "b", "truth", "z0", "z1"], "a.csv", {"logits": ["b", "a"], "label": ["truth"]}
    )
    assert (found.logits, found.label) == ((1, 0), 2)
    assert found.carried == (3, 4)


@pytest.mark.parametrize("name", ["score", "score_", "s.c", "z1_"])
def test_one_name_stands_for_its_numbered_columns(name):
    header = ["label", *(f"{name}{k}" for k in reversed(range(11)))]
    assert recognise(header, "a.csv", {"logits": [name]}).logits == tuple(range(11, 0, -1))


def test_what_is_named_is_not_found_again():
    header = ["p0", "p1", "label", "y0", "y1", "loss"]
    found = recognise(header, "a.csv", {"logits": ["p"], "targets": ["y"]})
    assert (found.logits, found.targets, found.probabilities) == ((0, 1), (3, 4), ())
    assert (found.label, found.carried) == (None, (2,))
    assert recognise(header, "a.csv", {"logits": ["p"], "label": ["label"]}).targets == ()


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"logits": ["z0", "z0"]}, "'z0' is named twice as logits"),
        ({"logits": ["z"], "loss": ["z1"]}, "'z1' is named as both logits and loss"),
        ({"logits": ["q"]}, "no column is named 'q'"),
        ({"label": ["z"]}, "no column is named 'z'"),
        ({"gradient": ["gap"]}, "gap2 but no gap1"),
    ],
)
def test_names_that_cannot_be_used(chosen, message):
    with pytest.raises(InputError, match=message):
        recognise(["z0", "z1", "label", "gap0", "gap2"], "a.csv", chosen)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("a,b,label", "no logits"),
        ("z0,label", "1 classes"),
        ("z0,z2,label", "z2 but no z1"),
        ("z1,z2,label", "z1 but no z0"),
        ("z0,z1,z1,label", "two columns are named 'z1'"),
        ("z0,z1,z_1,label", "two columns are z1"),
        ("z0,z1", "neither a label nor targets"),
        ("z0,z1,label,y0,y1", "both a label and targets"),
        ("z0,z1,label,grad0", "2 columns of logits but 1 of gradient"),
        ("z0,z1,label,grad0,grad1,g7", "both 'grad0' and 'g7' could be the gradient"),
    ],
)
def test_headers_that_cannot_be_used(header, message):
    with pytest.raises(InputError, match=message):
        recognise(header.split(","), "a.csv")


@pytest.mark.parametrize(
    ("header", "kind", "names"),
    [
        ("Label,label,z0,z1", "label", ["Label", "label"]),
        ("label,labels,z0,z1", "label", ["label", "labels"]),
        ("z0,z1,label,Loss,loss", "loss", ["Loss", "loss"]),
        ("z0,z1,logit_0,logit_1,label", "logits", ["z", "logit"]),
        ("z0,z1,label,Grad0,Grad1,g0,g1", "gradient", ["Grad", "g"]),
        ("z0,z1,y0,y1,targets0,targets1", "targets", ["y", "targets"]),
    ],
)
def test_of_two_candidates_one_must_be_named(header, kind, names):
    with pytest.raises(InputError, match="could be the") as caught:
        recognise(header.split(","), "a.csv")
    assert caught.value.hint == f"say which: --{kind} {names[0]}, or --{kind} {names[1]}"
    for name in names:
        found = recognise(header.split(","), "a.csv", {kind: [name]})
        assert all(found.names[k].startswith(name) for k in found.positions(kind))
        assert len(found.carried) == len(found.positions(kind))


def test_of_a_label_and_targets_one_must_be_named():
    header = ["z0", "z1", "label", "y0", "y1"]
    with pytest.raises(InputError, match="both a label and targets") as caught:
        recognise(header, "a.csv")
    assert caught.value.hint == "say which counts: --label label, or --targets y"


def test_a_name_that_is_not_there_lists_those_that_are():
    with pytest.raises(InputError, match="no column is named 'truth'") as caught:
        recognise(["z0", "z1", "label"], "a.csv", {"label": ["truth"]})
    assert caught.value.hint == "its columns are z0, z1, label"


@pytest.mark.parametrize(
    ("header", "chosen", "place"),
    [
        ("z0,z1,z1,label", {}, "a.csv:1:7"),
        ("z0,z1,z_1,label", {}, "a.csv:1:7"),
        ("z0,z2,label", {}, "a.csv:1:4"),
        ("z0,z1,label,grad0,grad1,g7", {}, "a.csv:1:25"),
        ("z0,z1,label", {"logits": ["z"], "loss": ["z1"]}, "a.csv:1:4"),
        ("id,label", {}, "a.csv:1:1"),
        ("z0,z1,label", {"label": ["truth"]}, "a.csv:1:1"),
    ],
)
def test_an_error_in_a_header_names_the_column_of_its_line(header, chosen, place):
    names = header.split(",")
    starts = [sum(len(name) + 1 for name in names[:position]) for position in range(len(names))]
    for known, expected in ((starts, place), ((), "a.csv")):
        with pytest.raises(InputError) as caught:
            recognise(names, "a.csv", chosen, known)
        assert caught.value.place == expected
