"""``cecheck batch --names``: names of classes in the report, and labels that are names."""

import json
import math

import numpy as np
import polars as pl
import pytest

NAMES = "cat,dog,rabbit"
LABELS = ["rabbit", "cat", "dog", "cat"]
CLASSES = [2, 0, 1, 0]
LOGITS = [[0.0, 0.0, 0.0], [1.0, -1.0, 0.5], [2.0, 0.0, -3.0], [0.25, 4.0, 1.0]]


def losses(classes):
    return [
        math.log(sum(map(math.exp, z))) - z[label] for z, label in zip(LOGITS, classes, strict=True)
    ]


def write_csv(path, labels, loss):
    rows = zip(LOGITS, labels, loss, strict=True)
    lines = [",".join(map(str, [*z, label, one])) for z, label, one in rows]
    path.write_text("\n".join(["z0,z1,z2,label,loss", *lines]) + "\n")


def write_json(path, labels, loss):
    rows = zip(LOGITS, labels, loss, strict=True)
    named = [{"z": z, "label": label, "loss": one} for z, label, one in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in named))


def write_parquet(path, labels, loss):
    frame = pl.DataFrame({"logits": LOGITS, "label": labels, "loss": loss})
    if path.stem == "categories":
        frame = frame.with_columns(pl.col("label").cast(pl.Categorical))
    frame.write_parquet(path)


def write_archive(path, labels, loss):
    np.savez(path, logits=np.array(LOGITS), labels=np.array(labels), loss=np.array(loss))


def write_arrays(path, labels, loss):
    np.save(path, np.array(LOGITS))
    np.save(path.with_name("label.npy"), np.array(labels))
    np.save(path.with_name("loss.npy"), np.array(loss))


WRITERS = {".csv": write_csv, ".jsonl": write_json, ".parquet": write_parquet,
           ".npz": write_archive, ".npy": write_arrays}  # fmt: skip


def write(path, labels):
    """Write the logits with labels and the losses of ``CLASSES``; return the arguments."""
    WRITERS[path.suffix](path, labels, losses(CLASSES))
    beside = [f"--{kind}={path.with_name(kind)}.npy" for kind in ("label", "loss")]
    return [path, *(beside if path.suffix == ".npy" else [])]


FILES = ["a.csv", "a.jsonl", "a.parquet", "categories.parquet", "a.npz", "a.npy"]


@pytest.mark.parametrize("name", FILES)
def test_labels_may_be_names(batch, tmp_path, name):
    arguments = write(tmp_path / name, LABELS)
    code, out, err = batch(*arguments, "--names", NAMES, "--format", "json")
    report = json.loads(out)
    assert (code, err, report["rows"], report["passed"]) == (0, "", 4, 4)
    assert report["names"] == NAMES.split(",")
    assert report["loss"]["total"] == pytest.approx(sum(losses(CLASSES)))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("wrong", ["Cat", "cow"])
def test_a_name_of_no_class_is_a_row_that_cannot_be_read(batch, tmp_path, name, wrong):
    arguments = write(tmp_path / name, ["rabbit", wrong, "dog", "cat"])
    code, out, err = batch(*arguments, "--names", NAMES, "--format", "json")
    report = json.loads(out)
    assert (code, report["passed"], report["unreadable"]) == (2, 3, 1)
    (bad,) = report["errors"]
    assert (bad["row"], bad["text"], bad["message"]) == (1, wrong, "is no class")
    assert err.endswith("hint: the classes are cat, dog, rabbit\n")
    if name == "a.csv":
        assert err.startswith(f"warning: {tmp_path}/a.csv:3:14: column label: ")


def test_names_stand_in_the_order_of_the_classes(batch, tmp_path):
    loss = math.log1p(math.exp(-3))  # of class 1; that of class 0 is larger by 3
    (tmp_path / "a.csv").write_text(f"z0,z1,label,loss\n0,3,dog,{loss}\n")
    assert [batch(tmp_path / "a.csv", "--names", x)[0] for x in ("cat,dog", "dog,cat")] == [0, 1]


def test_names_beside_numbers_and_blanks(batch, tmp_path):
    loss = math.log(2)
    rows = [' "cat"', "cat ", '"dog"', "1", "-100", '"c,at"', "", "nan", "1e400"]
    lines = [f"0,0,{label},{loss}" for label in rows]
    (tmp_path / "a.csv").write_text("\n".join(["z0,z1,label,loss", *lines]) + "\n")
    options = ["--names", "cat,dog", "--ignore-index", "-100", "--format", "json"]
    report = json.loads(batch(tmp_path / "a.csv", *options)[1])
    assert [(bad["row"], bad["rows"], bad["message"]) for bad in report["errors"]] == [
        (0, 4, "is no class"), (6, 1, "the label is missing"),
    ]  # fmt: skip
    assert (report["passed"], report["failed"], report["unreadable"]) == (3, 1, 5)


def test_a_dump_of_many_classes_may_have_names(batch, tmp_path):
    classes = 300
    header = ",".join([*(f"z{k}" for k in range(classes)), "label"])
    row = ",".join(["0"] * classes)
    (tmp_path / "a.csv").write_text(f"{header}\n{row},c299\n{row},c300\n")
    names = ",".join(f"c{k}" for k in range(classes))
    report = json.loads(batch(tmp_path / "a.csv", "--names", names, "--format", "json")[1])
    assert (report["unclaimed"], report["unreadable"]) == (1, 1)
    assert report["loss"]["total"] == pytest.approx(math.log(classes))


@pytest.mark.parametrize("output_format", ["text", "markdown", "junit"])
def test_the_report_names_classes(batch, tmp_path, output_format):
    (tmp_path / "a.csv").write_text("z0,z1,label,grad0,grad1\n0,0,1,0.5,-0.25\n")
    out = batch(tmp_path / "a.csv", "--names", "cat,dog", "--format", output_format)[1]
    assert "dog" in out
    data = json.loads(batch(tmp_path / "a.csv", "--names", "cat,dog", "--format", "json")[1])
    assert (data["names"], data["worst"][0]["class"]) == (["cat", "dog"], 1)
    assert json.loads(batch(tmp_path / "a.csv", "--format", "json")[1])["names"] is None


@pytest.mark.parametrize("names", ["cat", "cat,dog,cow", "cat,cat", "cat,1", "cat,"])
def test_names_that_do_not_name_all_classes_are_refused(batch, tmp_path, names):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,1\n")
    code, out, err = batch(tmp_path / "a.csv", "--names", names)
    assert (code, out, err.startswith("error: --names: ")) == (2, "", True)


def test_a_label_that_is_a_word_hints_at_names(batch, tmp_path):
    (tmp_path / "a.csv").write_text("z0,z1,label\n0,0,cat\n")
    assert "\nhint: if labels are names, say --names " in batch(tmp_path / "a.csv")[2]
