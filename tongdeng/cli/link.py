"""`link` and `linkage train`: who is who in some rolls, without a database."""

from __future__ import annotations

import csv
import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongdeng.cli.output import AsJson, Lang, emit, fail, note
from tongdeng.intake.rolls import read_roll
from tongdeng.intake.types import RowIn
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.linkage import settings
from tongdeng.linkage.rows import Gathering
from tongdeng.rules import load
from tongdeng.synth.divisions import COMMUNITIES

if TYPE_CHECKING:
    import pyarrow as pa

app = typer.Typer(help="比对模型 The linkage model", no_args_is_help=True)
LAW = Path(os.environ.get("TONGDENG_LAW") or Path(__file__).parents[2] / "law")
Files = Annotated[list[str], typer.Argument(metavar="SOURCE=FILE...", help="Rolls, such as police=police.csv.")]
_WORDS = {
    "name": Text("姓名", "names"),
    "id_number": Text("身份号码", "id numbers"),
    "born_on": Text("出生日期", "birth dates"),
    "sex": Text("性别", "sex"),
    "phone": Text("电话", "phones"),
    "hukou_code": Text("户籍区划", "hukou divisions"),
    "guardian": Text("监护人或母亲", "guardians or mothers"),
}


@app.callback()
def linkage() -> None:
    """Hold the commands about the model."""


def link(
    files: Files,
    out: Annotated[Path, typer.Option(help="CSV to write: file, row, person, probability.")],
    model: Annotated[Path | None, typer.Option(help="Another model than the one that comes along.")] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Say who is who in some rolls, without a database: one line for each row of each file, about its subject."""
    try:
        trained = settings.load(model or settings.DEFAULT)
        _refuse_nowhere(out)
        begun = time.perf_counter()
        with _without_collector():
            rows = gather(files, lang)
            read = time.perf_counter()
            # Splink takes a second to import; a wrong file should not have to wait for it.
            from tongdeng.linkage import runner

            found = runner.link(rows, trained)
            linked = time.perf_counter()
            _write(out, found.table)
    except TongdengError as error:
        fail(error, as_json, lang)
    for name in found.missing:
        note(_loudly(name), lang)
    emit(
        {
            "rows": len(rows),
            "people": found.people,
            "seconds": round(time.perf_counter() - begun, 3),
            "seconds_reading": round(read - begun, 3),
            "seconds_linking": round(linked - read, 3),
            "doubts": found.doubts,
            "model": trained.version,
            "missing": list(found.missing),
            "most_claimed": round(found.most_claimed, 6),
            "file": out.name,
        },
        as_json,
    )


@app.command()
def train(
    files: Files,
    truth: Annotated[Path, typer.Option(help="CSV of file, row, person: who is who, to choose the thresholds by.")],
    out: Annotated[Path, typer.Option(help="The model to write.")],
    about: Annotated[str, typer.Option(help="What the rolls are, for whoever reads the model.")] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Train a model on some rolls by expectation maximisation, and choose its thresholds where the truth is known."""
    try:
        known = _read_truth(truth)
        rows = gather(files, lang)
        from tongdeng.linkage import thresholds, training

        note(Text("训练中，约需一分钟", "training, about a minute"), lang)
        learned = training.train(rows)
        words = about or ", ".join(Path(file.partition("=")[2]).name for file in files)
        model = settings.Model(settings.VERSION, 0.0, 0.0, thresholds.ZONE, "", words, learned)
        model = thresholds.choose(rows, model, known)
        model.save(out)
    except TongdengError as error:
        fail(error, as_json, lang)
    emit(
        {"model": model.version, "threshold": model.threshold, "margin": model.margin, "chosen": model.chosen}, as_json
    )


def gather(files: list[str], lang: str) -> pa.Table:
    """Read the rolls and return what each row says of its subject. A row that intake would give back is kept."""
    found = Gathering()
    # Who somebody is does not depend on the law: without one, a service code is only an unknown word.
    has_law = (LAW / "facts.yaml").is_file()
    services = {code: service.bureau for code, service in load(LAW).services.items()} if has_law else {}
    names: set[str] = set()
    for word in files:
        source, path = _source_and_path(word, names)
        before = len(found)
        roll = read_roll(source, path, today=clock.today(), communities=COMMUNITIES, services=services)
        may_be_empty = not roll.format.column("name").required
        for block in roll:
            for row in block:
                found.add(path.name, row.number, row.values, is_empty=may_be_empty and _is_vacant(row))
        rows = len(found) - before
        note(Text(f"{path.name}：{rows}行", f"{path.name}: {rows} rows"), lang)
    return found.table()


def _is_vacant(row: RowIn) -> bool:
    """Tell a dwelling that stands empty from one whose tenant cannot be told, who is somebody nevertheless."""
    has_subject = any(key in row.values for key in ("name", "id_number", "id_claimed", "phone"))
    return not has_subject and not any(finding.code == "tenant.indistinct" for finding in row.warnings)


def _source_and_path(word: str, names: set[str]) -> tuple[str, Path]:
    source, _, path = word.partition("=")
    file = Path(path)
    if not source or not path:
        fact = Text(f"缺少来源：{word}", f"the source is missing: {word}")
        remedy = Text("写成 police=文件.csv", "write police=FILE.csv")
        raise UnusableInput("link.source.missing", fact, place=word, remedy=remedy)
    if source == "residents-return":
        fact = Text("户籍人口汇总中没有个人", "a return of residents has no persons in it")
        raise UnusableInput("link.source.aggregate", fact, place=file.name)
    if file.name in names:
        fact = Text("两个文件同名，结果会分不清", "two files have the same name: the result could not tell them apart")
        raise UnusableInput("link.file.twice", fact, place=file.name, remedy=Text("请改名", "rename one"))
    names.add(file.name)
    return source, file


@contextmanager
def _without_collector() -> Iterator[None]:
    # Millions of living rows make each round of the cycle collector dear, and there are no cycles among them.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read_truth(path: Path) -> dict[tuple[str, int], str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {(line["file"], int(line["row"])): line["person"] for line in csv.DictReader(file)}
    except (OSError, KeyError, ValueError, TypeError) as error:
        fact = Text("不是 file,row,person 三列的文件", "not a file of the columns file, row, person")
        raise UnusableInput("linkage.truth.unusable", fact, place=path.name) from error


def _refuse_nowhere(path: Path) -> None:
    if not path.parent.is_dir() or path.is_dir():
        fact = Text("没有这个文件夹，或路径是文件夹", "no such folder, or the path is one")
        raise UnusableInput("link.out.unusable", fact, place=str(path))


def _write(path: Path, table: pa.Table) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.column_names)
            for batch in table.to_batches(100_000):
                writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    except OSError as error:
        fact = Text("不能写入该文件", "the file cannot be written")
        raise UnusableInput("link.out.unusable", fact, place=f"{path}: {error.strerror}") from error


def _loudly(name: str) -> Text:
    words = _WORDS[name]
    return Text(
        f"警告：所有文件都没有{words.zh}，这一项没有比对，结果的把握相应降低",
        f"WARNING: no file has {words.en}: nothing was compared by them, and the result claims less",
    )
