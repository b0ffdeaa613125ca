-- Every cell of the twelve governance tables: one row, a column a table, in it {key: {column: value}}.
-- So a cell that differs between two servers is named by table, key and column.
SELECT
  (SELECT coalesce(jsonb_object_agg(t.entry_id, to_jsonb(t)), '{}') FROM cutter_governance.decision_backlog_entry t) AS decision_backlog_entry,
  (SELECT coalesce(jsonb_object_agg(t.history_id, to_jsonb(t)), '{}') FROM cutter_governance.decision_backlog_history t) AS decision_backlog_history,
  (SELECT coalesce(jsonb_object_agg(t.entry_id || ' ' || t.depends_on, to_jsonb(t)), '{}') FROM cutter_governance.decision_backlog_dependency t) AS decision_backlog_dependency,
  (SELECT coalesce(jsonb_object_agg(t.sweep_id, to_jsonb(t)), '{}') FROM cutter_governance.decision_backlog_sweep_log t) AS decision_backlog_sweep_log,
  (SELECT coalesce(jsonb_object_agg(t.manifest_id, to_jsonb(t)), '{}') FROM cutter_governance.manifest_envelope t) AS manifest_envelope,
  (SELECT coalesce(jsonb_object_agg(t.block_id, to_jsonb(t)), '{}') FROM cutter_governance.manifest_unit_block t) AS manifest_unit_block,
  (SELECT coalesce(jsonb_object_agg(t.decision_id, to_jsonb(t)), '{}') FROM cutter_governance.review_decision t) AS review_decision,
  (SELECT coalesce(jsonb_object_agg(t.signature_id, to_jsonb(t)), '{}') FROM cutter_governance.dot_pair_signature t) AS dot_pair_signature,
  (SELECT coalesce(jsonb_object_agg(t.change_set_id, to_jsonb(t)), '{}') FROM cutter_governance.cut_change_set t) AS cut_change_set,
  (SELECT coalesce(jsonb_object_agg(t.affected_id, to_jsonb(t)), '{}') FROM cutter_governance.cut_change_set_affected_row t) AS cut_change_set_affected_row,
  (SELECT coalesce(jsonb_object_agg(t.verify_result_id, to_jsonb(t)), '{}') FROM cutter_governance.verify_result t) AS verify_result,
  (SELECT coalesce(jsonb_object_agg(t.alias, to_jsonb(t)), '{}') FROM cutter_governance.canonical_address_alias t) AS canonical_address_alias
