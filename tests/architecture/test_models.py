"""Foreign keys obey the same direction as imports; Django's string references hide them from import-linter."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Model

ROWS = (
    "insight", "privacy", "care", "desk", "intake", "owed", "snapshots", "delivery", "hall", "papers", "catalogue",
    "people", "connect", "work", "notify", "documents", "keys", "access", "org", "audit",
)  # fmt: skip
RANK = {app: rank for rank, app in enumerate(ROWS)}


def wrong_foreign_keys(models: Iterable[type[Model]]) -> Iterator[str]:
    """Yield what is wrong with each key that leaves its package."""
    for model in models:
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete) or field.related_model is None:
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if here == there or here not in RANK or there not in RANK:
                continue
            if RANK[there] <= RANK[here]:
                yield f"{model._meta.label}.{field.name} points up or sideways to {there}"
            elif not field.remote_field.hidden:
                yield f"{model._meta.label}.{field.name} needs related_name='+'"


def test_foreign_keys_point_down_and_lead_nowhere_back():
    assert list(wrong_foreign_keys(apps.get_models())) == []


def test_every_package_with_tables_stands_in_a_row():
    ours = {model._meta.app_label for model in apps.get_models() if model.__module__.startswith("tongdeng.")}
    assert ours <= set(ROWS)


def test_tables_bear_the_name_of_their_package():
    ours = [model for model in apps.get_models() if model.__module__.startswith("tongdeng.")]
    assert [m._meta.label for m in ours if not m._meta.db_table.startswith(m._meta.app_label + "_")] == []
