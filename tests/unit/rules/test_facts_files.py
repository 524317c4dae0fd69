"""Facts files are read by strict rules, and answers are written whole or not at all."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.rules.law_folder import SERVICE, write_law
from tongdeng.kernel.errors import UnusableInput
from tongdeng.rules import load
from tongdeng.rules.engines.duckdb import compare, run
from tongdeng.rules.model import Law

DAY = date(2015, 6, 1)
HEADER = "person_id,age_years,sex,enrolled,arrived_on,income\n"


@pytest.fixture
def law(tmp_path) -> Law:
    return load(write_law(tmp_path / "law"))


def answers(law: Law, content: str | bytes, folder: Path, engine: str = "duckdb") -> list[list[str]]:
    """Return the rows of answers for a facts file with this content."""
    facts, out = folder / "facts.csv", folder / "answers.csv"
    facts.write_bytes(content if isinstance(content, bytes) else content.encode())
    run(law, DAY, facts, out, engine=engine)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("engine", ["duckdb", "memory"])
def test_ids_come_back_as_they_went_in(law, tmp_path, engine):
    found = answers(law, HEADER + '000000001,30,male,true,,\n" 2 ",,,,,\n"a,""b;",15,,,,\n', tmp_path, engine)
    assert found == [
        ["person_id", "service", "answer", "unmet", "unknown"],
        ["000000001", "HRS-02", "yes", "", ""],
        [" 2 ", "HRS-02", "unknown", "", "of_working_age;insured"],
        ['a,"b;', "HRS-02", "no", "of_working_age", "insured"],
    ]


def test_a_missing_column_is_unknown_whatever_its_absence_would_mean(law, tmp_path):
    assert answers(law, "person_id,age_years\n1,30\n", tmp_path)[1] == ["1", "HRS-02", "unknown", "", "insured"]


def test_an_empty_cell_is_unknown_quoted_or_not(law, tmp_path):
    found = answers(law, 'person_id,age_years,enrolled\n1,,true\n2,"",true\n', tmp_path)
    assert [row[2] for row in found[1:]] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfperson_id,age_years\r\n1,30\r\n2,3\n\n", b"age_years,person_id\n30,1"]
)
def test_a_byte_order_mark_line_ends_and_column_order_change_nothing(law, tmp_path, content):
    assert answers(law, content, tmp_path)[1][:3] == ["1", "HRS-02", "unknown"]


def test_a_file_without_people_gives_a_file_without_answers(law, tmp_path):
    for content in (HEADER, HEADER.strip()):
        assert answers(law, content, tmp_path) == [["person_id", "service", "answer", "unmet", "unknown"]]


BAD_VALUES = [
    ("1,old,,,,", "age_years"),
    ("1,1.0,,,,", "age_years"),
    ("1, 1,,,,", "age_years"),
    ("1,9223372036854775808,,,,", "age_years"),
    ("1,,man,,,", "sex"),
    ("1,,,yes,,", "enrolled"),
    ("1,,,TRUE,,", "enrolled"),
    ("1,,,,2023-02-29,", "arrived_on"),
    ("1,,,,2023/02/28,", "arrived_on"),
    ("1,,,,20230228,", "arrived_on"),
    ("1,,,,0000-01-01,", "arrived_on"),
    ("1,,,,,1.005", "income"),
    ("1,,,,,1e3", "income"),
    ('1,,,,,"1,5"', "income"),
    ("1,,,,,12345678901234567", "income"),
]


@pytest.mark.parametrize(("row", "column"), BAD_VALUES, ids=[row for row, _ in BAD_VALUES])
def test_a_value_that_does_not_parse_is_unusable_and_writes_nothing(law, tmp_path, row, column):
    with pytest.raises(UnusableInput) as caught:
        answers(law, f"{HEADER}0,,,,,\n{row}\n", tmp_path)
    assert (caught.value.exit_code, caught.value.code) == (2, "rules.facts.value")
    assert column in caught.value.fact.en
    assert caught.value.place == "facts.csv:2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts.csv", "law"]


UNUSABLE = [
    ("", "empty"),
    ("id,age_years\n1,2\n", "no_person_id"),
    ("person_id,age_years,age_years\n1,2,3\n", "column_twice"),
    ("person_id\n1\n2\n1\n", "person_twice"),
    ("person_id,age_years\n,3\n", "no_person"),
    ("person_id,age_years\n1,2,3\n", "unreadable"),
    ("person_id,age_years\n1\n", "unreadable"),
    ('person_id,shoes\n1,"2\n2,3\n', "quote"),
    ("person_id,sex\n1,男\n".encode("gb18030"), "encoding"),
    ("person_id,性别\n1,男\n".encode("gb18030"), "encoding"),
]


@pytest.mark.parametrize(("content", "code"), UNUSABLE, ids=[code + str(n) for n, (_, code) in enumerate(UNUSABLE)])
def test_a_file_that_cannot_be_used_says_why(law, tmp_path, content, code):
    with pytest.raises(UnusableInput) as caught:
        answers(law, content, tmp_path)
    assert caught.value.code == f"rules.facts.{code}"


def test_a_column_that_is_no_fact_is_ignored_with_a_warning(law, tmp_path):
    (tmp_path / "facts.csv").write_text("person_id,shoe_size\n1,42\n")
    done = run(law, DAY, tmp_path / "facts.csv", tmp_path / "answers.csv")
    assert ["shoe_size" in warning.en for warning in done.warnings] == [True]


def test_parquet_in_and_out_gives_the_same_answers(law, tmp_path):
    schema = {"person_id": pa.string(), "age_years": pa.int64(), "enrolled": pa.bool_(), "income": pa.decimal128(18, 2)}
    columns = {
        "person_id": ["01", "2"],
        "age_years": [30, None],
        "enrolled": [True, False],
        "income": [Decimal("1.00"), None],
    }
    table = pa.table({name: pa.array(columns[name], kind) for name, kind in schema.items()})
    pq.write_table(table, tmp_path / "facts.parquet")
    for engine in ("duckdb", "memory"):
        run(law, DAY, tmp_path / "facts.parquet", tmp_path / "answers.parquet", engine=engine)
        found = pq.read_table(tmp_path / "answers.parquet")
        assert found.column_names == ["person_id", "service", "answer", "unmet", "unknown"]
        rows = [[str(value) for value in row.values()] for row in found.to_pylist()]
        assert rows == [["01", "HRS-02", "yes", "", ""], ["2", "HRS-02", "no", "insured", "of_working_age"]]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([30], pa.int8()),
        pa.array([30.0], pa.float64()),
        pa.array(["30"], pa.string()),
        pa.array([Decimal("30")], pa.decimal128(5, 0)),
    ],
    ids=["int8", "float", "text", "decimal"],
)
def test_a_parquet_column_of_another_type_is_read_where_nothing_is_lost(law, tmp_path, column):
    pq.write_table(pa.table({"person_id": ["1"], "age_years": column, "enrolled": [True]}), tmp_path / "facts.parquet")
    run(law, DAY, tmp_path / "facts.parquet", tmp_path / "answers.parquet")
    assert pq.read_table(tmp_path / "answers.parquet").to_pylist()[0]["answer"] == "yes"


@pytest.mark.parametrize(
    "column", [pa.array([30.5]), pa.array([float("nan")]), pa.array([True]), pa.array([2**63], pa.uint64())]
)
def test_a_parquet_value_that_does_not_fit_is_unusable(law, tmp_path, column):
    pq.write_table(pa.table({"person_id": ["1"], "age_years": column}), tmp_path / "facts.parquet")
    with pytest.raises(UnusableInput):
        run(law, DAY, tmp_path / "facts.parquet", tmp_path / "answers.parquet")
    assert not (tmp_path / "answers.parquet").exists()


def test_a_file_that_is_no_parquet_is_unusable(law, tmp_path):
    (tmp_path / "facts.parquet").write_text("person_id\n1\n")
    with pytest.raises(UnusableInput):
        run(law, DAY, tmp_path / "facts.parquet", tmp_path / "answers.csv")


def test_brackets_in_a_file_name_are_no_pattern(law, tmp_path):
    (tmp_path / "facts [1].csv").write_text("person_id,age_years,enrolled\n1,30,true\n")
    assert run(law, DAY, tmp_path / "facts [1].csv", tmp_path / "answers.csv").people == 1


def test_a_failed_run_leaves_an_earlier_result_as_it_was(law, tmp_path):
    (tmp_path / "answers.csv").write_text("earlier")
    with pytest.raises(UnusableInput):
        answers(law, HEADER + "1,old,,,,\n", tmp_path)
    assert (tmp_path / "answers.csv").read_text() == "earlier"


def test_a_day_outside_every_version_has_no_rows(law, tmp_path):
    (tmp_path / "facts.csv").write_text("person_id\n1\n")
    for engine in ("duckdb", "memory"):
        done = run(law, date(2030, 1, 1), tmp_path / "facts.csv", tmp_path / "answers.csv", engine=engine)
        assert (done.people, done.services, done.rows) == (1, 0, 0)
        assert (tmp_path / "answers.csv").read_text() == "person_id,service,answer,unmet,unknown\n"


def test_a_difference_names_who_gains_and_who_loses(law, tmp_path):
    stricter = SERVICE.replace("age_years >= 16", "age_years >= 18").replace("age_years < 60", "age_years < 65")
    after = load(write_law(tmp_path / "after", service=stricter, cases=""))
    (tmp_path / "facts.csv").write_text("person_id,age_years,enrolled\na,16,true\nb,30,true\nc,62,true\nd,,true\n")
    changes, read = compare(law, after, DAY, tmp_path / "facts.csv")
    assert read.people == 4
    assert [(each.service, each.gains, each.loses, each.gaining, each.losing) for each in changes] == [
        ("HRS-02", 1, 1, ("c",), ("a",))
    ]


@pytest.mark.parametrize("count", [32, 33, 70])
def test_a_service_may_have_many_conditions(tmp_path, count):
    many = "".join(f"      c{n}: age_years > {n}\n" for n in range(count))
    service = SERVICE.replace("      of_working_age: age_years >= 16 and age_years < 60\n", many)
    law = load(write_law(tmp_path / "law", service=service, cases=""))
    content = "person_id,age_years,enrolled\n1,31,true\n2,100,true\n3,,false\n"
    found = answers(law, content, tmp_path)
    assert found == answers(law, content, tmp_path, engine="memory")
    assert found[1][3].split(";") == ["", *(f"c{n}" for n in range(31, count))][1 if count > 31 else 0 :]
