-- Generated from law/access.toml by `./run policies`. Do not edit.


REVOKE ALL ON ALL TABLES IN SCHEMA public FROM tongdeng_app, tongdeng_job;

DELETE FROM access_post_kind;
INSERT INTO access_post_kind (kind, domains) VALUES
    ('admin', ''),
    ('auditor', ''),
    ('care', 'F'),
    ('civil', 'BE'),
    ('clerk', 'BCDE'),
    ('education', 'BD'),
    ('finance', ''),
    ('health', 'B'),
    ('housing', 'B'),
    ('hrss', 'BC'),
    ('job', 'BCDEF'),
    ('justice', 'BE'),
    ('nurse', 'B'),
    ('office', 'BCD'),
    ('police', 'B'),
    ('resident', ''),
    ('town', 'BCD'),
    ('worker', 'BCD');

GRANT SELECT ON access_installation TO tongdeng_app, tongdeng_job;

GRANT SELECT ON auth_permission TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON catalogue_bundle TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (title, base_id, files, state, changed_at, authors, trial, trial_of, trial_state) ON catalogue_draft TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (state, preview, preview_fault, second_look_reason, decided_staff_id, decided_post_id, decided_at, refusal, number) ON catalogue_publication TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON delivery_callback_sample TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE ON delivery_return TO tongdeng_app, tongdeng_job;

GRANT SELECT ON django_content_type TO tongdeng_app, tongdeng_job;

GRANT SELECT ON django_migrations TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON insight_cell TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE ON insight_run TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON intake_link_token TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON intake_quality TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, DELETE ON intake_quality_cell TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_bureau TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_bureau_name TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_change TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_division TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_post TO tongdeng_app, tongdeng_job;

GRANT SELECT, UPDATE (password, has_first_password, last_login) ON org_staff TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_unit TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON owed_determination TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON owed_reconciliation TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE ON people_batch TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_events TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_periodic_defers TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_workers TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots_snapshot TO tongdeng_app, tongdeng_job;

ALTER TABLE delivery_callback ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery_callback FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery_callback TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON delivery_callback TO tongdeng_job;
CREATE POLICY delivery_callback__territory__all ON delivery_callback FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0);

ALTER TABLE delivery_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery_delivery FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery_delivery TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON delivery_delivery TO tongdeng_job;
CREATE POLICY delivery_delivery__territory__all ON delivery_delivery FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0);

ALTER TABLE intake_doubt ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_doubt FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake_doubt TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON intake_doubt TO tongdeng_job;
CREATE POLICY intake_doubt__territory__all ON intake_doubt FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE intake_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_link FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake_link TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON intake_link TO tongdeng_job;
CREATE POLICY intake_link__territory__all ON intake_link FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE intake_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_move FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake_move TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON intake_move TO tongdeng_job;
CREATE POLICY intake_move__territory__all ON intake_move FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE intake_reject ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_reject FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake_reject TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON intake_reject TO tongdeng_job;
CREATE POLICY intake_reject__territory__all ON intake_reject FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE intake_submission ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_submission FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake_submission TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON intake_submission TO tongdeng_job;
CREATE POLICY intake_submission__territory__all ON intake_submission FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE owed_unknown ENABLE ROW LEVEL SECURITY;
ALTER TABLE owed_unknown FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON owed_unknown TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON owed_unknown TO tongdeng_job;
CREATE POLICY owed_unknown__territory__all ON owed_unknown FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0);

ALTER TABLE owed_window ENABLE ROW LEVEL SECURITY;
ALTER TABLE owed_window FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON owed_window TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON owed_window TO tongdeng_job;
CREATE POLICY owed_window__territory__all ON owed_window FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0);

ALTER TABLE people_dwelling ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_dwelling FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_dwelling TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_dwelling TO tongdeng_job;
CREATE POLICY people_dwelling__territory__all ON people_dwelling FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_dwelling_statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_dwelling_statement FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_dwelling_statement TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_dwelling_statement TO tongdeng_job;
CREATE POLICY people_dwelling_statement__territory__all ON people_dwelling_statement FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_household ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_household FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_household TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_household TO tongdeng_job;
CREATE POLICY people_household__territory__all ON people_household FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_identity FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_identity TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_identity TO tongdeng_job;
CREATE POLICY people_identity__territory__all ON people_identity FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_insurance ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_insurance FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_insurance TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_insurance TO tongdeng_job;
CREATE POLICY people_insurance__territory__all ON people_insurance FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'C') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'C') > 0);

ALTER TABLE people_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_job FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_job TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_job TO tongdeng_job;
CREATE POLICY people_job__territory__all ON people_job FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'C') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'C') > 0);

ALTER TABLE people_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_key FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_key TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_key TO tongdeng_job;
CREATE POLICY people_key__territory__all ON people_key FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_link FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_link TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_link TO tongdeng_job;
CREATE POLICY people_link__territory__all ON people_link FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_local_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_local_number FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_local_number TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_local_number TO tongdeng_job;
CREATE POLICY people_local_number__territory__all ON people_local_number FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_merge FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_merge TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_merge TO tongdeng_job;
CREATE POLICY people_merge__territory__all ON people_merge FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_permit ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_permit FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_permit TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_permit TO tongdeng_job;
CREATE POLICY people_permit__territory__all ON people_permit FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_person FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_person TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_person TO tongdeng_job;
CREATE POLICY people_person__territory__all ON people_person FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_record FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_record TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_record TO tongdeng_job;
CREATE POLICY people_record__territory__all ON people_record FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0);

ALTER TABLE people_schooling ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_schooling FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_schooling TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_schooling TO tongdeng_job;
CREATE POLICY people_schooling__territory__all ON people_schooling FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'D') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'D') > 0);

ALTER TABLE people_sighting ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_sighting FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_sighting TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_sighting TO tongdeng_job;
CREATE POLICY people_sighting__territory__all ON people_sighting FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0);

ALTER TABLE people_stay ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_stay FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_stay TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_stay TO tongdeng_job;
CREATE POLICY people_stay__territory__all ON people_stay FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE people_tenancy ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_tenancy FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON people_tenancy TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON people_tenancy TO tongdeng_job;
CREATE POLICY people_tenancy__territory__all ON people_tenancy FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE snapshots_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE snapshots_number FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots_number TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON snapshots_number TO tongdeng_job;
CREATE POLICY snapshots_number__territory__all ON snapshots_number FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE work_task ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_task FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON work_task TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON work_task TO tongdeng_job;
CREATE POLICY work_task__territory__all ON work_task FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

DELETE FROM access_purpose;
INSERT INTO access_purpose (purpose, kinds) VALUES
    ('identify', '{worker,clerk,town}');

CREATE POLICY people_key__identify__select ON people_key FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);
CREATE POLICY people_person__identify__select ON people_person FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);
CREATE POLICY people_identity__identify__select ON people_identity FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);
CREATE POLICY people_local_number__identify__select ON people_local_number FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);

REVOKE ALL ON ALL TABLES IN SCHEMA care FROM tongdeng_app, tongdeng_job, tongdeng_care;

GRANT SELECT ON care.intake_row TO tongdeng_care;
GRANT INSERT, SELECT (record_id, batch_id, row_number, withdrawn_at), UPDATE (withdrawn_at) ON care.intake_row TO tongdeng_job;
CREATE POLICY intake_row__health__all ON care.intake_row FOR ALL TO tongdeng_care, tongdeng_job
    USING (strpos((SELECT (access_scope()).domains), 'F') > 0)
    WITH CHECK (strpos((SELECT (access_scope()).domains), 'F') > 0);

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tongdeng_app, tongdeng_job;
