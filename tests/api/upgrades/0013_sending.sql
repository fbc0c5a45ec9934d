-- 0013: One budget for all who send, words that many messages share, and looks that stay cheap.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO send_budgets (channel, account, books, redis_until, row_until) VALUES ('pigeon', '1', '{"total": 1772415000033333, "bulk": 1772415000040000, "chats": {"8d5b": 1772415001000000}, "stopped": 0, "bulk_stopped": 0}', 0, 1772415010000000);

INSERT INTO shared_bodies (id, occasion, body) VALUES ('5d2a0a1f6f0c4a53b7c7a3f2b9d8e110', 'notice:shared:r1', '{"zh": {"kind": "notice", "text": "共用的一条"}}');

INSERT INTO deliveries (id, run_at, lease_until, owner, attempts, done_at, occasion, person_id, contact_id, channel, account, address, priority, place, body, slot, replaces, transcribed, state, cause, reference, created_at, due_at, shared_body_id) VALUES ('0b1d7c3ce8a94f1e9f0f5b0a6a1c2d33', '2026-03-02 01:30:01.000000', NULL, NULL, 0, NULL, 'notice:shared:r1', '3c184234f5cc46889279365a94e7b876', NULL, '', '', '', 2, 1772415001000001, NULL, '', NULL, FALSE, 'queued', NULL, NULL, '2026-03-02 01:30:01.000000', '2026-03-02 01:30:01.000000', '5d2a0a1f6f0c4a53b7c7a3f2b9d8e110');
