-- 0009: Requests for a person, objections to a criterion, and what staff wrote.
-- Rows as the program of that revision kept them. Never changed: they are what is upgraded.

INSERT INTO tickets (id, kind, reason, programme, criterion, release, person_id, organisation_id, contact_id, office_id, state, held_by, held_until, opened_at, answered_at, closed_at) VALUES ('ca9262112c1547638512b70343366d51', 'person', '材料要盖章吗', NULL, NULL, '5dec574ff3970b72a31422b5906215ca52b7a67c56d8ea2e0e26200a10fe52f1', '3c184234f5cc46889279365a94e7b876', '109e853aa5e34a73849016d6b6105301', '1e6214371e2f46da8ccf946935f589ec', NULL, 'open', NULL, NULL, '2026-03-02 01:30:00.000000', '2026-03-02 01:30:00.000000', NULL);

INSERT INTO ticket_messages (ticket_id, sequence, account_id, text, token, at) VALUES ('ca9262112c1547638512b70343366d51', 1, '75a4358f63c04cdabe7516edb8ca6b40', '要盖公章。', 'form-1', '2026-03-02 01:30:00.000000');
