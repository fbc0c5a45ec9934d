-- 0004: Offices, accounts of the console, their sign-ins.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO offices (id, name, name_en, region, created_at) VALUES ('afd1f173a420484b8f93bbf156840303', '科技局 e07b140f', '', '', '2026-03-02 01:30:00.000000');

INSERT INTO accounts (id, login, name, role, office_id, password, must_change, language, created_at, disabled_at) VALUES ('75a4358f63c04cdabe7516edb8ca6b40', '35b88d3549b041bd850cf83681682324', '经办', 'official', 'afd1f173a420484b8f93bbf156840303', '-', TRUE, 'zh', '2026-03-02 01:30:00.000000', NULL);
INSERT INTO accounts (id, login, name, role, office_id, password, must_change, language, created_at, disabled_at) VALUES ('c9e3ee30a76c4c5c9a811bd77983e46a', 'daeb8edc7cea4754992948e7ba6c99a4', '经办', 'official', 'afd1f173a420484b8f93bbf156840303', '-', TRUE, 'zh', '2026-03-02 01:30:00.000000', NULL);

INSERT INTO console_sessions (digest, account_id, csrf, created_at, seen_at, expires_at) VALUES ('dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd', '75a4358f63c04cdabe7516edb8ca6b40', 'csrf', '2026-03-02 01:30:00.000000', '2026-03-02 01:30:00.000000', '2026-03-03 01:30:00.000000');

INSERT INTO sign_in_failures (id, who, at) VALUES ('d3972bbd75dc4aa789dcf53eb22abd8d', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', '2026-03-02 01:30:00.000000');
