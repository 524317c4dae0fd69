"""What a process imports before it works: engines and file formats come with the first use, not with every command."""

import subprocess
import sys

from tests.databases import environment

HEAVY = {
    "duckdb", "pyarrow", "adbc_driver_postgresql", "splink", "sqlglot", "pypinyin", "python_calamine", "xlsxwriter",
    "typst", "segno", "PIL", "pikepdf", "chinese_calendar", "pyspark", "playwright",
}  # fmt: skip
STARTS = """
import sys
from tongdeng.config import wsgi, urls
from procrastinate.contrib.django import app
app.perform_import_paths()
from tongdeng.cli import main
main.add_commands()
print(*sys.modules)
from tongdeng.linkage import runner
print(*sys.modules)
"""


def test_no_command_page_or_job_brings_an_engine_before_it_uses_one():
    done = subprocess.run([sys.executable, "-c", STARTS], env=environment(), capture_output=True, text=True, check=True)
    started, linking = (set(line.split()) for line in done.stdout.splitlines())
    assert {"tongdeng.cli.rolls", "tongdeng.intake.tasks", "tongdeng.sites.console.urls"} <= started
    assert started & HEAVY == set()
    # Guards the line above: whoever works with an engine has it.
    assert {"duckdb", "pyarrow", "splink"} <= linking
