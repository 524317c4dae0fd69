"""Functions through which rights change, and triggers that keep every other way shut.

Who acts is read from the signed context, never from an argument: a statement that was injected, or a page that forgot
to ask, can neither propose nor approve as somebody else. The triggers judge the working logins only; the owner of the
database installs and repairs.
"""

from django.db import migrations

WHO = """
CREATE FUNCTION org_is_working_login() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT session_user IN ('tongdeng_app', 'tongdeng_job', 'tongdeng_care')
$$;
-- A post is held by one person, so the post of the signed context says who acts. NULL: nobody.
CREATE FUNCTION org_acting_staff() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT s.id FROM org_staff s WHERE s.post_id = (access_scope()).post AND s.is_active);
END $$;
CREATE FUNCTION org_acting_kind() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT p.kind FROM org_staff s JOIN org_post p ON p.id = s.post_id WHERE s.id = org_acting_staff());
END $$;
-- Somebody without a post has no right to lose, and must be able to choose a first password.
CREATE FUNCTION org_acts_as(p_staff bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM org_staff s WHERE s.id = p_staff
                      AND (s.post_id IS NULL OR s.id = org_acting_staff()));
END $$;
CREATE FUNCTION org_refuse(p_code text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = p_code;
END $$;
CREATE FUNCTION org_end_sittings(p_staff bigint, p_ending text, p_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE org_sitting SET ended_at = p_at, ending = p_ending WHERE staff_id = p_staff AND ended_at IS NULL
$$;
REVOKE ALL ON FUNCTION org_end_sittings(bigint, text, timestamptz) FROM PUBLIC;
"""

PROPOSE = """
CREATE FUNCTION org_propose(
    p_staff bigint, p_act text, p_kind text, p_division text, p_bureau text, p_title_zh text, p_title_en text,
    p_until date, p_reason text, p_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'security' THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    IF p_act NOT IN ('grant', 'factor') OR (p_act = 'grant' AND NOT (
            EXISTS (SELECT FROM access_post_kind k WHERE k.kind = p_kind AND k.kind NOT IN ('care', 'job', 'self'))
            AND EXISTS (SELECT FROM org_division d WHERE d.code = p_division))) THEN
        PERFORM org_refuse('org.right.unknown');
    END IF;
    INSERT INTO org_right_proposal (staff_id, act, kind, division, bureau, title_zh, title_en, until, reason, state,
                                    proposed_by_id, proposed_at, refusal, is_applied)
    VALUES (p_staff, p_act, p_kind, p_division, p_bureau, p_title_zh, p_title_en, p_until, p_reason, 'open',
            org_acting_staff(), p_at, '', false)
    RETURNING id INTO made;
    RETURN made;
END $$;
CREATE FUNCTION org_withdraw(p_proposal bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE org_right_proposal SET state = 'withdrawn'
     WHERE id = p_proposal AND state = 'open' AND proposed_by_id = org_acting_staff();
    IF NOT FOUND THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
END $$;
"""

DECIDE = """
CREATE FUNCTION org_decide(p_proposal bigint, p_approve boolean, p_refusal text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked org_right_proposal;
    acting bigint := org_acting_staff();
BEGIN
    SELECT * INTO asked FROM org_right_proposal WHERE id = p_proposal FOR UPDATE;
    IF asked.state IS DISTINCT FROM 'open' THEN
        PERFORM org_refuse('org.right.decided_already');
    END IF;
    IF acting IS NULL OR NOT EXISTS (
            SELECT FROM org_staff s JOIN org_post p ON p.id = s.post_id WHERE s.id = acting
               AND (p.kind = 'security' OR (p.kind = 'office' AND p.lo LIKE '%000000'))) THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    UPDATE org_right_proposal
       SET state = CASE WHEN p_approve THEN 'approved' ELSE 'refused' END, decided_by_id = acting, decided_at = p_at,
           refusal = p_refusal
     WHERE id = p_proposal;
    IF p_approve THEN
        PERFORM org_apply(p_proposal, p_at);
    END IF;
END $$;
-- Only an approval leads here, and the triggers look at the proposal again.
CREATE FUNCTION org_apply(p_proposal bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked org_right_proposal;
    place bigint;
    given bigint;
BEGIN
    SELECT * INTO asked FROM org_right_proposal WHERE id = p_proposal;
    IF asked.act = 'factor' THEN
        DELETE FROM mfa_authenticator WHERE user_id = asked.staff_id;
    ELSE
        SELECT id INTO place FROM org_unit
         WHERE division_id = asked.division AND bureau_id IS NOT DISTINCT FROM asked.bureau ORDER BY id LIMIT 1;
        IF place IS NULL THEN
            INSERT INTO org_unit (bureau_id, division_id, name_zh, name_en)
            VALUES (asked.bureau, asked.division, asked.title_zh, asked.title_en) RETURNING id INTO place;
        END IF;
        INSERT INTO org_post (unit_id, kind, title_zh, title_en, lo, hi, until)
        VALUES (place, asked.kind, asked.title_zh, asked.title_en, asked.division, org_upper(asked.division), asked.until)
        RETURNING id INTO given;
        UPDATE org_right_proposal SET post_id = given WHERE id = p_proposal;
        UPDATE org_staff SET post_id = given WHERE id = asked.staff_id;
    END IF;
    UPDATE org_right_proposal SET is_applied = true WHERE id = p_proposal;
    PERFORM org_end_sittings(asked.staff_id, 'changed', p_at);
END $$;
CREATE FUNCTION org_upper(p_division text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lpad((p_division::bigint + CASE WHEN right(p_division, 6) = '000000' THEN 1000000
                                           WHEN right(p_division, 3) = '000' THEN 1000 ELSE 1 END)::text, 12, '0')
$$;
REVOKE ALL ON FUNCTION org_apply(bigint, timestamptz) FROM PUBLIC;
-- Narrowing needs nobody else.
CREATE FUNCTION org_revoke(p_staff bigint, p_reason text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held bigint;
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'security' THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    SELECT post_id INTO held FROM org_staff WHERE id = p_staff FOR UPDATE;
    IF held IS NULL THEN
        PERFORM org_refuse('org.right.none');
    END IF;
    INSERT INTO org_right_proposal (staff_id, act, kind, title_zh, title_en, reason, state, proposed_by_id, proposed_at,
                                    refusal, post_id, is_applied)
    VALUES (p_staff, 'revoke', '', '', '', p_reason, 'done', org_acting_staff(), p_at, '', held, true);
    UPDATE org_staff SET post_id = NULL WHERE id = p_staff;
    PERFORM org_end_sittings(p_staff, 'changed', p_at);
END $$;
"""

ACCOUNTS = """
CREATE FUNCTION org_open_account(p_login text, p_name text, p_password text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'admin' THEN
        PERFORM org_refuse('org.account.not_your_task');
    END IF;
    INSERT INTO org_staff (login, name, password, is_active, has_first_password)
    VALUES (p_login, p_name, p_password, true, true) RETURNING id INTO made;
    RETURN made;
END $$;
CREATE FUNCTION org_give_password(p_staff bigint, p_password text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'admin' OR org_acting_staff() = p_staff THEN
        PERFORM org_refuse('org.account.not_your_task');
    END IF;
    UPDATE org_staff SET password = p_password, has_first_password = true WHERE id = p_staff;
    PERFORM org_end_sittings(p_staff, 'changed', p_at);
END $$;
CREATE FUNCTION org_close_account(p_staff bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'admin' OR org_acting_staff() = p_staff THEN
        PERFORM org_refuse('org.account.not_your_task');
    END IF;
    INSERT INTO org_right_proposal (staff_id, act, kind, title_zh, title_en, reason, state, proposed_by_id, proposed_at,
                                    refusal, post_id, is_applied)
    SELECT id, 'revoke', '', '', '', '', 'done', org_acting_staff(), p_at, '', post_id, true
      FROM org_staff WHERE id = p_staff AND post_id IS NOT NULL;
    UPDATE org_staff SET is_active = false, post_id = NULL WHERE id = p_staff;
    PERFORM org_end_sittings(p_staff, 'changed', p_at);
END $$;
"""

GUARDS = """
CREATE FUNCTION org_staff_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT org_is_working_login() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.post_id IS NOT NULL OR org_acting_kind() IS DISTINCT FROM 'admin' THEN
            PERFORM org_refuse('org.right.needs_second_person');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.login <> OLD.login OR (NEW.is_active AND NOT OLD.is_active) THEN
        PERFORM org_refuse('org.account.stays');
    END IF;
    IF NEW.post_id IS DISTINCT FROM OLD.post_id AND NEW.post_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM org_right_proposal r WHERE r.staff_id = NEW.id AND r.post_id = NEW.post_id
               AND r.act = 'grant' AND r.state = 'approved' AND NOT r.is_applied) THEN
        PERFORM org_refuse('org.right.needs_second_person');
    END IF;
    IF (NEW.password <> OLD.password OR NEW.has_first_password <> OLD.has_first_password) AND NOT org_acts_as(OLD.id)
       AND NOT (NEW.has_first_password AND org_acting_kind() IS NOT DISTINCT FROM 'admin') THEN
        PERFORM org_refuse('org.account.not_yours');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER org_staff_guard BEFORE INSERT OR UPDATE ON org_staff FOR EACH ROW EXECUTE FUNCTION org_staff_guard();

CREATE FUNCTION org_post_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT org_is_working_login() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (
            SELECT FROM org_right_proposal r WHERE r.act = 'grant' AND r.state = 'approved' AND NOT r.is_applied
               AND r.post_id IS NULL AND r.kind = NEW.kind AND r.division = NEW.lo AND org_upper(r.division) = NEW.hi
               AND r.until IS NOT DISTINCT FROM NEW.until) THEN
        RETURN NEW;
    END IF;
    -- A change of the map moves a post with its place; jobs carry it out by a function of the owner's.
    IF TG_OP = 'UPDATE' AND session_user = 'tongdeng_job' AND NEW.kind = OLD.kind
       AND NEW.until IS NOT DISTINCT FROM OLD.until AND NEW.hi = org_upper(NEW.lo) THEN
        RETURN NEW;
    END IF;
    PERFORM org_refuse('org.right.needs_second_person');
END $$;
CREATE TRIGGER org_post_guard BEFORE INSERT OR UPDATE ON org_post FOR EACH ROW EXECUTE FUNCTION org_post_guard();

CREATE FUNCTION org_right_proposal_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    acting bigint := org_acting_staff();
BEGIN
    IF NOT org_is_working_login() THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.proposed_by_id = acting AND NEW.state IN ('open', 'done') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND (OLD.id, OLD.staff_id, OLD.act, OLD.kind, OLD.division, OLD.bureau, OLD.until, OLD.reason, OLD.proposed_by_id)
           IS NOT DISTINCT FROM
           (NEW.id, NEW.staff_id, NEW.act, NEW.kind, NEW.division, NEW.bureau, NEW.until, NEW.reason, NEW.proposed_by_id)
       AND ((OLD.state = 'open' AND NEW.state IN ('approved', 'refused') AND NEW.decided_by_id = acting
             AND NEW.post_id IS NULL AND NOT NEW.is_applied)
            OR (OLD.state = 'open' AND NEW.state = 'withdrawn' AND OLD.proposed_by_id = acting)
            OR (OLD.state = 'approved' AND NEW.state = 'approved' AND NOT OLD.is_applied
                AND NEW.decided_by_id = OLD.decided_by_id AND NEW.decided_by_id = acting)) THEN
        RETURN NEW;
    END IF;
    PERFORM org_refuse('org.right.needs_second_person');
END $$;
CREATE TRIGGER org_right_proposal_guard BEFORE INSERT OR UPDATE OR DELETE ON org_right_proposal
    FOR EACH ROW EXECUTE FUNCTION org_right_proposal_guard();
CREATE UNIQUE INDEX org_right_proposal_one_open ON org_right_proposal (staff_id) WHERE state = 'open';

CREATE FUNCTION org_factor_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
BEGIN
    IF org_is_working_login() AND NOT (org_acts_as(owner) AND (TG_OP <> 'UPDATE' OR NEW.user_id = OLD.user_id))
       AND NOT (TG_OP = 'DELETE' AND EXISTS (
            SELECT FROM org_right_proposal r WHERE r.staff_id = owner AND r.act = 'factor' AND r.state = 'approved'
               AND NOT r.is_applied)) THEN
        PERFORM org_refuse('org.factor.not_yours');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER org_factor_guard BEFORE INSERT OR UPDATE OR DELETE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION org_factor_guard();

CREATE FUNCTION org_sitting_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM org_refuse('org.sitting.ended');
END $$;
CREATE TRIGGER org_sitting_guard BEFORE UPDATE ON org_sitting
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION org_sitting_guard();
"""

OPEN = (
    "org_propose(bigint, text, text, text, text, text, text, date, text, timestamptz)",
    "org_withdraw(bigint)",
    "org_decide(bigint, boolean, text, timestamptz)",
    "org_revoke(bigint, text, timestamptz)",
    "org_open_account(text, text, text)",
    "org_give_password(bigint, text, timestamptz)",
    "org_close_account(bigint, timestamptz)",
)
GRANTS = "\n".join(
    f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO tongdeng_app;" for one in OPEN
)


class Migration(migrations.Migration):
    dependencies = [("org", "0002_signing_in_and_rights"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (WHO, PROPOSE, DECIDE, ACCOUNTS, GUARDS, GRANTS)
    ]
