"""Functions through which systems are connected, keys approved, and events noted; and triggers that keep other ways shut.

As with the rights of people: who acts is read from the signed context, never from an argument.
"""

from django.db import migrations

# What a machine may do: serve a place or a department. It administers nothing, gives nobody a right, is no head who
# approves what others ask, and is no institution of health.
SYSTEMS = """
CREATE FUNCTION connect_is_for_systems(p_kind text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT p_kind IN ('town', 'worker', 'clerk', 'police', 'hrss', 'education', 'housing', 'civil', 'justice')
$$;
CREATE FUNCTION connect_add(
    p_login text, p_name text, p_contact text, p_kind text, p_division text, p_bureau text, p_title_zh text,
    p_title_en text, p_until date, p_reason text, p_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    account bigint;
    made bigint;
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'admin' THEN
        PERFORM org_refuse('org.account.not_your_task');
    END IF;
    IF NOT EXISTS (SELECT FROM org_division d WHERE d.code = p_division) THEN
        PERFORM org_refuse('org.right.unknown');
    END IF;
    -- No password fits this one, and none is ever set: the trigger below.
    INSERT INTO org_staff (login, name, password, is_active, has_first_password)
    VALUES (p_login, p_name, '!', true, false) RETURNING id INTO account;
    INSERT INTO connect_system (staff_id, contact, made_by_id, made_at)
    VALUES (account, p_contact, org_acting_staff(), p_at) RETURNING id INTO made;
    INSERT INTO org_right_proposal (staff_id, act, kind, division, bureau, title_zh, title_en, until, reason, state,
                                    proposed_by_id, proposed_at, refusal, is_applied)
    VALUES (account, 'grant', p_kind, p_division, p_bureau, p_title_zh, p_title_en, p_until, p_reason, 'open',
            org_acting_staff(), p_at, '', false);
    RETURN made;
END $$;
CREATE FUNCTION connect_end(p_system bigint, p_reason text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    account bigint;
BEGIN
    IF org_acting_kind() IS NULL OR org_acting_kind() NOT IN ('admin', 'security') THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    UPDATE connect_system SET ended_at = p_at WHERE id = p_system AND ended_at IS NULL RETURNING staff_id INTO account;
    IF account IS NULL THEN
        PERFORM org_refuse('connect.system.ended');
    END IF;
    UPDATE connect_key SET state = 'revoked', revoked_at = p_at
     WHERE system_id = p_system AND state IN ('asked', 'approved');
    UPDATE connect_webhook SET ended_at = p_at WHERE system_id = p_system AND ended_at IS NULL;
    INSERT INTO org_right_proposal (staff_id, act, kind, title_zh, title_en, reason, state, proposed_by_id, proposed_at,
                                    refusal, post_id, is_applied)
    SELECT id, 'revoke', '', '', '', p_reason, 'done', org_acting_staff(), p_at, '', post_id, true
      FROM org_staff WHERE id = account AND post_id IS NOT NULL;
    UPDATE org_staff SET is_active = false, post_id = NULL WHERE id = account;
END $$;
"""

KEYS = """
CREATE FUNCTION connect_ask_key(
    p_system bigint, p_mark text, p_digest text, p_networks text[], p_until date, p_reason text, p_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    IF org_acting_kind() IS DISTINCT FROM 'admin' THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    IF NOT EXISTS (SELECT FROM connect_system y WHERE y.id = p_system AND y.ended_at IS NULL) THEN
        PERFORM org_refuse('connect.system.ended');
    END IF;
    INSERT INTO connect_key (system_id, mark, digest, networks, until, reason, state, asked_by_id, asked_at, refusal)
    VALUES (p_system, p_mark, p_digest, p_networks, p_until, p_reason, 'asked', org_acting_staff(), p_at, '')
    RETURNING id INTO made;
    RETURN made;
END $$;
-- Approving a system's first key approves the post that was asked for with it; org_decide judges that by itself.
CREATE FUNCTION connect_decide_key(p_key bigint, p_approve boolean, p_refusal text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked connect_key;
    proposed bigint;
    acting bigint := org_acting_staff();
BEGIN
    SELECT * INTO asked FROM connect_key WHERE id = p_key FOR UPDATE;
    IF asked.state IS DISTINCT FROM 'asked' THEN
        PERFORM org_refuse('org.right.decided_already');
    END IF;
    IF acting IS NULL OR NOT EXISTS (
            SELECT FROM org_staff s JOIN org_post p ON p.id = s.post_id WHERE s.id = acting
               AND (p.kind = 'security' OR (p.kind = 'office' AND p.lo LIKE '%000000'))) THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    UPDATE connect_key
       SET state = CASE WHEN p_approve THEN 'approved' ELSE 'refused' END, decided_by_id = acting, decided_at = p_at,
           refusal = p_refusal
     WHERE id = p_key;
    SELECT r.id INTO proposed FROM org_right_proposal r JOIN connect_system y ON y.staff_id = r.staff_id
     WHERE y.id = asked.system_id AND r.state = 'open' AND r.act = 'grant';
    IF proposed IS NOT NULL THEN
        PERFORM org_decide(proposed, p_approve, p_refusal, p_at);
    END IF;
END $$;
CREATE FUNCTION connect_revoke_key(p_key bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF org_acting_kind() IS NULL OR org_acting_kind() NOT IN ('admin', 'security') THEN
        PERFORM org_refuse('org.right.not_your_task');
    END IF;
    UPDATE connect_key SET state = 'revoked', revoked_at = p_at WHERE id = p_key AND state IN ('asked', 'approved');
    IF NOT FOUND THEN
        PERFORM org_refuse('org.right.decided_already');
    END IF;
END $$;
"""

# Who hears of a step is found where it happens, whoever takes it: a resident sees no system, and need not.
EVENTS = """
CREATE FUNCTION connect_note(
    p_case bigint, p_seq integer, p_act text, p_state text, p_service text, p_territory text, p_domain text,
    p_desks text[], p_at timestamptz
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    noted integer;
BEGIN
    INSERT INTO connect_delivery (webhook_id, message, case_id, seq, act, state_after, service, made_at, state, tries,
                                  fault)
    SELECT w.id, gen_random_uuid(), p_case, p_seq, p_act, p_state, p_service, p_at, 'waiting', 0, ''
      FROM connect_webhook w JOIN connect_system y ON y.id = w.system_id AND y.ended_at IS NULL
      JOIN org_staff s ON s.id = y.staff_id AND s.is_active JOIN org_post p ON p.id = s.post_id
      JOIN access_post_kind k ON k.kind = p.kind
     WHERE w.ended_at IS NULL AND (w.kinds @> ARRAY[p_act] OR w.kinds @> ARRAY['*'])
       AND (p.until IS NULL OR p.until >= (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
       AND p_territory >= p.lo AND p_territory < p.hi AND strpos(k.domains, p_domain) > 0 AND p.kind = ANY (p_desks);
    GET DIAGNOSTICS noted = ROW_COUNT;
    RETURN noted;
END $$;
"""

GUARDS = """
CREATE FUNCTION connect_staff_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM connect_system y WHERE y.staff_id = NEW.id) THEN
        PERFORM org_refuse('connect.system.no_sign_in');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER connect_staff_guard BEFORE UPDATE OF password ON org_staff
    FOR EACH ROW WHEN (NEW.password IS DISTINCT FROM OLD.password) EXECUTE FUNCTION connect_staff_guard();

CREATE FUNCTION connect_no_sign_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM connect_system y WHERE y.staff_id = NEW.staff_id) THEN
        PERFORM org_refuse('connect.system.no_sign_in');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER connect_no_sign_in BEFORE INSERT ON org_sitting FOR EACH ROW EXECUTE FUNCTION connect_no_sign_in();
CREATE TRIGGER connect_no_provider BEFORE INSERT ON org_provider_subject
    FOR EACH ROW EXECUTE FUNCTION connect_no_sign_in();

CREATE FUNCTION connect_right_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT connect_is_for_systems(NEW.kind)
       AND EXISTS (SELECT FROM connect_system y WHERE y.staff_id = NEW.staff_id) THEN
        PERFORM org_refuse('connect.system.kind');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER connect_right_guard BEFORE INSERT ON org_right_proposal
    FOR EACH ROW WHEN (NEW.act = 'grant') EXECUTE FUNCTION connect_right_guard();

CREATE FUNCTION connect_webhook_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF session_user = 'tongdeng_app' AND NOT EXISTS (
            SELECT FROM connect_system y WHERE y.id = NEW.system_id AND y.staff_id = org_acting_staff())
       AND NOT (TG_OP = 'UPDATE' AND org_acting_kind() IN ('admin', 'security') AND NEW.url = OLD.url) THEN
        PERFORM org_refuse('connect.webhook.not_yours');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER connect_webhook_guard BEFORE INSERT OR UPDATE ON connect_webhook
    FOR EACH ROW EXECUTE FUNCTION connect_webhook_guard();
"""

OPEN = (
    "connect_add(text, text, text, text, text, text, text, text, date, text, timestamptz)",
    "connect_end(bigint, text, timestamptz)",
    "connect_ask_key(bigint, text, text, text[], date, text, timestamptz)",
    "connect_decide_key(bigint, boolean, text, timestamptz)",
    "connect_revoke_key(bigint, timestamptz)",
)
NOTE = "connect_note(bigint, integer, text, text, text, text, text, text[], timestamptz)"
GRANTS = (
    "\n".join(
        f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO tongdeng_app;" for one in OPEN
    )
    + f"\nREVOKE ALL ON FUNCTION {NOTE} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {NOTE} TO tongdeng_app, tongdeng_job;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("connect", "0001_initial"),
        ("org", "0003_nobody_widens_own_rights"),
        ("access", "0002_scope"),
    ]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (SYSTEMS, KEYS, EVENTS, GUARDS, GRANTS)]
