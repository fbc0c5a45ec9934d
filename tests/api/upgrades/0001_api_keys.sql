-- 0001: API keys.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO api_keys (id, name, digest, scopes, rate, created_at, revoked_at) VALUES ('1defdeeb2e374d1d94c8d16ae6e23608', 'tests', 'f8a0df6d71c31e5e3b736ba0877661a1d01f39f0c5ad19a7646e627f58be6676', '["conversations", "evaluate", "interview"]', '1000000/minute', '2026-03-02 01:30:00.000000', NULL);
