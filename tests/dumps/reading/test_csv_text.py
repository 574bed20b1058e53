"""Text dumps: what is read, and what is said of rows that cannot be read."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_cli.dumps.reading.csv_text import TextDump, TextOptions
from ce_cli.dumps.reading.lines import cut
from ce_cli.errors import InputError


def read(text, size=2**22):
    data = text if isinstance(text, bytes) else text.encode()
    dump = TextDump.opened(lambda: io.BytesIO(data), "a.csv", 0, TextOptions())
    dump = replace(dump, piece_size=size)
    return [dump.read(piece) for piece in dump.pieces()]


def row(cells, header="id,z0,z1,z2,label"):
    """Return the only block of a file of one row."""
    (block,) = read(f"{header}\n{cells}\n")
    return block


@given(st.binary(max_size=60).map(lambda data: data.replace(b"\x00", b"\n")), st.integers(1, 9))
def test_pieces_are_whole_lines_and_nothing_is_lost(data, size):
    pieces = list(cut(io.BytesIO(data), size))
    assert b"".join(pieces) == data
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])


@pytest.mark.parametrize(
    "text",
    [
        "id,z0,z1,z2,label\na,4,-4,3,2\n",
        "id,z0,z1,z2,label\na,4,-4,3,2",
        "\ufeffid,z0,z1,z2,label\na,4,-4,3,2\n",
        "id,z0,z1,z2,label\r\na,4,-4,3,2\r\n",
        'id,z0,z1,z2,label\n"a","4","-4","3","2"\n',
        "id,z0,z1,z2,label\na, 4 , −4 ,\t3,2.0\n",
        "id, z0, z1, z2, label\na,+4,-4.,03,2e0\n",
    ],
)
def test_spellings_that_are_fine(text):
    (block,) = read(text)
    assert block.bad == ()
    assert block.logits.T.tolist() == [[4, -4, 3]]
    assert block.labels.tolist() == [2]
    assert block.carried == {"id": ["a"]}


@pytest.mark.parametrize(
    ("cells", "character", "column", "message"),
    [
        ("a,abc,-4,3,2", 3, "z0", "not a number"),
        ("a,0x10,-4,3,2", 3, "z0", "not a number"),
        ("a,1_000,-4,3,2", 3, "z0", "not a number"),
        ("a,1d5,-4,3,2", 3, "z0", "not a number"),
        ('a,"1,5",-4,3,2', 3, "z0", "not a number"),
        ("a,,-4,3,2", 3, "z0", "empty"),
        ('"a,""b", x,-4,3,2', 10, "z0", "not a number"),
        ("a,4,1e400,3,2", 5, "z1", "too large for float64"),
        ("a,4,-1e400,3,2", 5, "z1", "too large for float64"),
        ("a,4,-1e260,3,2", 5, "z1", "a logit must be within ±1e+250"),
        ("a,4,nan,3,2", 5, "z1", "is NaN"),
        ("a,4,inf,3,2", 5, "z1", "a logit cannot be +inf"),
        ("a,-inf,-inf,-inf,2", 1, "", "all classes are masked (-inf)"),
        ("a,4,-4,3,", 10, "label", "the label is missing"),
        ("a,4,-4,3,1.5", 10, "label", "a label must be a whole number"),
        ("a,4,-4,3,-1", 10, "label", "label -1 is not one of the 3 classes"),
        ("a,4,-4,3,3", 10, "label", "label 3 is not one of the 3 classes"),
        ("a,4,-4,3", 9, "", "4 fields where there are 5 columns"),
        ("a,4,-4,3,2,1", 12, "", "6 fields where there are 5 columns"),
        ("", 1, "", "a blank line"),
        ("  ", 1, "", "a blank line"),
        ("# a comment", 1, "", "a comment line"),
        ('"a,4,-4,3,2', 1, "", "a quote is not closed on its line, or something follows it"),
    ],
)
def test_bad_rows(cells, character, column, message):
    block = row(cells)
    (bad,) = block.bad
    assert (bad.place.line, bad.character, bad.place.row) == (2, character, 0)
    assert (bad.column, bad.message) == (column, message)
    assert block.rows.size == 0


def test_a_row_that_is_not_utf8_is_shown_escaped():
    (block,) = read(b"id,z0,z1,label\nb\xff,1,2,0\na,1,2,0\n")
    assert str(block.bad[0]) == "a.csv:2:2: not UTF-8\n  b\\xff,1,2,0\n   ^"
    assert block.rows.tolist() == [1]


def test_a_label_one_too_large_says_that_labels_count_from_0():
    assert row("a,4,-4,3,3").bad[0].hint.endswith("labels count from 0")


def test_a_comment_sign_may_begin_an_id():
    assert row("#7,4,-4,3,2").carried == {"id": ["#7"]}


def test_targets_and_claims():
    block = row("1,2,0.25,0.75,nan,-inf,0.5", "z0,z1,y0,y1,loss,grad0,grad1")
    assert block.targets.T.tolist() == [[0.25, 0.75]]
    assert np.isnan(block.loss[0])
    assert block.gradient.T.tolist() == [[-np.inf, 0.5]]


@pytest.mark.parametrize(
    ("target", "message"),
    [("-0.25", "a target cannot be negative"), ("1e31", "a target must be at most 1e+30")],
)
def test_targets_out_of_range_are_bad(target, message):
    assert row(f"1,2,{target},1.25", "z0,z1,y0,y1").bad[0].message == message


def test_a_target_may_be_tiny():
    assert row("1,2,1e-310,1", "z0,z1,y0,y1").targets.T.tolist() == [[1e-310, 1.0]]


@given(st.lists(st.sampled_from(["1,2,0", "-inf,2,1", "x,1,0", "", "1,2", "3,4,7"])),
       st.integers(1, 40))  # fmt: skip
def test_the_size_of_the_blocks_makes_no_difference(lines, size):
    text = "z0,z1,label\n" + "".join(f"{line}\n" for line in ["1,2,0", *lines])
    blocks, (whole,) = read(text, size), read(text)
    assert np.concatenate([block.rows for block in blocks]).tolist() == whole.rows.tolist()
    assert np.hstack([block.logits for block in blocks]).tolist() == whole.logits.tolist()
    assert sum((block.bad for block in blocks), ()) == whole.bad


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n1,2,0\n", "a blank line"),
        ("z0,z1,label\n", "has a header but no rows"),
        ("id,label\n1,2\n", "no logits"),
        (b"z0,z1,label\xff\n1,2,0\n", "not UTF-8"),
        ('"z0,z1,label\n1,2,0\n', "a quote is not closed on its line"),
        ("z0,z1,label\r1,2,0\r1,2,0\r", "lines end with a lone carriage return"),
        ("# z0,z1,label\n1,2,0\n", "the first line is a comment"),
        ("#loss,z0,z1,label\n1,2,3,0\n", "the first line is a comment"),
    ],
)
def test_files_that_cannot_be_used(text, message):
    with pytest.raises(InputError, match=message) as caught:
        read(text)
    assert caught.value.place.startswith("a.csv")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("z0 z1 label\n1 2 0\n", "say --separator ' ' if"),
        ("z0|z1|label\n1|2|0\n", "say --separator '|' if"),
        ("# made by us, 2024\nz0,z1,label\n1,2,0\n", "the first line names the columns"),
        ("id, the label\n1,2\n", "name their columns z0"),
    ],
)
def test_why_there_may_be_no_logits(text, hint):
    with pytest.raises(InputError, match="no logits") as caught:
        read(text)
    assert caught.value.hint.startswith(hint)
