-- Production as it was before the first controlled trial: the twelve governance tables are there and hold nothing.
-- After production.sql, by the same rules.
DELETE FROM cutter_governance.dot_pair_signature;
DELETE FROM cutter_governance.verify_result;
DELETE FROM cutter_governance.cut_change_set_affected_row;
DELETE FROM cutter_governance.cut_change_set;
DELETE FROM cutter_governance.review_decision;
DELETE FROM cutter_governance.manifest_unit_block;
DELETE FROM cutter_governance.manifest_envelope;
DELETE FROM cutter_governance.decision_backlog_sweep_log;
DELETE FROM cutter_governance.decision_backlog_history;
DELETE FROM cutter_governance.decision_backlog_dependency;
DELETE FROM cutter_governance.decision_backlog_entry;
DELETE FROM cutter_governance.canonical_address_alias;
DELETE FROM public.tac_logical_unit WHERE label = 'TARGET_IU';
