"""Weights and vectors in NumPy's files."""

import numpy as np
import pytest

from ce_cli.errors import InputError
from ce_cli.evaluation.arrays import read_vector, read_weights
from tests.places import ROOT


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i4", "u1", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_matrix_in_any_type_and_order(tmp_path, dtype, order):
    path = str(tmp_path / "w.npy")
    np.save(path, np.array([[1, 2, 3], [4, 5, 6]], dtype=dtype, order=order))
    assert read_weights(path) == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_a_vector(tmp_path):
    path = str(tmp_path / "a.npy")
    np.save(path, [1.5, -2.0])
    assert read_vector(path) == [1.5, -2.0]


def test_both_samples_hold_the_same_matrix():
    samples = ROOT / "samples"
    csv, npy = (read_weights(str(samples / name)) for name in ("weights.csv", "weights.npy"))
    assert csv == npy


BAD = [
    (np.zeros(3), "shape \\(3,\\)", "a row for each class"),
    (np.zeros((2, 0)), "shape \\(2, 0\\)", "a matrix"),
    (np.zeros((2, 2), dtype=complex), "complex", "a matrix"),
    (np.array([["a"]]), "type <U1", "a matrix"),
    (np.array([[1.0, np.nan]]), "the entry \\[0, 1\\] is nan", "finite"),
]


@pytest.mark.parametrize(("array", "message", "hint"), BAD)
def test_anything_but_a_matrix_of_numbers_is_explained(tmp_path, array, message, hint):
    path = str(tmp_path / "w.npy")
    np.save(path, array)
    with pytest.raises(InputError, match=message) as caught:
        read_weights(path)
    assert hint in caught.value.hint
    assert caught.value.place == path


@pytest.mark.parametrize("content", [b"", b"1,2\n3,4\n", b"\x93NUMPY\x01\x00\xff\xff"])
def test_a_file_that_is_none_of_numpys_is_refused(tmp_path, content):
    path = tmp_path / "w.npy"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no NumPy file of numbers"):
        read_weights(str(path))


def test_objects_are_never_loaded(tmp_path):
    path = str(tmp_path / "w.npy")
    np.save(path, np.array([[{}]], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="is no NumPy file of numbers"):
        read_weights(path)


def test_a_missing_file_is_an_input_error():
    with pytest.raises(InputError, match="no such file"):
        read_vector("none.npy")
