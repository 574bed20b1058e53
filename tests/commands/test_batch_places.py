"""What ``cecheck batch`` shows of a row: its numbers and its place."""

import math

import pytest

TRUTH = 1.3132616875182228  # log(1 + e), by 50-digit arithmetic


@pytest.mark.parametrize("output_format", ["table", "markdown"])
@pytest.mark.parametrize("claim", [math.nextafter(TRUTH, 2), math.nextafter(TRUTH, 1)])
def test_a_wrong_last_bit_is_seen(batch, tmp_path, output_format, claim):
    (tmp_path / "a.csv").write_text(f"z0,z1,label,loss\n1,2,0,{claim!r}\n")
    code, out, _ = batch(tmp_path / "a.csv", "--rtol", "1e-17", "--format", output_format)
    assert code == 1
    assert f"{claim:.16f}" in out
    assert f"{TRUTH:.16f}" in out


def test_an_error_beyond_what_is_allowed_is_more_than_1(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label,loss\n0,0,0,0.7\n")  # log 2 + 0.00685
    code, out, _ = batch(tmp_path / "a.csv", "--atol", "0.0068")
    assert (code, out.splitlines()[-1].endswith(" > 1")) == (1, True)
