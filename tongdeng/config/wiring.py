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
        from tongdeng.care.exports import door
        from tongdeng.documents import actions as documents
        from tongdeng.intake import actions as intake
        from tongdeng.intake.exports import described_sources, sealed_rows
        from tongdeng.notify.exports import contacts
        from tongdeng.people.exports import cards, merges, shredding, sources
        from tongdeng.privacy import selectors as privacy
        from tongdeng.sites.console import care_door
        from tongdeng.snapshots import actions as snapshots

        sources.describe(described_sources)
        care_door.connect(care_door.Door(door.ask, seal.Refused, door.told))
        shredding.connect(
            lambda doomed, by: intake.forget_rejects(secrets=doomed.secrets, by=by),
            lambda doomed, by: care.shred_intake_rows(records=doomed.records, by=by),
            lambda doomed, by: snapshots.forget_persons(persons=doomed.persons, by=by),
            lambda doomed, by: documents.forget_persons(persons=doomed.persons, by=by),
        )
        contacts.connect(
            contacts.Contacts(
                ids=lambda person: merges.ids_of(merges.current(person)), phone=cards.phone_of,
                agreed=lambda person: privacy.allows(person, "messages"),
                refused=lambda person: privacy.has_refused(person, "messages"),
                speaks=privacy.speaks_for,
            )
        )  # fmt: skip
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
