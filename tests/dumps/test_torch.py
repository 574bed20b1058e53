"""PyTorch's cross-entropy holds by default; where it is misused, the fault is named."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

ROWS, CLASSES, IGNORED = 64, 7, 3
WEIGHT = (1.0, 2.0, 0.5, 3.0, 1.5, 0.25, 4.0)
OPTIONS = {
    "plain": {},
    "weight": {"weight": WEIGHT},
    "smoothing": {"label_smoothing": 0.1},
    "ignored": {"ignore_index": IGNORED},
    "all": {"weight": WEIGHT, "label_smoothing": 0.1, "ignore_index": IGNORED},
}


def dump(path, options, *, reduction="none", dtype="float32", scale=3.0, change=None, shift=0):
    """Write what PyTorch claims of random rows; ``change`` of the logits comes before the loss."""
    random = np.random.default_rng(0)
    kind = getattr(torch, dtype)
    z = torch.tensor(random.normal(size=(ROWS, CLASSES)) * scale).to(kind).requires_grad_()
    labels = torch.tensor(random.integers(0, CLASSES, ROWS))
    given = dict(options)
    if "weight" in given:
        given["weight"] = torch.tensor(given["weight"], dtype=kind)
    wrong = (labels - shift) % CLASSES
    scores = change(z) if change else z
    loss = torch.nn.functional.cross_entropy(scores, wrong, reduction="none", **given)
    total = torch.nn.functional.cross_entropy(
        scores, wrong, reduction="mean" if reduction == "mean" else "sum", **given
    )
    total.backward()
    np.savez(
        path, logits=z.detach().double().numpy(), labels=labels.numpy(),
        loss=loss.detach().double().numpy(), gradient=z.grad.double().numpy(),
    )  # fmt: skip


def arguments(options, reduction="none", dtype="float32"):
    for name, value in options.items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        yield from (f"--{name.replace('_', '-')}", text)
    yield from ("--reduction", reduction, "--dtype", dtype, "--format", "json")


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("scale", [0.1, 3.0, 30.0])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("options", OPTIONS)
def test_what_pytorch_computes_holds(cecheck, tmp_path, options, reduction, dtype, scale):
    chosen = OPTIONS[options]
    dump(tmp_path / "a.npz", chosen, reduction=reduction, dtype=dtype, scale=scale)
    outcome = cecheck("batch", tmp_path / "a.npz", *arguments(chosen, reduction, dtype))
    report = json.loads(outcome.out)
    assert (outcome.code, report["failed"]) == (0, 0)
    assert report["passed"] + report["ignored"] == ROWS
    assert "nonzero-sum" not in {note["note"] for note in report["notes"]}


ALL = OPTIONS["all"]


@pytest.mark.parametrize(
    ("fault", "meant", "computed", "how"),
    [
        ("double-softmax", {}, {}, {"change": lambda z: torch.softmax(z, dim=1)}),
        ("label-off-by-one", {}, {}, {"shift": 1}),
        ("wrong-divisor", {}, {}, {"reduction": "mean"}),
        ("weight-missing", OPTIONS["weight"], {}, {}),
        ("smoothing-missing", OPTIONS["smoothing"], {}, {}),
        ("ignored-row-counted", OPTIONS["ignored"], {}, {}),
        ("smoothing-missing+weight-missing", ALL, OPTIONS["ignored"], {}),
        ("label-off-by-one+wrong-divisor", {}, {}, {"shift": 1, "reduction": "mean"}),
        ("low-precision", {}, {}, {"dtype": "bfloat16"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_pytorch_is_misused_for_is_named(cecheck, tmp_path, fault, meant, computed, how):
    dump(tmp_path / "a.npz", computed, **how)
    outcome = cecheck("batch", tmp_path / "a.npz", *arguments(meant))
    report = json.loads(outcome.out)
    assert outcome.code == 1
    # Where a row shows one fault of a pair alone, that one is named, but of fewer rows.
    assert report["diagnosis"][0]["fault"] == fault
    assert all(set(found["fault"].split("+")) <= set(fault.split("+"))
               for found in report["diagnosis"])  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("sign-flipped", lambda arrays: -arrays["gradient"]),
        ("missing-one-hot", lambda arrays: torch.softmax(torch.tensor(arrays["logits"]), dim=1)),
    ],
)
def test_a_kernel_that_differs_from_pytorch_is_named(cecheck, tmp_path, fault, change):
    dump(tmp_path / "a.npz", {}, dtype="float64")
    arrays = dict(np.load(tmp_path / "a.npz"))
    arrays["gradient"] = change(arrays)
    np.savez(tmp_path / "a.npz", **arrays)
    outcome = cecheck("batch", tmp_path / "a.npz", *arguments({}, dtype="float64"))
    assert [found["fault"] for found in json.loads(outcome.out)["diagnosis"]] == [fault]
