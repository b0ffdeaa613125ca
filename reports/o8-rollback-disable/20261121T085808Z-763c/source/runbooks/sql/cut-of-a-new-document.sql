-- A first live cut of a small new document, as it would be: three draft units, a version of each, the governance
-- rows, and the sidecar that names every row. Run on a throwaway copy only; `cut.document` and `cut.change_set` say which.

-- A backup of tables carries no privilege of their schema, and a foreign key is checked as the owner of its table.
DO $owners$
DECLARE item record;
BEGIN
  FOR item IN SELECT DISTINCT schemaname, tableowner FROM pg_catalog.pg_tables WHERE schemaname IN ('public', 'cutter_governance')
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', item.schemaname, item.tableowner);
  END LOOP;
END $owners$;

INSERT INTO public.information_unit (unit_id, parent_id, document_code, address, unit_kind, ordinal, status, created_at)
SELECT md5('cut ' || address)::uuid, md5('cut ' || parent)::uuid, current_setting('cut.document'), address, unit_kind, ordinal, 'draft', now()
  FROM (VALUES (current_setting('cut.document'), NULL, 'document', 0),
               (current_setting('cut.document') || '/1', current_setting('cut.document'), 'chapter', 1),
               (current_setting('cut.document') || '/1/1', current_setting('cut.document') || '/1', 'article', 1))
       AS unit (address, parent, unit_kind, ordinal);

INSERT INTO public.unit_version (unit_id, language, version_no, heading, body, fingerprint, valid_during, created_at)
SELECT unit_id, 'vi', 1, address, 'Văn bản của ' || address, sha256(convert_to('Văn bản của ' || address, 'UTF8')), daterange('2027-01-01', NULL), now()
  FROM public.information_unit WHERE document_code = current_setting('cut.document');

INSERT INTO cutter_governance.manifest_envelope
SELECT md5('manifest ' || current_setting('cut.document'))::uuid, current_setting('cut.document'), current_setting('cut.document') || '@1',
       encode(sha256(convert_to(current_setting('cut.document'), 'UTF8')), 'hex'), 3, 'rehearsed cut', '{}', now();

INSERT INTO cutter_governance.review_decision
SELECT md5('decision ' || current_setting('cut.document'))::uuid, md5('manifest ' || current_setting('cut.document'))::uuid,
       'SG_1', 'approved', 'rehearsed cut', '{}', now();

INSERT INTO cutter_governance.cut_change_set
SELECT current_setting('cut.change_set')::uuid, md5('manifest ' || current_setting('cut.document'))::uuid,
       md5('decision ' || current_setting('cut.document'))::uuid, 'rehearsed-' || current_setting('cut.document'), 'cut', NULL, false, now(), now();

INSERT INTO cutter_governance.cut_change_set_affected_row (change_set_id, table_name, row_key, operation, before_image, after_image)
SELECT current_setting('cut.change_set')::uuid, 'public.information_unit', jsonb_build_object('unit_id', unit_id), 'insert', NULL::jsonb, to_jsonb(u)
  FROM public.information_unit u WHERE document_code = current_setting('cut.document')
 UNION ALL
SELECT current_setting('cut.change_set')::uuid, 'public.unit_version', jsonb_build_object('version_id', version_id), 'insert', NULL,
       jsonb_build_object('unit_id', unit_id, 'version_no', version_no)
  FROM public.unit_version v JOIN public.information_unit u USING (unit_id) WHERE u.document_code = current_setting('cut.document');
