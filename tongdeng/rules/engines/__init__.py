"""Engines that answer the same law: `memory` is the reference, `duckdb` the fast one, `spark` the one for a cluster."""
