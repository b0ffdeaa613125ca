-- Takes one cut back, and no other: the units that its sidecar names are repealed, the change set is void, and the log
-- says so. It deletes nothing. One statement, so that it happens wholly or not at all; `cut.change_set` says which cut.
--
-- Refused (55000): an unknown or void change set, one that updated rows or touched other tables than the two, units of
-- more than one document, a unit that is no draft any more.
DO $revert$
DECLARE
  cut uuid := current_setting('cut.change_set')::uuid;
  found text;
  units uuid[];
  reverted integer;
BEGIN
  SELECT status INTO found FROM cutter_governance.cut_change_set WHERE change_set_id = cut FOR UPDATE;
  IF found IS NULL OR found = 'void' THEN
    RAISE 'change set % is %', cut, coalesce(found, 'unknown') USING ERRCODE = '55000';
  END IF;

  SELECT min(operation || ' of ' || table_name) INTO found
    FROM cutter_governance.cut_change_set_affected_row
   WHERE change_set_id = cut
     AND (operation <> 'insert' OR table_name NOT IN ('public.information_unit', 'public.unit_version'));
  IF found IS NOT NULL THEN
    RAISE 'change set % holds an %, which is not taken back this way', cut, found USING ERRCODE = '55000';
  END IF;

  SELECT array_agg((row_key ->> 'unit_id')::uuid) INTO units
    FROM cutter_governance.cut_change_set_affected_row
   WHERE change_set_id = cut AND table_name = 'public.information_unit';
  IF units IS NULL OR (SELECT count(DISTINCT document_code) FROM public.information_unit WHERE unit_id = ANY (units)) <> 1 THEN
    RAISE 'change set % does not name the units of one document', cut USING ERRCODE = '55000';
  END IF;

  SELECT min(address || ' is ' || status) INTO found
    FROM public.information_unit WHERE unit_id = ANY (units) AND status <> 'draft';
  IF found IS NOT NULL THEN
    RAISE 'a unit of change set % is no draft any more: %', cut, found USING ERRCODE = '55000';
  END IF;

  UPDATE public.information_unit SET status = 'repealed' WHERE unit_id = ANY (units);
  GET DIAGNOSTICS reverted = ROW_COUNT;
  IF reverted <> cardinality(units) THEN
    RAISE 'change set % names % units, % are there', cut, cardinality(units), reverted USING ERRCODE = '55000';
  END IF;
  INSERT INTO public.iu_lifecycle_log (unit_id, event, actor, detail, happened_at)
  SELECT unit, 'repealed', 'cut-revert', jsonb_build_object('change_set_id', cut), now() FROM unnest(units) AS unit;
  UPDATE cutter_governance.cut_change_set SET status = 'void' WHERE change_set_id = cut;
END $revert$
