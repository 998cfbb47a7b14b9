"""`tierpolicy.spark.evaluate` gives what the plain evaluator gives, however the rows lie."""

from __future__ import annotations

import subprocess
import sys
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tierpolicy
from tests.servers.spark import session_on
from tests.spark.frames import CDNOW, DAY, EVERY_TYPE, by_key, customers, decided_plainly, frame_of, policy_of
from tierpolicy.spark import evaluate, way

ROWS = customers(120)


@pytest.mark.parametrize("how", ["columns", "expressions"])
def test_every_type_with_more_and_less_known(spark: Any, tmp_path: Path, how: Any) -> None:
    policy = policy_of(tmp_path)
    rows = [row for known in (0.95, 0.2, 0.0) for row in customers(80, known=known)]
    rows = [{**row, "id": f"c{at}"} for at, row in enumerate(rows)]
    answered = evaluate(frame_of(spark, rows, 3), policy, as_of=DAY, how=how)
    plain = decided_plainly(policy, rows)
    assert by_key(answered, [*plain["c0"]]) == plain


def test_both_ways_give_the_same_types(spark: Any, tmp_path: Path) -> None:
    policy, frame = policy_of(tmp_path), frame_of(spark, ROWS[:2], 1)
    one, other = (evaluate(frame, policy, as_of=DAY, how=how).schema for how in ("columns", "expressions"))
    assert [(each.name, each.dataType) for each in one] == [(each.name, each.dataType) for each in other]


def test_which_way_is_taken_and_why(spark: Any, tmp_path: Path) -> None:
    policy, frame = policy_of(tmp_path), frame_of(spark, ROWS[:2], 1)
    assert str(way(frame, policy)) == "by Spark's own expressions: the policy is small, and SQL says all of it"
    assert way(frame, policy, notes=True).how == "columns"
    assert str(way(frame, policy, request={})) == "by workers, in columns: a request is read by workers"
    text = frame.withColumn("spend", frame.spend.cast("string"))
    assert str(way(text, policy)) == "by workers, in columns: `spend` is string, which is read value by value"
    with pytest.raises(ValueError, match="can't be decided by expressions of Spark: `spend` is string"):
        evaluate(text, policy, how="expressions")
    with pytest.raises(ValueError, match="how is `automatic`, `columns` or `expressions`, not 'quickly'"):
        evaluate(frame, policy, how="quickly")
    rules = "\n".join(f"if orders = {at} then places = {at}" for at in range(250))
    large = policy_of(tmp_path, f"{EVERY_TYPE}\n{rules}\n")
    words = "the policy has 255 statements and rows of tables, more than 100"
    assert str(way(frame, large)) == f"by workers, in columns: {words}"


def test_all_columns_stay_or_those_that_are_asked_for(spark: Any, tmp_path: Path) -> None:
    policy, frame = policy_of(tmp_path), frame_of(spark, ROWS, 2)
    service = [each.name for each in policy.versions[0].attributes.values() if not each.internal]
    answered = evaluate(frame, policy, as_of=DAY)
    assert answered.columns == [*frame.columns, *service]
    assert [answered.schema[name] for name in frame.columns] == list(frame.schema)
    few = evaluate(frame, policy, as_of=DAY, keep=["id"])
    assert few.columns == ["id", *service]
    assert evaluate(frame, policy, as_of=DAY, keep=[]).columns == service
    assert evaluate(frame, policy, as_of=DAY, keep=[]).count() == len(ROWS)


def test_notes_are_those_of_evaluate_all(spark: Any, tmp_path: Path) -> None:
    policy, rows = policy_of(tmp_path), ROWS[:20]
    found = {row["id"]: row for row in evaluate(frame_of(spark, rows, 2), policy, as_of=DAY, notes=True).collect()}
    for row in rows:
        decision = policy.evaluate(row, as_of=DAY)
        assert found[row["id"]]["problems"] == [problem.message for problem in decision.problems]
        assert found[row["id"]]["undetermined"] == [each.statement for each in decision.undetermined]


def test_a_request_holds_for_all_rows(spark: Any) -> None:
    policy = tierpolicy.load(CDNOW)
    frame = spark.createDataFrame([("1", 3), ("2", 40)], "customer_id string, orders int")
    for topic in ("order", "payment"):
        answered = evaluate(frame, policy, as_of=DAY, request={"topic": topic}).orderBy("customer_id").collect()
        for row, orders in zip(answered, (3, 40), strict=True):
            expected = policy.evaluate({"customer_id": row.customer_id, "orders": orders}, {"topic": topic}, DAY)
            assert row.priority == expected["priority"]
            assert row.reply_within == expected["reply_within"]


ODD = ["", "a.b", "a`b", "'; drop table x", "😀", "select", "c0", "a0", "x y"]


def test_columns_with_odd_names_and_two_of_one_name(spark: Any, tmp_path: Path) -> None:
    policy = policy_of(tmp_path)
    frame = frame_of(spark, ROWS[:4], 1).select("id", "orders").toDF("id", "orders")
    wide = frame.selectExpr("*", *(f"{at} AS x{at}" for at in range(len(ODD))), "1 AS t1", "2 AS t2")
    wide = wide.toDF("id", "orders", *ODD, "twice", "twice")
    for how in ("columns", "expressions"):
        answered = evaluate(wide, policy, as_of=DAY, how=how)
        assert answered.columns[: len(wide.columns)] == wide.columns
        assert [row[2 : 2 + len(ODD)] for row in answered.collect()] == [tuple(range(len(ODD)))] * 4
    two = frame.toDF("id", "id")
    (problems,) = {tuple(row.problems) for row in evaluate(two, policy, as_of=DAY, keep=[], notes=True).collect()}
    assert any("two columns are called `id`" in each for each in problems)


def test_no_rows_no_columns_and_empty_partitions(spark: Any, tmp_path: Path) -> None:
    policy, frame = policy_of(tmp_path), frame_of(spark, ROWS[:3], 5)
    assert evaluate(frame.limit(0), policy, as_of=DAY).collect() == []
    assert evaluate(frame, policy, as_of=DAY).count() == 3
    nothing_read = spark.range(4).withColumnRenamed("id", "unread")
    plain = policy.evaluate({}, as_of=DAY)
    for how in ("columns", "expressions"):
        found = evaluate(nothing_read, policy, as_of=DAY, how=how).collect()
        assert [row.priority for row in found] == [plain["priority"]] * 4


def test_one_partition_with_nearly_all_rows(spark: Any, tmp_path: Path) -> None:
    from pyspark.sql import functions

    policy, rows = policy_of(tmp_path), customers(2_000, seed=2)
    frame = frame_of(spark, rows, 1)
    skewed = frame.repartition(4, functions.when(functions.substring("id", -1, 1) == "7", frame.id).otherwise("one"))
    sizes = [len(part) for part in skewed.select("id").rdd.glom().collect()]
    assert max(sizes) >= 0.9 * len(rows)
    plain = decided_plainly(policy, rows)
    assert by_key(evaluate(skewed, policy, as_of=DAY, how="columns"), [*plain["c0"]]) == plain


def test_it_is_lazy(spark: Any, tmp_path: Path) -> None:
    from pyspark.sql import functions

    broken = frame_of(spark, ROWS[:2], 1).withColumn("orders", functions.raise_error(functions.lit("asked")))
    evaluate(broken, policy_of(tmp_path), as_of=DAY)


# ---------------------------------------------------------------- what can't be


def test_a_column_in_the_way_of_an_answer(spark: Any, tmp_path: Path) -> None:
    policy = policy_of(tmp_path)
    frame = spark.createDataFrame([("1", "x")], "id string, Priority string")
    with pytest.raises(ValueError, match=r"has a column `Priority`.*`keep`"):
        evaluate(frame, policy, as_of=DAY)
    assert evaluate(frame, policy, as_of=DAY, keep=["id"]).count() == 1


def test_what_evaluate_does_not_take(spark: Any, tmp_path: Path) -> None:
    policy, frame = policy_of(tmp_path), spark.range(1)
    with pytest.raises(TypeError, match="DataFrame of Spark, not dict"):
        evaluate({}, policy)
    with pytest.raises(TypeError, match=r"`tierpolicy.load`"):
        evaluate(frame, "service.tier")
    with pytest.raises(ValueError, match="no column `x`"):
        evaluate(frame, policy, keep=["x"])
    with pytest.raises(TypeError, match="list of column names"):
        evaluate(frame, policy, keep="id")
    with pytest.raises(TypeError, match="as_of is a date"):
        evaluate(frame, policy, as_of="today")


def test_columns_of_text_that_fields_do_not_read_are_named(spark: Any, tmp_path: Path) -> None:
    policy, frame = policy_of(tmp_path), frame_of(spark, ROWS[:2], 1)
    (tmp_path / "in.csv").write_text("id,spend,orders,loyal,since,waited\na,500,12,true,2026-01-01,PT1H\n")
    text = spark.read.csv(f"file:{tmp_path}/in.csv", header=True)
    with pytest.warns(UserWarning, match=r"^`orders`, `loyal`: columns of text.*`inferSchema=True`, or cast") as told:
        evaluate(text, policy, as_of=DAY, keep=["id"])
    assert [each.filename for each in told] == [__file__]
    typed = spark.read.csv(f"file:{tmp_path}/in.csv", header=True, inferSchema=True)
    inside = spark.sql("SELECT struct('Ulm' AS city) AS address, '1' AS unread")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        for read in (frame, typed, inside):
            evaluate(read, policy, as_of=DAY, keep=[])


def test_a_python_of_the_workers_that_lacks_libraries_is_refused(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, frame = policy_of(tmp_path), frame_of(spark, ROWS[:1], 1)
    other = tmp_path / "python3"
    other.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -I "$@"\n')
    other.chmod(0o755)
    monkeypatch.setattr(spark.sparkContext, "pythonExec", str(other))
    words = r"run `.*python3`, which lacks `pyarrow` and `pandas` and `tierpolicy`; .*PYSPARK_PYTHON.* = sys.executable"
    with pytest.raises(ImportError, match=words):
        evaluate(frame, policy, as_of=DAY, how="columns")
    evaluate(frame, policy, as_of=DAY, how="expressions")
    monkeypatch.setattr(spark.sparkContext, "pythonExec", "there-is-none")
    evaluate(frame, policy, as_of=DAY, how="columns")


def test_importing_the_package_loads_no_spark() -> None:
    program = "import sys, tierpolicy, tierpolicy.spark; assert 'pyspark' not in sys.modules; print('none')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "none\n"


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ImportError, match=r"pip install 'tierpolicy\[spark\]'"):
        evaluate(None, None)


# ---------------------------------------------------------------- workers that fail


def test_a_task_that_fails_is_done_again(tmp_path: Path) -> None:
    """A worker's process is killed in the midst of a partition, once; every row still comes out once."""
    policy = policy_of(tmp_path)
    session = session_on("local[2,3]")
    plain = decided_plainly(policy, ROWS)
    killing = killing_once(tmp_path / "killed")
    frame = frame_of(session, ROWS, 2)
    answered = evaluate(frame.mapInArrow(killing, frame.schema), policy, as_of=DAY, how="columns")
    found = [row.asDict() for row in answered.collect()]
    assert (tmp_path / "killed").exists()
    assert len(found) == len(ROWS)
    assert {row["id"]: {name: row[name] for name in plain["c0"]} for row in found} == plain


def killing_once(mark: Path) -> Any:
    def rows(batches: Any) -> Any:
        import os
        import signal

        for batch in batches:
            yield batch
            try:
                os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)

    return rows


def test_workers_in_processes_of_their_own(tmp_path: Path) -> None:
    """Two executors, each a Java of its own, that see nothing of this process."""
    policy = policy_of(tmp_path)
    session = session_on("local-cluster[2,1,512]")
    plain = decided_plainly(policy, ROWS)
    assert by_key(evaluate(frame_of(session, ROWS, 2), policy, as_of=DAY, how="columns"), [*plain["c0"]]) == plain


def test_today_is_the_day_that_evaluate_is_called(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the day on which some worker comes to it."""
    from tierpolicy.runtime import days

    monkeypatch.setattr(days, "now", lambda: 0.0)
    monkeypatch.setattr(days, "today", lambda: date(1999, 1, 1))
    policy = policy_of(tmp_path)
    rows = [{**ROWS[0], "tags": ["a"]}]
    (row,) = evaluate(frame_of(spark, rows, 1), policy).collect()
    assert row.visit == date(1999, 1, 31)
