-- 0007: When programmes take applications.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO filing_windows (id, programme, title, opens_at, closes_at, levels, link, note, region, office_id, published_by, published_at, changed_at, withdrawn_at, revision) VALUES ('b74fc1e036144164870bdd8d9038c613', 'new-rd-institution', '2026 年度第一批', '2026-03-01 01:30:00.000000', '2026-04-11 07:30:00.000000', '[{"zh": "县区受理", "en": "county", "at": "2026-04-11T07:30:00Z", "region": ""}]', 'https://kjt.example.gov.cn/apply', '', '', 'afd1f173a420484b8f93bbf156840303', '75a4358f63c04cdabe7516edb8ca6b40', '2026-03-02 01:30:00.000000', '2026-03-02 01:30:00.000000', NULL, 1);
