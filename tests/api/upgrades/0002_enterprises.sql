-- 0002: Persons and where they are reached, organisations, subjects and what is known of them.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO persons (id, consented_at, notice, created_at) VALUES ('3c184234f5cc46889279365a94e7b876', '2026-03-02 01:30:00.000000', 'd168ff8543bca58a5ad5dfb98c155cda91a075882ee97e051d8304eb900c1a09', '2026-03-02 01:30:00.000000');
INSERT INTO persons (id, consented_at, notice, created_at) VALUES ('9f8d5d902b904eb6b07887fb77b889df', '2026-03-02 01:30:00.000000', 'notice', '2026-03-02 01:30:00.000000');

INSERT INTO contacts (id, person_id, channel, account, address, language, created_at, heard_at, ended_at, ended_cause) VALUES ('1e6214371e2f46da8ccf946935f589ec', '3c184234f5cc46889279365a94e7b876', 'pigeon', '1', 'a', 'zh', '2026-03-02 01:30:00.000000', '2026-03-02 01:30:00.000000', NULL, NULL);
INSERT INTO contacts (id, person_id, channel, account, address, language, created_at, heard_at, ended_at, ended_cause) VALUES ('1ec959f4e8fa4402aa7a2f680e735709', '9f8d5d902b904eb6b07887fb77b889df', 'web', '', '9b95786d-4b1d-42b7-a06f-c8469c89f4a0', 'zh', '2026-03-02 01:30:00.000000', '2026-03-02 01:30:00.000000', NULL, NULL);

INSERT INTO organisations (id, name, sample, created_at) VALUES ('109e853aa5e34a73849016d6b6105301', NULL, FALSE, '2026-03-02 01:30:00.000000');
INSERT INTO organisations (id, name, sample, created_at) VALUES ('42097f0ecc404691989ec089d0d99664', '示例企业', FALSE, '2026-03-02 01:30:00.000000');

INSERT INTO members (person_id, organisation_id, part, verified, verified_at, since) VALUES ('3c184234f5cc46889279365a94e7b876', '109e853aa5e34a73849016d6b6105301', 'owner', FALSE, NULL, '2026-03-02 01:30:00.000000');
INSERT INTO members (person_id, organisation_id, part, verified, verified_at, since) VALUES ('9f8d5d902b904eb6b07887fb77b889df', '42097f0ecc404691989ec089d0d99664', 'owner', FALSE, NULL, '2026-03-02 01:30:00.000000');

INSERT INTO subjects (id, organisation_id, kind, role, title, created_at) VALUES ('d12e5b8891334669b49db36c4dba3b3e', '42097f0ecc404691989ec089d0d99664', 'organisation', 'organisation', NULL, '2026-03-02 01:30:00.000000');
INSERT INTO subjects (id, organisation_id, kind, role, title, created_at) VALUES ('71d0fd0357a246d89510c3116d301daf', '109e853aa5e34a73849016d6b6105301', 'organisation', 'organisation', NULL, '2026-03-02 01:30:00.000000');

INSERT INTO fact_values (id, subject_id, fact, year, value, source, given_by, given_at) VALUES ('801de5d3e30b4fecab63599bd778c73c', 'd12e5b8891334669b49db36c4dba3b3e', 'staff', 0, '"40 人"', 'said', '9f8d5d902b904eb6b07887fb77b889df', '2026-03-02 01:30:00.000000');
INSERT INTO fact_values (id, subject_id, fact, year, value, source, given_by, given_at) VALUES ('7b9017d425c74d4799eeda87c7ce3ae0', 'd12e5b8891334669b49db36c4dba3b3e', 'rd_staff', 0, '"9 人"', 'said', '9f8d5d902b904eb6b07887fb77b889df', '2026-03-02 01:30:00.000000');
INSERT INTO fact_values (id, subject_id, fact, year, value, source, given_by, given_at) VALUES ('ac54d3374474478eb2500154bb88547a', 'd12e5b8891334669b49db36c4dba3b3e', 'registered_region', 0, '"luoyang"', 'said', '9f8d5d902b904eb6b07887fb77b889df', '2026-03-02 01:30:00.000000');
INSERT INTO fact_values (id, subject_id, fact, year, value, source, given_by, given_at) VALUES ('cb2e803c56aa48089c05e967266d7592', '71d0fd0357a246d89510c3116d301daf', 'staff', 0, '"12"', 'said', '3c184234f5cc46889279365a94e7b876', '2026-03-02 01:30:00.000000');

INSERT INTO subscriptions (person_id, programme, organisation_id, since) VALUES ('3c184234f5cc46889279365a94e7b876', 'new-rd-institution', '109e853aa5e34a73849016d6b6105301', '2026-03-02 01:30:00.000000');
INSERT INTO subscriptions (person_id, programme, organisation_id, since) VALUES ('9f8d5d902b904eb6b07887fb77b889df', 'new-rd-institution', '42097f0ecc404691989ec089d0d99664', '2026-03-02 01:30:00.000000');

INSERT INTO join_codes (digest, purpose, person_id, organisation_id, expires_at) VALUES ('cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'join', '9f8d5d902b904eb6b07887fb77b889df', '42097f0ecc404691989ec089d0d99664', '2026-03-02 02:30:00.000000');
