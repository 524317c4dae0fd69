"""The code of a package can be exchanged by whoever applied, as that of a case can: by the same trigger."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION desk_joint_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_resident boolean := (access_scope()).purpose IS NOT DISTINCT FROM 'resident';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF is_resident AND (NEW.sent_on IS NOT NULL OR NEW.stars <> 0 OR NEW.told_upto <> 0) THEN
            RAISE EXCEPTION 'desk: a package begins as a draft';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.number, NEW.domain, NEW.desks, NEW.package, NEW."order", NEW.term, NEW.channel,
            NEW.asked_by, NEW.token, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.domain, OLD.desks, OLD.package, OLD."order", OLD.term,
            OLD.channel, OLD.asked_by, OLD.token, OLD.opened_at) THEN
        RAISE EXCEPTION 'desk: what a package is about does not change';
    END IF;
    IF (OLD.sent_on IS NOT NULL AND NEW.sent_on IS DISTINCT FROM OLD.sent_on)
            OR (OLD.stars <> 0 AND (NEW.stars, NEW.rated_on) IS DISTINCT FROM (OLD.stars, OLD.rated_on))
            OR NEW.told_upto < OLD.told_upto OR NEW.stars NOT BETWEEN 0 AND 5 THEN
        RAISE EXCEPTION 'desk: a package is sent once, rated once, and told of once';
    END IF;
    -- An applicant sends and rates, and nothing else; of another code the trigger of codes judges.
    IF is_resident AND NEW.code_hash = OLD.code_hash AND ((NEW.person_id, NEW.territory, NEW.told_upto, NEW.code_sealed)
                IS DISTINCT FROM (OLD.person_id, OLD.territory, OLD.told_upto, OLD.code_sealed)
            OR NOT (NEW.sent_on IS DISTINCT FROM OLD.sent_on OR NEW.stars <> OLD.stars)) THEN
        RAISE EXCEPTION 'desk: this is not for the applicant to change';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER desk_joint_code BEFORE UPDATE ON desk_joint
    FOR EACH ROW WHEN (NEW.code_hash IS DISTINCT FROM OLD.code_hash) EXECUTE FUNCTION desk_case_code();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0009_package_ratings")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
