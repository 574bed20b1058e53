"""NumPy's files: arrays of their own, and archives."""

import io
import re
import zipfile

import numpy as np
import pytest

from ce_cli.errors import InputError
from tests.dumps.reading.rows import ROWS, read, save


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_in_files_of_their_own(tmp_path, order):
    numbers = np.array([row[1:] for row in ROWS])
    np.save(tmp_path / "logits.npy", np.array(numbers[:, :2], order=order))
    block = read(tmp_path / "logits.npy", chosen={
        "label": save(tmp_path / "y.npy", numbers[:, 2].astype(np.uint8)),
        "loss": save(tmp_path / "l.npy", numbers[:, 3].astype(np.float32)),
        "gradient": save(tmp_path / "g.npy", numbers[:, 4:].astype(np.float16)),
    })  # fmt: skip
    assert block.logits.T.tolist() == [row[1:3] for row in ROWS]
    assert (block.labels.tolist(), block.loss.tolist()) == ([0, 1], [0.25, 0.0])
    assert block.gradient.T.tolist() == [row[5:] for row in ROWS]


def test_logits_in_a_file_of_their_own_need_their_labels(tmp_path):
    np.save(tmp_path / "z.npy", np.zeros((2, 3)))
    for chosen, message, hint in [
        (None, "neither a label nor targets", "--label labels.npy"),
        ({"label": ["y"]}, "not a .npy file", "--label label.npy"),
        ({"label": [str(tmp_path / "y.npy")]}, "no such file", ""),
        ({"label": [str(tmp_path / "z.npy")]}, r"has shape \(2, 3\)", r"label: [rows]"),
    ]:
        with pytest.raises(InputError, match=message) as caught:
            read(tmp_path / "z.npy", chosen=chosen)
        assert hint in caught.value.hint


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x", "cannot be read as a NumPy array"),
        (npy(np.zeros((2, 3)))[:-1], "ends before its 2 rows"),
        (npy(np.zeros((2, 3))) + npy(np.zeros(2)), "goes on behind its 2 rows"),
        (npy(np.zeros((2, 3, 1))), r"an array of shape \(2, 3, 1\)"),
        (npy(np.array([[1, "a"]], dtype=object)), "type object"),
        (npy(np.zeros((0, 3))), "has no rows"),
    ],
)
def test_damaged_arrays(tmp_path, data, message):
    (tmp_path / "z.npy").write_bytes(data)
    labels = save(tmp_path / "y.npy", np.zeros(0 if "no rows" in message else 2, dtype=int))
    with pytest.raises(InputError, match=message):
        read(tmp_path / "z.npy", chosen={"label": labels})
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("logits.npy", data)
        archive.write(*labels, "labels.npy")
    with pytest.raises(InputError, match=message):
        read(tmp_path / "a.npz")


def test_a_member_that_was_damaged_later(tmp_path):
    z = np.random.default_rng(0).normal(size=(500, 20))
    np.savez_compressed(tmp_path / "a.npz", logits=z, labels=np.zeros(500, dtype=int))
    data = bytearray((tmp_path / "a.npz").read_bytes())
    data[40_000] ^= 0xFF
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(InputError, match="cannot be read as a NumPy archive"):
        read(tmp_path / "a.npz")


def test_half_of_a_surrogate_pair_in_an_array_is_escaped(tmp_path):
    np.savez(tmp_path / "a.npz", id=["\ud800"], z0=[0.0], z1=[0.0], label=[0])
    assert read(tmp_path / "a.npz").carried == {"id": [r"\ud800"]}


OBJECTS = np.array([None, {}], dtype=object)
NO_ROWS = [np.array(3), OBJECTS, np.zeros((2, 3, 1)), np.zeros(5), np.zeros(2, "M8[s]")]


@pytest.mark.parametrize("other", NO_ROWS)
def test_arrays_that_are_no_rows_are_left_out(tmp_path, other):
    parts = {"epoch": other, "logits": np.zeros((2, 3)), "labels": np.zeros(2), "id": ["a", "b"]}
    np.savez(tmp_path / "a.npz", **parts)
    block = read(tmp_path / "a.npz")
    assert (block.logits.shape, block.carried) == ((3, 2), {"id": ["a", "b"]})


@pytest.mark.parametrize("other", NO_ROWS)
@pytest.mark.parametrize(
    ("name", "chosen"),
    [("gradient", None), ("loss", None), ("Grad", None), ("p0", None), ("nll", {"loss": ["nll"]})],
)
def test_arrays_with_a_meaning_must_be_rows(tmp_path, name, chosen, other):
    parts = {"logits": np.zeros((2, 3)), "labels": np.zeros(2), name: other}
    np.savez(tmp_path / "a.npz", **parts)
    with pytest.raises(InputError, match=r"an array of shape|has shape|different lengths"):
        read(tmp_path / "a.npz", chosen=chosen)


@pytest.mark.parametrize(
    ("name", "shape", "chosen"),
    [
        ("loss", (2, 1), None), ("labels", (2, 1), None), ("gradient", (2,), None),
        ("nll", (2, 1), {"loss": ["nll"]}), ("logits", (2,), None),
    ],
)  # fmt: skip
def test_arrays_must_have_the_shape_of_their_kind(tmp_path, name, shape, chosen):
    parts = {"logits": np.zeros((2, 3)), "labels": np.zeros(2), name: np.zeros(shape)}
    np.savez(tmp_path / "a.npz", **parts)
    with pytest.raises(InputError, match=re.escape(f"has shape {shape}")) as caught:
        read(tmp_path / "a.npz", chosen=chosen)
    assert caught.value.place.endswith(f"a.npz, array {name}")


def test_arrays_of_different_lengths(tmp_path):
    np.savez(tmp_path / "a.npz", logits=np.zeros((2, 3)), labels=np.zeros(3, dtype=int))
    with pytest.raises(InputError, match="different lengths"):
        read(tmp_path / "a.npz")
