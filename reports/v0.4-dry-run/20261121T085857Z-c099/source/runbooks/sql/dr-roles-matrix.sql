-- The cutter's roles and the frozen privilege matrix, for the isolated database of the v0.4 dry run.
-- 33 table privileges, 3 on columns, 13 of cutter_ro; none may be passed on. Passwords come as settings of the
-- session, so that they stand in no file and no statement's text.

DO $$
BEGIN
  EXECUTE format('CREATE ROLE cutter_exec LOGIN CONNECTION LIMIT 2 NOSUPERUSER NOBYPASSRLS PASSWORD %L', current_setting('dr.cutter_exec'));
  EXECUTE format('CREATE ROLE cutter_verify LOGIN CONNECTION LIMIT 2 NOSUPERUSER NOBYPASSRLS PASSWORD %L', current_setting('dr.cutter_verify'));
END $$;
CREATE ROLE cutter_ro NOLOGIN;

GRANT USAGE ON SCHEMA cutter_governance TO cutter_exec, cutter_verify, cutter_ro;

-- cutter_exec: reads 12, adds to 9.
GRANT SELECT ON
  cutter_governance.canonical_address_alias, cutter_governance.cut_change_set, cutter_governance.cut_change_set_affected_row,
  cutter_governance.decision_backlog_dependency, cutter_governance.decision_backlog_entry,
  cutter_governance.decision_backlog_history, cutter_governance.decision_backlog_sweep_log,
  cutter_governance.dot_pair_signature, cutter_governance.manifest_envelope, cutter_governance.manifest_unit_block,
  cutter_governance.review_decision, cutter_governance.verify_result TO cutter_exec;
GRANT INSERT ON
  cutter_governance.canonical_address_alias, cutter_governance.cut_change_set, cutter_governance.cut_change_set_affected_row,
  cutter_governance.decision_backlog_entry, cutter_governance.decision_backlog_history, cutter_governance.dot_pair_signature,
  cutter_governance.manifest_envelope, cutter_governance.manifest_unit_block, cutter_governance.review_decision TO cutter_exec;

-- cutter_verify: reads 9, adds to 3.
GRANT SELECT ON
  cutter_governance.cut_change_set, cutter_governance.cut_change_set_affected_row, cutter_governance.decision_backlog_entry,
  cutter_governance.decision_backlog_history, cutter_governance.dot_pair_signature, cutter_governance.manifest_envelope,
  cutter_governance.manifest_unit_block, cutter_governance.review_decision, cutter_governance.verify_result TO cutter_verify;
GRANT INSERT ON
  cutter_governance.decision_backlog_history, cutter_governance.dot_pair_signature, cutter_governance.verify_result TO cutter_verify;

-- Three columns to update, two by the one and one by the other.
GRANT UPDATE (status) ON cutter_governance.cut_change_set TO cutter_exec;
GRANT UPDATE (status) ON cutter_governance.decision_backlog_entry TO cutter_exec;
GRANT UPDATE (verify_status) ON cutter_governance.cut_change_set TO cutter_verify;

-- What the inserts count with.
GRANT USAGE ON SEQUENCE cutter_governance.cut_change_set_affected_row_affected_id_seq,
  cutter_governance.decision_backlog_history_history_id_seq TO cutter_exec;
GRANT USAGE ON SEQUENCE cutter_governance.decision_backlog_history_history_id_seq TO cutter_verify;

-- cutter_ro: the schema above and the twelve observe views.
GRANT SELECT ON
  cutter_governance.v_canonical_address_alias_observe, cutter_governance.v_cut_change_set_observe,
  cutter_governance.v_cut_change_set_affected_row_observe, cutter_governance.v_decision_backlog_dependency_observe,
  cutter_governance.v_decision_backlog_entry_observe, cutter_governance.v_decision_backlog_history_observe,
  cutter_governance.v_decision_backlog_sweep_log_observe, cutter_governance.v_dot_pair_signature_observe,
  cutter_governance.v_manifest_envelope_observe, cutter_governance.v_manifest_unit_block_observe,
  cutter_governance.v_review_decision_observe, cutter_governance.v_verify_result_observe TO cutter_ro;
