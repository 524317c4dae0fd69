"""Hands functions of upper packages down to lower ones, in every process, as soon as Django has started."""

from django.apps import AppConfig


class Wiring(AppConfig):
    """An application without tables: all it does is to connect."""

    name = "tongdeng.config"
    label = "wiring"

    def ready(self) -> None:
        """Connect the packages."""
        from tongdeng.care import actions as care
        from tongdeng.care import exports as seal
        from tongdeng.intake.exports import described_sources, sealed_rows
        from tongdeng.people.exports import sources

        sources.describe(described_sources)
        sealed_rows.connect(
            sealed_rows.Care(
                digest=seal.row_digest, seal=seal.seal, unseal=seal.unseal, has_key=seal.has_key,
                keep=lambda batch, rows, by: care.keep_intake_rows(
                    batch_id=batch, rows=[seal.HealthRow(*row) for row in rows], by=by
                ),
                withdraw=lambda gone, by: care.withdraw_intake_rows(records=gone, by=by),
                restore=lambda back, by: care.restore_intake_rows(records=back, by=by),
            )
        )  # fmt: skip
