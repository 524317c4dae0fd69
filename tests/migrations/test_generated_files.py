"""What is committed under db/ is what the migrations and the matrix make: a change of either is visible in review."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.databases import point_at
from tests.generated import POLICIES, SCHEMA, policies_sql, schema_sql


@pytest.fixture
def unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield
        point_at(settings.TEST_DATABASE)


def test_all_migrations_replayed_give_the_committed_schema(unblocked):
    assert schema_sql() == SCHEMA.read_text()


def test_the_matrix_compiles_to_the_committed_policies():
    assert policies_sql() == POLICIES.read_text()


def test_no_model_has_changed_without_a_migration(database):
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()
