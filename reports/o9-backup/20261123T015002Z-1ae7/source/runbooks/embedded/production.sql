-- The world of the stand-in production: what a rehearsal backs up when no production is configured.
--
-- Plain SQL for a superuser, in an empty database, as one transaction; no psql commands, nothing random, no clock,
-- so that two rehearsals see the same rows. Names follow the users' production; every sentence of law is invented.
--
-- 1 roles · 2 public · 3 cutter_governance · 4 legal text · 5 governance rows · 6 views · 7 privileges
--
-- The nine tables of the mutation surface use no type, function or foreign key from outside the nine: a dump made
-- with --table carries none of these, and such a dump has to restore alone.

SET client_min_messages = warning;
SET search_path = '';

-- 1. Roles. ---------------------------------------------------------------------------------------------------

CREATE ROLE workflow_admin NOLOGIN CREATEROLE;
CREATE ROLE directus LOGIN;
CREATE ROLE incomex LOGIN;
CREATE ROLE context_pack_readonly NOLOGIN;
CREATE ROLE cutter_ro NOLOGIN;
CREATE ROLE cutter_exec LOGIN CONNECTION LIMIT 2 NOSUPERUSER NOBYPASSRLS;
CREATE ROLE cutter_verify LOGIN CONNECTION LIMIT 2 NOSUPERUSER NOBYPASSRLS;
-- Reads everything and may do nothing else: what a session of a rehearsal runs as unless the runbook says otherwise.
CREATE ROLE backup_reader LOGIN NOSUPERUSER NOBYPASSRLS;
GRANT pg_read_all_data TO backup_reader;

-- 2. Schema public: units of law, their versions, their life. ---------------------------------------------------

CREATE TABLE public.information_unit (
  unit_id        uuid PRIMARY KEY,
  parent_id      uuid REFERENCES public.information_unit,
  document_code  text NOT NULL CHECK (document_code ~ '^[A-Z]{2}-[0-9]{2}$'),
  address        text NOT NULL UNIQUE,
  unit_kind      text NOT NULL CHECK (unit_kind IN ('document', 'chapter', 'article', 'clause')),
  ordinal        smallint NOT NULL CHECK (ordinal >= 0),
  status         text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'reviewed', 'enacted', 'repealed')),
  keywords       text[] NOT NULL DEFAULT '{}',
  attributes     jsonb NOT NULL DEFAULT '{}',
  effective_from date,
  created_at     timestamptz NOT NULL,
  CHECK ((unit_kind = 'document') = (parent_id IS NULL))
);
CREATE INDEX information_unit_parent ON public.information_unit (parent_id, ordinal);
CREATE INDEX information_unit_keywords ON public.information_unit USING gin (keywords);
CREATE INDEX information_unit_enacted ON public.information_unit (document_code) WHERE status = 'enacted';
COMMENT ON TABLE public.information_unit IS 'A unit of law that can be addressed: document, chapter, article, clause.';
COMMENT ON COLUMN public.information_unit.address IS 'Canonical address, version 1: DOCUMENT/c/a/k.';

CREATE TABLE public.unit_version (
  version_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unit_id      uuid NOT NULL REFERENCES public.information_unit ON DELETE CASCADE,
  language     char(2) NOT NULL CHECK (language IN ('vi', 'en')),
  version_no   integer NOT NULL CHECK (version_no > 0),
  heading      text NOT NULL,
  body         text NOT NULL CHECK (body <> ''),
  body_length  integer GENERATED ALWAYS AS (length(body)) STORED,
  search       tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, heading || ' ' || body)) STORED,
  fingerprint  bytea NOT NULL,
  confidence   numeric(4, 3) CHECK (confidence BETWEEN 0 AND 1),
  valid_during daterange NOT NULL,
  created_at   timestamptz NOT NULL,
  UNIQUE (unit_id, language, version_no)
);
CREATE INDEX unit_version_search ON public.unit_version USING gin (search);
COMMENT ON COLUMN public.unit_version.fingerprint IS 'sha256 of the body in UTF-8.';
COMMENT ON COLUMN public.unit_version.confidence IS 'Of the translation; null for the original.';

CREATE TABLE public.iu_lifecycle_log (
  log_id      bigserial PRIMARY KEY,
  unit_id     uuid NOT NULL REFERENCES public.information_unit,
  event       text NOT NULL CHECK (event IN ('drafted', 'reviewed', 'enacted', 'amended', 'repealed', 'address_changed')),
  actor       text NOT NULL,
  detail      jsonb,
  happened_at timestamptz NOT NULL
);
CREATE INDEX iu_lifecycle_log_unit ON public.iu_lifecycle_log (unit_id, happened_at DESC);

-- Outside the nine: it uses an enum and a trigger function.
CREATE TYPE public.logical_unit_stage AS ENUM ('draft_only', 'shadow', 'published', 'withdrawn');
CREATE TABLE public.tac_logical_unit (
  logical_unit_id uuid PRIMARY KEY,
  unit_id         uuid NOT NULL REFERENCES public.information_unit,
  label           text NOT NULL,
  stage           public.logical_unit_stage NOT NULL DEFAULT 'draft_only',
  lifecycle       text NOT NULL DEFAULT 'draft',
  address_scheme  text NOT NULL DEFAULT 'canonical-address-v1',
  updated_at      timestamptz NOT NULL
);
COMMENT ON TABLE public.tac_logical_unit IS 'What a cut addresses. A trial leaves its TARGET_IU as it was.';

CREATE FUNCTION public.log_address_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO public.iu_lifecycle_log (unit_id, event, actor, detail, happened_at)
  VALUES (NEW.unit_id, 'address_changed', current_user,
          jsonb_build_object('from', OLD.address_scheme, 'to', NEW.address_scheme), NEW.updated_at);
  RETURN NULL;
END $$;
CREATE TRIGGER tac_logical_unit_address AFTER UPDATE OF address_scheme ON public.tac_logical_unit
  FOR EACH ROW WHEN (OLD.address_scheme IS DISTINCT FROM NEW.address_scheme)
  EXECUTE FUNCTION public.log_address_change();

-- 3. Schema cutter_governance: twelve tables. -----------------------------------------------------------------

CREATE SCHEMA cutter_governance AUTHORIZATION workflow_admin;
COMMENT ON SCHEMA cutter_governance IS 'Who decided, cut and verified what.';

CREATE TABLE cutter_governance.manifest_envelope (
  manifest_id        uuid PRIMARY KEY,
  document_code      text NOT NULL,
  source_version_id  text NOT NULL,
  source_sha256      text NOT NULL CHECK (source_sha256 ~ '^[0-9a-f]{64}$'),
  unit_count         integer NOT NULL CHECK (unit_count > 0),
  producer           text NOT NULL,
  payload            jsonb NOT NULL,
  created_at         timestamptz NOT NULL,
  UNIQUE (document_code, source_version_id)
);
CREATE TABLE cutter_governance.manifest_unit_block (
  block_id    uuid PRIMARY KEY,
  manifest_id uuid NOT NULL REFERENCES cutter_governance.manifest_envelope,
  position    integer NOT NULL,
  address     text NOT NULL,
  heading     text NOT NULL,
  UNIQUE (manifest_id, position)
);
CREATE TABLE cutter_governance.review_decision (
  decision_id  uuid PRIMARY KEY,
  manifest_id  uuid NOT NULL REFERENCES cutter_governance.manifest_envelope,
  slot         text NOT NULL CHECK (slot ~ '^SG_[0-9]$'),
  outcome      text NOT NULL CHECK (outcome IN ('approved', 'rejected', 'deferred')),
  rationale    text NOT NULL,
  conditions   text[] NOT NULL DEFAULT '{}',
  decided_at   timestamptz NOT NULL
);
CREATE TABLE cutter_governance.cut_change_set (
  change_set_id  uuid PRIMARY KEY,
  manifest_id    uuid NOT NULL REFERENCES cutter_governance.manifest_envelope,
  decision_id    uuid NOT NULL REFERENCES cutter_governance.review_decision,
  run_id         text NOT NULL UNIQUE,
  status         text NOT NULL CHECK (status IN ('planned', 'cut', 'verified', 'void')),
  verify_status  text CHECK (verify_status IN ('pass', 'fail')),
  dry_run        boolean NOT NULL,
  started_at     timestamptz NOT NULL,
  ended_at       timestamptz,
  CHECK (ended_at >= started_at)
);
CREATE TABLE cutter_governance.cut_change_set_affected_row (
  affected_id   bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 1001 INCREMENT BY 1 CACHE 1) PRIMARY KEY,
  change_set_id uuid NOT NULL REFERENCES cutter_governance.cut_change_set,
  table_name    text NOT NULL,
  row_key       jsonb NOT NULL,
  operation     text NOT NULL CHECK (operation IN ('insert', 'update')),
  before_image  jsonb,
  after_image   jsonb NOT NULL
);
CREATE TABLE cutter_governance.verify_result (
  verify_result_id uuid PRIMARY KEY,
  change_set_id    uuid NOT NULL REFERENCES cutter_governance.cut_change_set,
  outcome          text NOT NULL CHECK (outcome IN ('pass', 'fail')),
  checks           jsonb NOT NULL,
  ratio            double precision NOT NULL,
  verified_at      timestamptz NOT NULL
);
CREATE TABLE cutter_governance.dot_pair_signature (
  signature_id                     uuid PRIMARY KEY,
  dot_code                         text NOT NULL CHECK (dot_code ~ '^DOT-[0-9]{3}$'),
  lane                             text NOT NULL CHECK (lane IN ('executor', 'verifier')),
  cross_reference_change_set_id    uuid REFERENCES cutter_governance.cut_change_set,
  cross_reference_verify_result_id uuid REFERENCES cutter_governance.verify_result,
  digest                           bytea NOT NULL CHECK (octet_length(digest) = 32),
  signed_at                        timestamptz NOT NULL,
  CONSTRAINT one_lane_one_reference
    CHECK ((cross_reference_change_set_id IS NULL) <> (cross_reference_verify_result_id IS NULL))
);
CREATE TABLE cutter_governance.decision_backlog_entry (
  entry_id    uuid PRIMARY KEY,
  title       text NOT NULL,
  status      text NOT NULL,
  severity    smallint NOT NULL CHECK (severity BETWEEN 1 AND 5),
  due_in      interval,
  opened_at   timestamptz NOT NULL
);
CREATE TABLE cutter_governance.decision_backlog_history (
  history_id  bigserial PRIMARY KEY,
  entry_id    uuid NOT NULL REFERENCES cutter_governance.decision_backlog_entry,
  from_status text,
  to_status   text NOT NULL,
  changed_at  timestamptz NOT NULL
);
CREATE TABLE cutter_governance.decision_backlog_dependency (
  entry_id   uuid NOT NULL REFERENCES cutter_governance.decision_backlog_entry,
  depends_on uuid NOT NULL REFERENCES cutter_governance.decision_backlog_entry,
  PRIMARY KEY (entry_id, depends_on),
  CHECK (entry_id <> depends_on)
);
CREATE TABLE cutter_governance.decision_backlog_sweep_log (
  sweep_id bigserial PRIMARY KEY,
  swept_at timestamptz NOT NULL,
  examined integer NOT NULL,
  closed   integer NOT NULL CHECK (closed <= examined)
);
CREATE TABLE cutter_governance.canonical_address_alias (
  alias      text PRIMARY KEY,
  address    text NOT NULL,
  created_at timestamptz NOT NULL
);

-- 4. Legal text. ----------------------------------------------------------------------------------------------
-- Ten documents of four chapters, six articles each, every second article with a clause: 410 units. A sentence is
-- put together from who (of the document), what must be done (of the article) and when (of the chapter).

CREATE TEMPORARY TABLE law_document (n, code, title_vi, title_en, who_vi, who_en) AS VALUES
  (1, 'LT-01', 'Luật Lưu trữ văn bản số', 'Law on the Archiving of Digital Documents', 'Cơ quan lưu trữ', 'The archiving agency'),
  (2, 'LT-02', 'Luật Công bố quy chuẩn nội bộ', 'Law on the Publication of Internal Standards', 'Đơn vị ban hành', 'The issuing unit'),
  (3, 'ND-11', 'Nghị định về mã định danh tài liệu', 'Decree on Document Identifiers', 'Bộ phận đăng ký', 'The registration office'),
  (4, 'ND-12', 'Nghị định về sao lưu và phục hồi dữ liệu', 'Decree on the Backup and Recovery of Data', 'Người quản trị hệ thống', 'The system administrator'),
  (5, 'ND-13', 'Nghị định về kiểm chứng độc lập', 'Decree on Independent Verification', 'Tổ kiểm chứng', 'The verification team'),
  (6, 'TT-21', 'Thông tư hướng dẫn cắt đoạn văn bản', 'Circular on the Division of Texts', 'Người biên tập', 'The editor'),
  (7, 'TT-22', 'Thông tư hướng dẫn lập biên bản', 'Circular on the Keeping of Minutes', 'Thư ký phiên họp', 'The secretary of the session'),
  (8, 'QC-31', 'Quy chế truy cập kho tri thức', 'Regulation on Access to the Knowledge Store', 'Người sử dụng', 'The user'),
  (9, 'QC-32', 'Quy chế bảo mật khóa và mật khẩu', 'Regulation on the Protection of Keys and Passwords', 'Người giữ khóa', 'The keeper of the key'),
  (10, 'QC-33', 'Quy chế xử lý sự cố dữ liệu', 'Regulation on the Handling of Data Incidents', 'Đội ứng cứu', 'The response team');

CREATE TEMPORARY TABLE law_chapter (n, title_vi, title_en, when_vi, when_en) AS VALUES
  (1, 'Quy định chung', 'General provisions', 'ngay khi tiếp nhận hồ sơ', 'upon receipt of the file'),
  (2, 'Quyền và nghĩa vụ', 'Rights and obligations', 'trong thời hạn năm ngày làm việc', 'within five working days'),
  (3, 'Trình tự thực hiện', 'Procedure', 'trước khi chuyển sang bước tiếp theo', 'before the next step is taken'),
  (4, 'Điều khoản thi hành', 'Final provisions', 'kể từ ngày văn bản có hiệu lực', 'from the day on which this text takes effect');

CREATE TEMPORARY TABLE law_article (n, heading_vi, heading_en, duty_vi, duty_en, keywords) AS VALUES
  (1, 'Phạm vi điều chỉnh', 'Scope', 'xác định rõ những tài liệu thuộc phạm vi điều chỉnh và ghi lại căn cứ của việc xác định đó', 'shall determine which documents fall within the scope and record the grounds for doing so', ARRAY['phạm vi', 'scope']),
  (2, 'Giải thích từ ngữ', 'Definitions', 'sử dụng thống nhất các thuật ngữ đã được định nghĩa, không đặt thêm tên gọi khác cho cùng một khái niệm', 'shall use the defined terms consistently and give no second name to the same concept', ARRAY['thuật ngữ', 'terms']),
  (3, 'Nguyên tắc áp dụng', 'Principles', 'ưu tiên quy định có lợi cho việc bảo toàn bản gốc khi hai quy định khác nhau', 'shall prefer, where two rules differ, the one that better preserves the original', ARRAY['nguyên tắc', 'principle']),
  (4, 'Trách nhiệm giải trình', 'Accountability', 'giải trình bằng văn bản về mọi thay đổi làm sai lệch nội dung đã công bố', 'shall account in writing for every change that departs from the published content', ARRAY['giải trình', 'accountability']),
  (5, 'Ngôn ngữ của văn bản', 'Language', 'lập văn bản bằng tiếng Việt; bản dịch chỉ có giá trị tham khảo', 'shall draw up the text in Vietnamese; a translation serves for reference only', ARRAY['ngôn ngữ', 'language']),
  (6, 'Công khai và giới hạn', 'Openness and its limits', 'công khai nội dung, trừ phần thuộc bí mật đã được xác định theo thẩm quyền', 'shall make the content public, except for what has been lawfully declared secret', ARRAY['công khai', 'openness']),
  (7, 'Quyền được thông tin', 'Right to information', 'trả lời yêu cầu cung cấp thông tin và nêu lý do nếu từ chối', 'shall answer a request for information and give reasons for a refusal', ARRAY['quyền', 'right']),
  (8, 'Nghĩa vụ bảo quản', 'Duty of care', 'bảo quản bản gốc nguyên vẹn và lưu ít nhất hai bản sao ở hai nơi khác nhau', 'shall keep the original intact and hold at least two copies in two different places', ARRAY['bảo quản', 'care']),
  (9, 'Phân công người chịu trách nhiệm', 'Appointment of a responsible person', 'chỉ định một người chịu trách nhiệm và một người thay thế', 'shall appoint one responsible person and one deputy', ARRAY['phân công', 'appointment']),
  (10, 'Xung đột lợi ích', 'Conflict of interest', 'không tự phê duyệt đề nghị do chính mình lập', 'shall not approve a proposal of its own', ARRAY['xung đột', 'conflict']),
  (11, 'Đào tạo và hướng dẫn', 'Training', 'tổ chức hướng dẫn cho người mới trước khi giao quyền ghi dữ liệu', 'shall instruct newcomers before granting them the right to write data', ARRAY['đào tạo', 'training']),
  (12, 'Chi phí thực hiện', 'Costs', 'tự chịu chi phí của bản sao đầu tiên; các bản sau do bên yêu cầu chi trả', 'shall bear the cost of the first copy; further copies are paid for by whoever asks for them', ARRAY['chi phí', 'costs']),
  (13, 'Tiếp nhận hồ sơ', 'Receipt of files', 'cấp số tiếp nhận và ghi thời điểm theo giờ quốc tế', 'shall assign a number of receipt and note the time in coordinated universal time', ARRAY['tiếp nhận', 'receipt']),
  (14, 'Kiểm tra tính đầy đủ', 'Check of completeness', 'đếm số trang, số phụ lục và đối chiếu với bảng kê', 'shall count pages and annexes and compare them with the list', ARRAY['kiểm tra', 'completeness']),
  (15, 'Phê duyệt', 'Approval', 'trình phê duyệt đúng nội dung sẽ được thực hiện; nội dung thay đổi thì phê duyệt hết hiệu lực', 'shall submit for approval exactly what will be carried out; an approval lapses when that changes', ARRAY['phê duyệt', 'approval']),
  (16, 'Thực hiện', 'Execution', 'thực hiện theo đúng trình tự đã phê duyệt và dừng lại khi một điều kiện không được đáp ứng', 'shall proceed in the approved order and stop where a condition is not met', ARRAY['thực hiện', 'execution']),
  (17, 'Đối chiếu kết quả', 'Comparison of results', 'đối chiếu kết quả với bản gốc theo từng dòng và ghi nhận mọi khác biệt', 'shall compare the result with the original line by line and note every difference', ARRAY['đối chiếu', 'comparison']),
  (18, 'Biên bản', 'Minutes', 'lập biên bản gồm điều mong đợi, điều quan sát được và kết luận', 'shall keep minutes of what was expected, what was observed and what was concluded', ARRAY['biên bản', 'minutes']),
  (19, 'Chuyển tiếp', 'Transition', 'tiếp tục áp dụng quy định cũ đối với hồ sơ đã tiếp nhận', 'shall continue to apply the former rules to files already received', ARRAY['chuyển tiếp', 'transition']),
  (20, 'Sửa đổi, bổ sung', 'Amendment', 'công bố bản sửa đổi kèm bản cũ để người đọc so sánh được', 'shall publish an amendment together with the former wording so that readers can compare them', ARRAY['sửa đổi', 'amendment']),
  (21, 'Thanh tra', 'Inspection', 'cung cấp chứng cứ nguyên bản cho thanh tra, không cung cấp bản tóm tắt thay thế', 'shall hand over the original evidence to an inspection, not a summary in its place', ARRAY['thanh tra', 'inspection']),
  (22, 'Xử lý vi phạm', 'Breaches', 'báo cáo vi phạm lên cấp trên trực tiếp và không tự khắc phục khi chưa được giao', 'shall report a breach to its superior and not undertake to repair it unasked', ARRAY['vi phạm', 'breach']),
  (23, 'Lưu giữ và tiêu hủy', 'Retention and destruction', 'lưu giữ mười năm; việc tiêu hủy phải gọi đúng tên từng tài liệu', 'shall retain documents for ten years; each one destroyed shall be named', ARRAY['lưu giữ', 'retention']),
  (24, 'Hiệu lực thi hành', 'Entry into force', 'niêm yết toàn văn tại trụ sở và trên trang thông tin', 'shall post the full text at its seat and on its site', ARRAY['hiệu lực', 'force']);

CREATE TEMPORARY TABLE law_clause (n, text_vi, text_en) AS VALUES
  (0, 'Trường hợp bất khả kháng, thời hạn được tạm dừng cho đến khi trở ngại chấm dứt.', 'Where force majeure prevents performance, time ceases to run until the obstacle is removed.'),
  (1, 'Người có quyền lợi liên quan có thể khiếu nại trong mười lăm ngày; khiếu nại không làm ngừng việc thi hành.', 'A person concerned may object within fifteen days; the objection does not suspend enforcement.'),
  (2, 'Sai sót về chính tả được đính chính mà không cần phê duyệt lại, nhưng phải ghi vào nhật ký.', 'A slip of the pen is corrected without fresh approval, but shall be entered in the log.'),
  (3, 'Không áp dụng khoản này đối với tài liệu có "mật độ" cao; ký hiệu ≤ 5 % được hiểu là không đáng kể.', 'This clause does not apply to documents of high "density"; a mark of ≤ 5 % is taken as negligible.');

CREATE TEMPORARY TABLE law_unit AS
  SELECT d.code AS address, d.code, NULL::text AS parent, 'document' AS kind, d.n AS ordinal, d.n AS document, 0 AS article,
         d.title_vi AS heading_vi, d.title_en AS heading_en,
         d.title_vi || ' gồm bốn chương, hai mươi bốn điều.' AS body_vi,
         d.title_en || ' has four chapters and twenty-four articles.' AS body_en,
         ARRAY[lower(d.code)] AS keywords
    FROM law_document d
  UNION ALL
  SELECT d.code || '/' || c.n, d.code, d.code, 'chapter', c.n, d.n, 0,
         'Chương ' || c.n || '. ' || c.title_vi, 'Chapter ' || c.n || '. ' || c.title_en,
         'Chương này áp dụng ' || c.when_vi || '.', 'This chapter applies ' || c.when_en || '.', ARRAY['chương']
    FROM law_document d CROSS JOIN law_chapter c
  UNION ALL
  SELECT d.code || '/' || c.n || '/' || a.n, d.code, d.code || '/' || c.n, 'article', a.n, d.n, a.n,
         'Điều ' || a.n || '. ' || a.heading_vi, 'Article ' || a.n || '. ' || a.heading_en,
         d.who_vi || ' ' || a.duty_vi || ', ' || c.when_vi || '.',
         d.who_en || ' ' || a.duty_en || ', ' || c.when_en || '.', a.keywords
    FROM law_document d CROSS JOIN law_article a JOIN law_chapter c ON c.n = (a.n + 5) / 6
  UNION ALL
  SELECT d.code || '/' || (a.n + 5) / 6 || '/' || a.n || '/1', d.code, d.code || '/' || (a.n + 5) / 6 || '/' || a.n,
         'clause', 1, d.n, a.n, 'Khoản 1', 'Clause 1', k.text_vi, k.text_en, a.keywords || ARRAY['khoản']
    FROM law_document d CROSS JOIN law_article a JOIN law_clause k ON k.n = (d.n + a.n / 2) % 4
   WHERE a.n % 2 = 0;

INSERT INTO public.information_unit
SELECT md5('unit ' || u.address)::uuid, md5('unit ' || u.parent)::uuid, u.code, u.address, u.kind, u.ordinal,
       CASE WHEN u.document = 10 THEN 'draft' WHEN u.article = 19 AND u.document < 4 THEN 'repealed'
            WHEN u.document = 9 THEN 'reviewed' ELSE 'enacted' END,
       u.keywords,
       jsonb_build_object('source', 'KB', 'depth', array_length(string_to_array(u.address, '/'), 1),
                          'official', u.document < 9, 'tags', jsonb_build_array(u.kind, u.code)),
       CASE WHEN u.document < 9 THEN date '2026-01-01' + u.document * 7 END,
       timestamptz '2025-11-03 01:00:00+00' + make_interval(days => u.document, mins => u.ordinal, secs => 0.001 * u.article)
  FROM law_unit u
 ORDER BY length(u.address) - length(replace(u.address, '/', '')), u.document, u.article, u.ordinal;

-- Each unit in both languages; articles and clauses were amended once, and half of these were translated again.
WITH wording (address, document, article, language, version_no, heading, body) AS (
  SELECT address, document, article, 'vi', 1, heading_vi, body_vi FROM law_unit
  UNION ALL
  SELECT address, document, article, 'en', 1, heading_en, body_en FROM law_unit
  UNION ALL
  SELECT address, document, article, 'vi', 2, heading_vi,
         body_vi || E'\n' || 'Bản ghi điện tử có giá trị như bản giấy nếu mã băm trùng khớp.'
    FROM law_unit WHERE kind IN ('article', 'clause')
  UNION ALL
  SELECT address, document, article, 'en', 2, heading_en,
         body_en || E'\n' || 'An electronic record is equal to one on paper where their digests agree.'
    FROM law_unit WHERE kind IN ('article', 'clause') AND document % 2 = 0
)
INSERT INTO public.unit_version (unit_id, language, version_no, heading, body, fingerprint, confidence, valid_during, created_at)
SELECT md5('unit ' || address)::uuid, language, version_no, heading, body, sha256(convert_to(body, 'UTF8')),
       CASE language WHEN 'en' THEN 0.9 + 0.004 * article END,
       CASE version_no WHEN 1 THEN daterange('2026-01-01', '2026-04-01') ELSE daterange('2026-04-01', NULL) END,
       timestamptz '2025-11-04 02:30:00+00' + make_interval(days => document + 90 * (version_no - 1), secs => 1.25 * article)
  FROM wording
 ORDER BY version_no, document, address, language DESC;

INSERT INTO public.iu_lifecycle_log (unit_id, event, actor, detail, happened_at)
SELECT md5('unit ' || u.address)::uuid, step.event, step.actor,
       CASE step.n WHEN 1 THEN jsonb_build_object('address', u.address)
                   WHEN 4 THEN jsonb_build_object('version_no', 2, 'reason', 'Điều chỉnh theo góp ý') END,
       timestamptz '2025-11-05 03:00:00+00' + make_interval(days => u.document + 20 * step.n, secs => u.article)
  FROM law_unit u
  JOIN (VALUES (1, 'drafted', 'editor', 10), (2, 'reviewed', 'legal-desk', 9), (3, 'enacted', 'council', 8),
               (4, 'amended', 'editor', 8)) AS step (n, event, actor, last_document)
    ON u.document <= step.last_document AND (step.n < 4 OR u.kind IN ('article', 'clause'))
 ORDER BY step.n, u.document, u.address;

INSERT INTO public.tac_logical_unit
SELECT md5('logical ' || address)::uuid, md5('unit ' || address)::uuid, heading_vi,
       CASE document WHEN 9 THEN 'shadow' ELSE 'published' END::public.logical_unit_stage, 'enacted', 'canonical-address-v1',
       timestamptz '2026-03-01 00:00:00+00'
  FROM law_unit WHERE kind = 'article' AND document < 10;
-- TARGET_IU of the first controlled trial: in draft, and not touched by it.
INSERT INTO public.tac_logical_unit
VALUES ('1d0f6e52-9a31-4c07-b1de-5a2c7e0b4f11', md5('unit QC-33/1/1')::uuid, 'TARGET_IU', 'draft_only', 'draft',
        'canonical-address-v1', '2026-05-17 13:40:00+00');

DROP TABLE law_unit, law_clause, law_article, law_chapter, law_document;

-- 5. Governance: the fifteen rows that the first controlled trial left. -------------------------------------------

INSERT INTO cutter_governance.decision_backlog_entry
VALUES ('4b8e2d90-51c7-4e6f-8a0b-2f9d13c5a701', 'Cắt thử có kiểm soát lần đầu / first controlled cut', 'closed', 2,
        '14 days', '2026-05-16 08:00:00+00');
INSERT INTO cutter_governance.decision_backlog_history (entry_id, from_status, to_status, changed_at)
SELECT '4b8e2d90-51c7-4e6f-8a0b-2f9d13c5a701', from_status, to_status, changed_at::timestamptz
  FROM (VALUES (1, NULL, 'open', '2026-05-16 08:00:00+00'), (2, 'open', 'triaged', '2026-05-16 09:10:00+00'),
               (3, 'triaged', 'approved', '2026-05-17 11:30:00+00'), (4, 'approved', 'executed', '2026-05-17 13:44:00+00'),
               (5, 'executed', 'closed', '2026-05-17 13:46:00+00')) AS step (n, from_status, to_status, changed_at)
 ORDER BY n;
INSERT INTO cutter_governance.decision_backlog_sweep_log (swept_at, examined, closed) VALUES ('2026-05-17 13:46:30+00', 1, 1);
INSERT INTO cutter_governance.manifest_envelope
VALUES ('a90c7d14-3e28-4f55-9c62-70b1e4d8f203', 'QC-33', 'QC-33@1', encode(sha256('QC-33@1'), 'hex'), 1, 'cutter 0.4',
        '{"trial": true, "addresses": ["QC-33/1/1"], "limits": {"max_rows": 10, "timeout_s": 2.5}}', '2026-05-17 12:00:00+00');
INSERT INTO cutter_governance.manifest_unit_block
VALUES ('e2714fb8-0d63-4a1c-8f9e-b5c60a7d3918', 'a90c7d14-3e28-4f55-9c62-70b1e4d8f203', 1, 'QC-33/1/1', 'Điều 1. Phạm vi điều chỉnh');
INSERT INTO cutter_governance.review_decision
VALUES ('58d3a6c1-b704-4e92-a1f8-09e7c2b46d35', 'a90c7d14-3e28-4f55-9c62-70b1e4d8f203', 'SG_1', 'approved',
        'Phạm vi một điều, có thể kiểm chứng độc lập.', ARRAY['one article', 'verified by a second person'], '2026-05-17 11:30:00+00');
INSERT INTO cutter_governance.cut_change_set
VALUES ('7c963f27-84d1-4b0a-9e35-c1f06a2d7b48', 'a90c7d14-3e28-4f55-9c62-70b1e4d8f203', '58d3a6c1-b704-4e92-a1f8-09e7c2b46d35',
        'v0.4-trial-1', 'verified', 'pass', false, '2026-05-17 13:43:58+00', '2026-05-17 13:44:02.731+00');
INSERT INTO cutter_governance.cut_change_set_affected_row (change_set_id, table_name, row_key, operation, before_image, after_image)
VALUES ('7c963f27-84d1-4b0a-9e35-c1f06a2d7b48', 'cutter_governance.manifest_unit_block',
        '{"block_id": "e2714fb8-0d63-4a1c-8f9e-b5c60a7d3918"}', 'insert', NULL, '{"position": 1, "address": "QC-33/1/1"}');
INSERT INTO cutter_governance.verify_result
VALUES ('633f2c51-2e9b-4d76-b083-f4a95c1e8d60', '7c963f27-84d1-4b0a-9e35-c1f06a2d7b48', 'pass',
        '[{"check": "text equals source", "result": "pass"}, {"check": "address resolves", "result": "pass"}]', 1.0,
        '2026-05-17 13:45:10+00');
INSERT INTO cutter_governance.dot_pair_signature VALUES
  ('c4f8b2e6-7a15-4390-8d2c-61e0a9f7b354', 'DOT-991', 'executor', '7c963f27-84d1-4b0a-9e35-c1f06a2d7b48', NULL,
   sha256('DOT-991 7c963f27'), '2026-05-17 13:44:03+00'),
  ('0fa6d973-e18c-4b52-a7d4-3c95b8206e1f', 'DOT-992', 'verifier', NULL, '633f2c51-2e9b-4d76-b083-f4a95c1e8d60',
   sha256('DOT-992 633f2c51'), '2026-05-17 13:45:11+00');

-- 6. Observation: one view a governance table, keys and states, no payload. ---------------------------------------

CREATE VIEW cutter_governance.v_canonical_address_alias_observe AS
  SELECT alias, address FROM cutter_governance.canonical_address_alias;
CREATE VIEW cutter_governance.v_cut_change_set_observe AS
  SELECT change_set_id, run_id, status, verify_status, ended_at - started_at AS took FROM cutter_governance.cut_change_set;
CREATE VIEW cutter_governance.v_cut_change_set_affected_row_observe AS
  SELECT change_set_id, table_name, operation, count(*) AS row_count
    FROM cutter_governance.cut_change_set_affected_row GROUP BY change_set_id, table_name, operation;
CREATE VIEW cutter_governance.v_decision_backlog_dependency_observe AS
  SELECT entry_id, depends_on FROM cutter_governance.decision_backlog_dependency;
CREATE VIEW cutter_governance.v_decision_backlog_entry_observe AS
  SELECT entry_id, status, severity FROM cutter_governance.decision_backlog_entry;
CREATE VIEW cutter_governance.v_decision_backlog_history_observe AS
  SELECT entry_id, to_status, changed_at FROM cutter_governance.decision_backlog_history;
CREATE VIEW cutter_governance.v_decision_backlog_sweep_log_observe AS
  SELECT swept_at, examined, closed FROM cutter_governance.decision_backlog_sweep_log;
CREATE VIEW cutter_governance.v_dot_pair_signature_observe AS
  SELECT dot_code, lane, cross_reference_change_set_id, cross_reference_verify_result_id
    FROM cutter_governance.dot_pair_signature;
CREATE VIEW cutter_governance.v_manifest_envelope_observe AS
  SELECT manifest_id, document_code, source_sha256, unit_count FROM cutter_governance.manifest_envelope;
CREATE VIEW cutter_governance.v_manifest_unit_block_observe AS
  SELECT manifest_id, position, address FROM cutter_governance.manifest_unit_block;
CREATE VIEW cutter_governance.v_review_decision_observe AS
  SELECT decision_id, slot, outcome, decided_at FROM cutter_governance.review_decision;
CREATE VIEW cutter_governance.v_verify_result_observe AS
  SELECT verify_result_id, change_set_id, outcome, ratio FROM cutter_governance.verify_result;

-- 7. Owners and privileges. ---------------------------------------------------------------------------------------

ALTER SCHEMA public OWNER TO directus;
ALTER TABLE public.information_unit OWNER TO directus;
ALTER TABLE public.unit_version OWNER TO directus;
ALTER TABLE public.iu_lifecycle_log OWNER TO directus;
ALTER TYPE public.logical_unit_stage OWNER TO incomex;
ALTER TABLE public.tac_logical_unit OWNER TO incomex;
ALTER FUNCTION public.log_address_change() OWNER TO incomex;
GRANT INSERT ON public.iu_lifecycle_log TO incomex;
GRANT USAGE ON SEQUENCE public.iu_lifecycle_log_log_id_seq TO incomex;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO context_pack_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE directus IN SCHEMA public GRANT SELECT ON TABLES TO context_pack_readonly;

DO $$
DECLARE item record;
BEGIN
  FOR item IN SELECT c.relname, c.relkind FROM pg_catalog.pg_class c
               WHERE c.relnamespace = 'cutter_governance'::regnamespace AND c.relkind IN ('r', 'v')
  LOOP
    EXECUTE format('ALTER %s cutter_governance.%I OWNER TO workflow_admin',
                   CASE item.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, item.relname);
  END LOOP;
END $$;

-- cutter_exec: 12 to read, 9 to write; cutter_verify: 9 to read, 3 to write; and three columns to update.
-- Thirty-three table privileges in all, none of them grantable.
GRANT USAGE ON SCHEMA cutter_governance TO cutter_exec, cutter_verify;
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
GRANT SELECT ON
  cutter_governance.cut_change_set, cutter_governance.cut_change_set_affected_row, cutter_governance.decision_backlog_entry,
  cutter_governance.decision_backlog_history, cutter_governance.dot_pair_signature, cutter_governance.manifest_envelope,
  cutter_governance.manifest_unit_block, cutter_governance.review_decision, cutter_governance.verify_result TO cutter_verify;
GRANT INSERT ON
  cutter_governance.decision_backlog_history, cutter_governance.dot_pair_signature, cutter_governance.verify_result TO cutter_verify;
GRANT UPDATE (status) ON cutter_governance.cut_change_set TO cutter_exec;
GRANT UPDATE (status) ON cutter_governance.decision_backlog_entry TO cutter_exec;
GRANT UPDATE (verify_status) ON cutter_governance.cut_change_set TO cutter_verify;
GRANT USAGE ON SEQUENCE cutter_governance.cut_change_set_affected_row_affected_id_seq,
  cutter_governance.decision_backlog_history_history_id_seq TO cutter_exec;
GRANT USAGE ON SEQUENCE cutter_governance.decision_backlog_history_history_id_seq TO cutter_verify;

-- cutter_ro: the schema and its twelve views, thirteen grants; no base table.
GRANT USAGE ON SCHEMA cutter_governance TO cutter_ro;
GRANT SELECT ON
  cutter_governance.v_canonical_address_alias_observe, cutter_governance.v_cut_change_set_observe,
  cutter_governance.v_cut_change_set_affected_row_observe, cutter_governance.v_decision_backlog_dependency_observe,
  cutter_governance.v_decision_backlog_entry_observe, cutter_governance.v_decision_backlog_history_observe,
  cutter_governance.v_decision_backlog_sweep_log_observe, cutter_governance.v_dot_pair_signature_observe,
  cutter_governance.v_manifest_envelope_observe, cutter_governance.v_manifest_unit_block_observe,
  cutter_governance.v_review_decision_observe, cutter_governance.v_verify_result_observe TO cutter_ro;

-- The backup's own grants: what pg_dump --table needs to read the nine tables and their three sequences as
-- cutter_exec. A backup holds its snapshot in one session beside pg_dump's, and guards look at the same time.
GRANT SELECT ON public.information_unit, public.unit_version, public.iu_lifecycle_log TO cutter_exec;
GRANT SELECT ON SEQUENCE public.unit_version_version_id_seq, public.iu_lifecycle_log_log_id_seq,
  cutter_governance.cut_change_set_affected_row_affected_id_seq TO cutter_exec;
ALTER ROLE cutter_exec CONNECTION LIMIT 8;

RESET search_path;
RESET client_min_messages;
