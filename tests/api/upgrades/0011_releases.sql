-- 0011: Which knowledge is in use, in every process; and who asks the messenger for updates.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO releases (hash, bundle, note, created_at) VALUES ('4f0c8b2f6a7d1e90c3b5a8d7e6f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6', 'bundle', '更正一处引文', '2026-03-02 01:30:00.000000');

INSERT INTO release_activations (id, release, activated_at, "by") VALUES (1, '4f0c8b2f6a7d1e90c3b5a8d7e6f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6', '2026-03-02 01:30:00.000000', 'admin');
INSERT INTO release_activations (id, release, activated_at, "by") VALUES (2, NULL, '2026-03-02 01:30:01.000000', 'admin');

INSERT INTO leases (name, owner, until) VALUES ('listen:pigeon', 'one', '2026-03-02 01:31:00.000000');
