"""The fast reader against the exact one: they must agree on every line there can be."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ce_cli.dumps.reading import cells
from ce_cli.dumps.reading.cells import LineFormat
from ce_cli.dumps.reading.columns import recognise
from ce_cli.dumps.reading.csv_fast import read_piece
from ce_cli.dumps.reading.csv_lines import read_lines
from ce_cli.dumps.reading.lines import LinePiece

cell = st.one_of(
    st.sampled_from([
        "1", "-2.5", "1e400", "1e260", "-1e250",
        "-1e400", "1e-400", "inf", "-inf", "+inf", "-Infinity", "nan", "NaN",
        "", " ", " 5", "5 ", "\t5", "−5", "+5", "05", ".5", "5.", "5.e1", "1e", "1e+", "+", "-",
        ".",
        "--5", "+-5", "0x10", "1_000", "1d5", "1f", "true", "1 2", '"4"', '"4', '4"', '"1,5"', '""',
        "#1", "\u0661", "1\r", "9" * 400, "2.0", "1.5", "-1", "3", "infinit", "1e99", "1\u00a0",
    ]),
    st.floats().map(str),
    st.text(alphabet='0123456789.eE+-_ "\'infa,#', max_size=8),
)  # fmt: skip
line = st.lists(cell, min_size=1, max_size=6).map(",".join)


def same(data, form):
    fast = read_piece(LinePiece.from_bytes(7, data), form)
    exact = read_lines(data.removesuffix(b"\n").split(b"\n"), 7, form)
    assert fast.rows.tolist() == exact.rows.tolist()
    assert fast.bad == exact.bad
    assert fast.carried == exact.carried
    for kind in ("logits", "labels", "targets", "loss", "gradient"):
        parts = (getattr(block, kind) for block in (fast, exact))
        a, b = (np.zeros(0) if part is None else part for part in parts)
        assert np.array_equal(a, b, equal_nan=True)


@pytest.mark.parametrize(
    "header", ["id,z0,z1,label,loss,grad0,grad1", "z0,z1,label,loss,grad0,grad1,id"]
)
@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(line, st.tuples(*[cell] * 7).map(",".join)), min_size=1, max_size=6))
@example(["a,1,2,0,1,1,1", "", "a,1,2,0,1,1,1"])
@example(["a,1,2,0,1,1", "a,1,2,0,1,1,1"])
@example(["a,-1e400,2,0,1,1,1", "a,-inf,2,0,1,1,1"])
@example(["a,-1e251,2,0,1,1,1", "a,-inf,1e200,0,1e251,1,1"])
@example(["1,2,0,1,1,1,1,"])
def test_any_lines_are_read_as_they_are_read_exactly(header, lines):
    form = LineFormat("a.csv", 0, recognise(header.split(","), "a.csv"))
    for end in ("\n", ""):
        same("\n".join(["a,1,2,0,1,1,1", *lines]).encode() + end.encode(), form)


@pytest.mark.parametrize(
    "header",
    [
        "z0,z1,label,loss,grad0,grad1", "id,z0,z1,label,grad0,grad1",
        "z0,z1,label,loss,note,extra", "z0,y0,z1,y1,loss,id",
    ],
)  # fmt: skip
@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(line, st.tuples(*[cell] * 6).map(",".join)), min_size=1, max_size=6))
def test_wide_lines_too(header, lines):
    form = LineFormat("a.csv", 0, recognise(header.split(","), "a.csv"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "BY_ROW", 1)
        text = "\n".join(["1,2,0,1,1,1", *lines])
        same(text.encode(), form)
        same(f"{text}\n".encode(), form)


def test_bytes_that_are_not_utf8_spoil_their_line_only():
    form = LineFormat("a.csv", 0, recognise(["id", "z0", "z1", "label"], "a.csv"))
    block = read_piece(LinePiece.from_bytes(0, b"a,1,2,0\nb\xff,1,2,0\nc,1,2,0\n"), form)
    assert block.rows.tolist() == [0, 2]
    assert block.bad[0].message == "not UTF-8"


def test_numbers_are_rounded_as_python_rounds_them():
    random = np.random.default_rng(0)
    numbers = random.integers(0, 2**63, 4000, dtype=np.uint64).view(np.float64)
    texts = [f"{v:.{k % 20}e}" for k, v in enumerate(numbers[np.isfinite(numbers)].tolist())]
    texts += ["9007199254740993", "0.500000000000000166533453693773481063544750213623046875"]
    form = LineFormat("a.csv", 0, recognise(["loss", "z0", "z1", "label"], "a.csv"))
    data = "".join(f"{text},0,0,0\n" for text in texts).encode()
    block = read_piece(LinePiece.from_bytes(0, data), form)
    assert block.loss.tolist() == [float(text) for text in texts]
