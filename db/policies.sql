-- Generated from law/access.toml by `./run policies`. Do not edit.


REVOKE ALL ON ALL TABLES IN SCHEMA public FROM tongdeng_app, tongdeng_job, tongdeng_care;

DELETE FROM access_post_kind;
INSERT INTO access_post_kind (kind, domains) VALUES
    ('admin', ''),
    ('auditor', ''),
    ('care', 'F'),
    ('civil', 'BE'),
    ('clerk', 'BCDE'),
    ('device', ''),
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
    ('security', ''),
    ('self', 'BCDE'),
    ('town', 'BCD'),
    ('worker', 'BCD');

GRANT SELECT ON access_installation TO tongdeng_app, tongdeng_job;

GRANT SELECT ON auth_permission TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON catalogue_bundle TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (title, base_id, files, state, changed_at, authors, trial, trial_of, trial_state) ON catalogue_draft TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (state, preview, preview_fault, second_look_reason, decided_staff_id, decided_post_id, decided_at, refusal, number) ON catalogue_publication TO tongdeng_app, tongdeng_job;

GRANT SELECT, UPDATE (state, tries, tried_at, next_try_at, sent_at, fault), DELETE ON connect_delivery TO tongdeng_app, tongdeng_job;

GRANT SELECT ON connect_key TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON connect_pulse TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (status, answer_sealed), DELETE ON connect_request TO tongdeng_app, tongdeng_job;

GRANT SELECT ON connect_system TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (ended_at, secret_sealed) ON connect_webhook TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON delivery_callback_sample TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE ON delivery_return TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (ended_at, ended_staff_id) ON desk_delegation TO tongdeng_app, tongdeng_job;

GRANT SELECT ON django_content_type TO tongdeng_app, tongdeng_job;

GRANT SELECT ON django_migrations TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON hall_booking TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (until), DELETE ON hall_seat TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON hall_ticket TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON insight_cell TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE ON insight_run TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (key) ON intake_link_token TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON intake_quality TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, DELETE ON intake_quality_cell TO tongdeng_app, tongdeng_job;

GRANT SELECT ON keys_data_key TO tongdeng_app, tongdeng_job;

GRANT SELECT ON keys_generation TO tongdeng_app, tongdeng_job;

GRANT SELECT ON keys_progress TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON mfa_authenticator TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (state, way, address_sealed, text_sealed, tries, tried_at, next_try_at, sent_at, fault), DELETE ON notify_message TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (is_good, staff_id) ON org_attempt TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_bureau TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_bureau_name TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_change TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_division TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_post TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_provider_subject TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_right_proposal TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (seen_at, how, has_factor, ended_at, ending) ON org_sitting TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON org_spent_code TO tongdeng_app, tongdeng_job;

GRANT SELECT, UPDATE (password, has_first_password, last_login) ON org_staff TO tongdeng_app, tongdeng_job;

GRANT SELECT ON org_unit TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON owed_determination TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON owed_reconciliation TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON papers_check TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON papers_ended TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON papers_print TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE ON people_batch TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON privacy_assessment TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (authority_told_at, persons_told_at, closed_at, closing) ON privacy_breach TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE (handle_index, phone_index, address_index, phone_sealed, code_index, tries, expires_at, used_at), DELETE ON privacy_challenge TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT ON privacy_retention TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_events TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_periodic_defers TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_workers TO tongdeng_app, tongdeng_job;

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots_snapshot TO tongdeng_app, tongdeng_job;

GRANT SELECT ON socialaccount_socialaccount TO tongdeng_app, tongdeng_job;

GRANT SELECT ON socialaccount_socialapp TO tongdeng_app, tongdeng_job;

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

ALTER TABLE desk_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_case FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_case TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON desk_case TO tongdeng_job;
CREATE POLICY desk_case__territory__all ON desk_case FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE desk_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_event FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_event TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON desk_event TO tongdeng_job;
CREATE POLICY desk_event__territory__all ON desk_event FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE desk_followup ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_followup FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_followup TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON desk_followup TO tongdeng_job;
CREATE POLICY desk_followup__territory__all ON desk_followup FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE desk_joint ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_joint FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_joint TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON desk_joint TO tongdeng_job;
CREATE POLICY desk_joint__territory__all ON desk_joint FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE desk_supervision ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_supervision FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_supervision TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON desk_supervision TO tongdeng_job;
CREATE POLICY desk_supervision__territory__all ON desk_supervision FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE documents_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents_document FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON documents_document TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON documents_document TO tongdeng_job;
CREATE POLICY documents_document__territory__all ON documents_document FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE hall_holder ENABLE ROW LEVEL SECURITY;
ALTER TABLE hall_holder FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON hall_holder TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON hall_holder TO tongdeng_job;
CREATE POLICY hall_holder__territory__all ON hall_holder FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE hall_need ENABLE ROW LEVEL SECURITY;
ALTER TABLE hall_need FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON hall_need TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON hall_need TO tongdeng_job;
CREATE POLICY hall_need__territory__all ON hall_need FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE hall_visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE hall_visit FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON hall_visit TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON hall_visit TO tongdeng_job;
CREATE POLICY hall_visit__territory__all ON hall_visit FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

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

ALTER TABLE notify_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE notify_letter FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON notify_letter TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON notify_letter TO tongdeng_job;
CREATE POLICY notify_letter__territory__all ON notify_letter FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE notify_preference ENABLE ROW LEVEL SECURITY;
ALTER TABLE notify_preference FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON notify_preference TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON notify_preference TO tongdeng_job;
CREATE POLICY notify_preference__territory__all ON notify_preference FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE owed_digest ENABLE ROW LEVEL SECURITY;
ALTER TABLE owed_digest FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON owed_digest TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON owed_digest TO tongdeng_job;
CREATE POLICY owed_digest__territory__all ON owed_digest FOR ALL TO tongdeng_app, tongdeng_job
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

ALTER TABLE papers_paper ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers_paper FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON papers_paper TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON papers_paper TO tongdeng_job;
CREATE POLICY papers_paper__territory__all ON papers_paper FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), domain) > 0 AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

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

ALTER TABLE privacy_affected ENABLE ROW LEVEL SECURITY;
ALTER TABLE privacy_affected FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_affected TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON privacy_affected TO tongdeng_job;
CREATE POLICY privacy_affected__territory__all ON privacy_affected FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE privacy_consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE privacy_consent FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_consent TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON privacy_consent TO tongdeng_job;
CREATE POLICY privacy_consent__territory__all ON privacy_consent FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE privacy_proxy ENABLE ROW LEVEL SECURITY;
ALTER TABLE privacy_proxy FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_proxy TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON privacy_proxy TO tongdeng_job;
CREATE POLICY privacy_proxy__territory__all ON privacy_proxy FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0)
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

ALTER TABLE privacy_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE privacy_request FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_request TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON privacy_request TO tongdeng_job;
CREATE POLICY privacy_request__territory__all ON privacy_request FOR ALL TO tongdeng_app, tongdeng_job
    USING (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'))
    WITH CHECK (territory >= (SELECT (access_scope()).lo) AND territory < (SELECT (access_scope()).hi) AND ((SELECT (access_scope()).kind) = ANY (desks) OR (SELECT (access_scope()).kind) = 'job'));

ALTER TABLE privacy_shown ENABLE ROW LEVEL SECURITY;
ALTER TABLE privacy_shown FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_shown TO tongdeng_app, tongdeng_job;
GRANT MAINTAIN ON privacy_shown TO tongdeng_job;
CREATE POLICY privacy_shown__territory__all ON privacy_shown FOR ALL TO tongdeng_app, tongdeng_job
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
    ('audit', '{auditor}'),
    ('emergency', '{nurse,health}'),
    ('emergency_review', '{health}'),
    ('identify', '{worker,clerk,town}'),
    ('looks', '{office,clerk}');

CREATE POLICY people_key__identify__select ON people_key FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);
CREATE POLICY people_person__identify__select ON people_person FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);
CREATE POLICY people_identity__identify__select ON people_identity FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);
CREATE POLICY people_local_number__identify__select ON people_local_number FOR SELECT TO tongdeng_app
    USING ((SELECT (access_scope()).purpose) = 'identify' AND (SELECT (access_scope()).post) > 0 AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY delivery_delivery__resident__select ON delivery_delivery FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_case__resident__select ON desk_case FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_event__resident__select ON desk_event FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_followup__resident__select ON desk_followup FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_joint__resident__select ON desk_joint FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY documents_document__resident__select ON documents_document FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY hall_holder__resident__select ON hall_holder FOR SELECT TO tongdeng_app
    USING (shown_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY hall_need__resident__select ON hall_need FOR SELECT TO tongdeng_app
    USING (shown_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY notify_letter__resident__select ON notify_letter FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY notify_preference__resident__select ON notify_preference FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY owed_unknown__resident__select ON owed_unknown FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY owed_window__resident__select ON owed_window FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY papers_paper__resident__select ON papers_paper FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY people_household__resident__select ON people_household FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_identity__resident__select ON people_identity FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_insurance__resident__select ON people_insurance FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'C') > 0);

CREATE POLICY people_job__resident__select ON people_job FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'C') > 0);

CREATE POLICY people_link__resident__select ON people_link FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_permit__resident__select ON people_permit FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_person__resident__select ON people_person FOR SELECT TO tongdeng_app
    USING (id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_record__resident__select ON people_record FOR SELECT TO tongdeng_app
    USING (id IN (SELECT record_id FROM people_link WHERE superseded_at IS NULL AND person_id = ANY ((SELECT privacy_own())::bigint[])) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY people_schooling__resident__select ON people_schooling FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'D') > 0);

CREATE POLICY people_stay__resident__select ON people_stay FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_tenancy__resident__select ON people_tenancy FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY privacy_affected__resident__select ON privacy_affected FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY privacy_consent__resident__select ON privacy_consent FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY privacy_proxy__resident__select ON privacy_proxy FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY privacy_request__resident__select ON privacy_request FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY privacy_shown__resident__select ON privacy_shown FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY desk_case__resident__insert ON desk_case FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY desk_event__resident__insert ON desk_event FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY desk_followup__resident__insert ON desk_followup FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY desk_joint__resident__insert ON desk_joint FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY documents_document__resident__insert ON documents_document FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY hall_holder__resident__insert ON hall_holder FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY hall_need__resident__insert ON hall_need FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY notify_letter__resident__insert ON notify_letter FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY notify_preference__resident__insert ON notify_preference FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY papers_paper__resident__insert ON papers_paper FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY privacy_consent__resident__insert ON privacy_consent FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY privacy_proxy__resident__insert ON privacy_proxy FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY privacy_request__resident__insert ON privacy_request FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY privacy_shown__resident__insert ON privacy_shown FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]));

CREATE POLICY desk_case__resident__update ON desk_case FOR UPDATE TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0) WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_joint__resident__update ON desk_joint FOR UPDATE TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0) WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY documents_document__resident__update ON documents_document FOR UPDATE TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0) WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY privacy_proxy__resident__update ON privacy_proxy FOR UPDATE TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0) WITH CHECK (person_id = ANY ((SELECT privacy_own())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_household__found__select ON people_household FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) IN ('resident', 'resident_sign_in'));

CREATE POLICY people_identity__found__select ON people_identity FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) IN ('resident', 'resident_sign_in'));

CREATE POLICY people_person__found__select ON people_person FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) IN ('resident', 'resident_sign_in'));

CREATE POLICY people_schooling__found__select ON people_schooling FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) IN ('resident', 'resident_sign_in'));

CREATE POLICY privacy_proxy__found__select ON privacy_proxy FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) IN ('resident', 'resident_sign_in'));

CREATE POLICY privacy_proxy__agreed__update ON privacy_proxy FOR UPDATE TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) = 'resident');

CREATE POLICY desk_case__followed__select ON desk_case FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) = 'follow');

CREATE POLICY desk_event__followed__select ON desk_event FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) = 'follow');

CREATE POLICY desk_joint__followed__select ON desk_joint FOR SELECT TO CURRENT_USER
    USING ((SELECT (access_scope()).purpose) = 'follow');

CREATE POLICY desk_case__joined__select ON desk_case FOR SELECT TO CURRENT_USER
    USING (parent_id IS NOT NULL AND (SELECT (access_scope()).purpose) IS NOT NULL);

CREATE POLICY desk_joint__joined__select ON desk_joint FOR SELECT TO CURRENT_USER
    USING (id IS NOT NULL AND (SELECT (access_scope()).purpose) IS NOT NULL);

CREATE POLICY desk_case__proxy__select ON desk_case FOR SELECT TO tongdeng_app
    USING ((person_id || ':' || service) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_case__proxy__insert ON desk_case FOR INSERT TO tongdeng_app
    WITH CHECK ((person_id || ':' || service) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_case__proxy__update ON desk_case FOR UPDATE TO tongdeng_app
    USING ((person_id || ':' || service) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0) WITH CHECK ((person_id || ':' || service) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_event__proxy__select ON desk_event FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND EXISTS (SELECT FROM desk_case c WHERE c.id = desk_event.case_id) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY desk_event__proxy__insert ON desk_event FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND EXISTS (SELECT FROM desk_case c WHERE c.id = desk_event.case_id) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY documents_document__proxy__select ON documents_document FOR SELECT TO tongdeng_app
    USING ((person_id || ':' || purpose) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY documents_document__proxy__insert ON documents_document FOR INSERT TO tongdeng_app
    WITH CHECK ((person_id || ':' || purpose) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY documents_document__proxy__update ON documents_document FOR UPDATE TO tongdeng_app
    USING ((person_id || ':' || purpose) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0) WITH CHECK ((person_id || ':' || purpose) = ANY ((SELECT privacy_proxied())::text[]) AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY notify_letter__proxy__select ON notify_letter FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND EXISTS (SELECT FROM desk_case c WHERE c.id = notify_letter.subject_id AND notify_letter.subject_kind = 'desk.case') AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY notify_letter__proxy__insert ON notify_letter FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND EXISTS (SELECT FROM desk_case c WHERE c.id = notify_letter.subject_id AND notify_letter.subject_kind = 'desk.case') AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY papers_paper__proxy__select ON papers_paper FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND EXISTS (SELECT FROM desk_case c WHERE c.id = papers_paper.subject_id AND papers_paper.subject_kind = 'desk.case') AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY papers_paper__proxy__insert ON papers_paper FOR INSERT TO tongdeng_app
    WITH CHECK (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND EXISTS (SELECT FROM desk_case c WHERE c.id = papers_paper.subject_id AND papers_paper.subject_kind = 'desk.case') AND strpos((SELECT (access_scope()).domains), domain) > 0);

CREATE POLICY people_identity__proxy__select ON people_identity FOR SELECT TO tongdeng_app
    USING (person_id = ANY ((SELECT privacy_principals())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

CREATE POLICY people_person__proxy__select ON people_person FOR SELECT TO tongdeng_app
    USING (id = ANY ((SELECT privacy_principals())::bigint[]) AND strpos((SELECT (access_scope()).domains), 'B') > 0);

GRANT SELECT ON keys_data_key TO tongdeng_care;

GRANT SELECT ON keys_generation TO tongdeng_care;

GRANT SELECT ON keys_progress TO tongdeng_care;

GRANT SELECT (record_id, person_id, superseded_at) ON people_link TO tongdeng_care;

GRANT INSERT, SELECT (kind, detail, closed_at), UPDATE (closed_at, outcome, closed_staff_id) ON work_task TO tongdeng_care;

REVOKE ALL ON ALL TABLES IN SCHEMA care FROM tongdeng_app, tongdeng_job, tongdeng_care;

GRANT SELECT, INSERT, UPDATE (closed_at, looks, reviewer_id, reviewed_at, verdict) ON care.emergency TO tongdeng_care;
CREATE POLICY emergency__health__all ON care.emergency FOR ALL TO tongdeng_care
    USING (strpos((SELECT (access_scope()).domains), 'F') > 0)
    WITH CHECK (strpos((SELECT (access_scope()).domains), 'F') > 0);

GRANT SELECT, UPDATE (digest, sealed) ON care.intake_row TO tongdeng_care;
GRANT INSERT, SELECT (record_id, batch_id, row_number, withdrawn_at), UPDATE (withdrawn_at) ON care.intake_row TO tongdeng_job;
CREATE POLICY intake_row__health__all ON care.intake_row FOR ALL TO tongdeng_care, tongdeng_job
    USING (strpos((SELECT (access_scope()).domains), 'F') > 0)
    WITH CHECK (strpos((SELECT (access_scope()).domains), 'F') > 0);

CREATE POLICY people_link__emergency__select ON people_link FOR SELECT TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL AND person_id = (SELECT (access_scope()).person));

CREATE POLICY work_task__emergency__insert ON work_task FOR INSERT TO tongdeng_care
    WITH CHECK ((SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL AND kind = 'care.emergency');

CREATE POLICY work_task__judged__select ON work_task FOR SELECT TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency_review' AND (SELECT (access_scope()).domains) IS NOT NULL AND kind = 'care.emergency');

CREATE POLICY work_task__judged__update ON work_task FOR UPDATE TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency_review' AND (SELECT (access_scope()).domains) IS NOT NULL AND kind = 'care.emergency');

CREATE POLICY intake_row__emergency__select ON care.intake_row FOR SELECT TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL
        AND EXISTS (SELECT FROM care.emergency e
                     WHERE e.person_id = (SELECT (access_scope()).person) AND e.post_id = (SELECT (access_scope()).post)
                       AND e.closed_at IS NULL AND e.expires_at > clock_timestamp())
        AND EXISTS (SELECT FROM people_link l WHERE l.record_id = intake_row.record_id
                       AND l.person_id = (SELECT (access_scope()).person) AND l.superseded_at IS NULL));

CREATE POLICY emergency__own__select ON care.emergency FOR SELECT TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL AND post_id = (SELECT (access_scope()).post));

CREATE POLICY emergency__own__insert ON care.emergency FOR INSERT TO tongdeng_care
    WITH CHECK ((SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL AND post_id = (SELECT (access_scope()).post) AND person_id = (SELECT (access_scope()).person) AND opened_at <= clock_timestamp() AND opened_at > clock_timestamp() - interval '1 minute' AND verdict IS NULL AND reviewer_id IS NULL);

CREATE POLICY emergency__own__update ON care.emergency FOR UPDATE TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency' AND (SELECT (access_scope()).domains) IS NOT NULL AND post_id = (SELECT (access_scope()).post)) WITH CHECK (verdict IS NULL AND reviewer_id IS NULL);

CREATE POLICY emergency__review__select ON care.emergency FOR SELECT TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency_review' AND (SELECT (access_scope()).domains) IS NOT NULL);

CREATE POLICY emergency__review__update ON care.emergency FOR UPDATE TO tongdeng_care
    USING ((SELECT (access_scope()).purpose) = 'emergency_review' AND (SELECT (access_scope()).domains) IS NOT NULL) WITH CHECK ((SELECT (access_scope()).purpose) = 'emergency_review' AND (SELECT (access_scope()).domains) IS NOT NULL AND reviewer_id IS NOT NULL);

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tongdeng_app, tongdeng_job;
