"""Takes persons out of frozen files, as if they had not been there."""

import os
from collections.abc import Collection
from pathlib import Path

NUMBER = "n"  # the column of every table about persons
OWN_FILE = 0o600


def forget(folder: Path, numbers: Collection[int]) -> int:
    """Rewrite the files of a snapshot that have rows of these numbers, and return how many were rewritten.

    A file takes the place of the old one whole, so that whoever reads meanwhile reads the one or the other.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    rewritten = 0
    for path in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            if NUMBER not in file.schema_arrow.names:
                continue
            kind = file.schema_arrow.field(NUMBER).type
            table = file.read()
        gone = pc.is_in(table[NUMBER], value_set=pa.array(sorted(numbers), kind))
        if pc.any(gone).as_py():
            draft = path.with_suffix(".draft")
            draft.touch(mode=OWN_FILE)
            pq.write_table(table.filter(pc.invert(gone)), draft, compression="zstd")
            os.replace(draft, path)  # noqa: PTH105  in one step
            rewritten += 1
    return rewritten
