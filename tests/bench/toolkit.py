"""The package `recordlinkage` on a county's rows, in an environment of its own: `python -m tests.bench.toolkit IN OUT`.

Its index joins by number, name and day, name and phone; its own expectation maximisation classifies; whoever is joined
through others is one person.
"""

import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def persons(frame: Any) -> list[int]:
    """Return the number of the component that each row is in."""
    import numpy
    import recordlinkage
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    frame = frame.reset_index(drop=True)
    frame["number"] = frame["id_number"].fillna(frame["id_claimed"])
    index = recordlinkage.Index()
    for column in (["number"], ["name", "born_on"], ["name", "phone"]):
        index.block(column)
    compare = recordlinkage.Compare()
    for column in ("number", "born_on", "sex", "phone"):
        compare.exact(column, column, label=column)
    compare.string("name", "name", method="jarowinkler", threshold=0.85, label="name")
    pairs = recordlinkage.ECMClassifier().fit_predict(compare.compute(index.index(frame), frame))
    left, right = (numpy.asarray(pairs.get_level_values(level)) for level in (0, 1))
    graph = coo_array((numpy.ones(len(pairs)), (left, right)), shape=(len(frame), len(frame)))
    return [int(one) for one in connected_components(graph, directed=False)[1]]


def main() -> None:
    """Read the rows, and write whose each is."""
    frame = pq.read_table(sys.argv[1]).to_pandas()
    pq.write_table(pa.table({"person": pa.array(persons(frame), pa.int64())}), sys.argv[2])


if __name__ == "__main__":
    main()
