-- Custody's own roles of a cluster: once, by a superuser or whoever administers roles (PostgreSQL 16 or newer).
-- Give each its login afterwards, by \password or as your cluster does it (certificates, IAM): none of them has one here.

-- Cuts: no login, no membership, no session.
CREATE ROLE custody_cut LOGIN CREATEROLE NOINHERIT CONNECTION LIMIT 10;
GRANT pg_signal_backend TO custody_cut WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;
-- When a session began, it sees of others by this alone.
GRANT pg_read_all_stats TO custody_cut WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;

-- Re-issues: sets new passwords.
CREATE ROLE custody_issue LOGIN CREATEROLE NOINHERIT CONNECTION LIMIT 10;
GRANT pg_read_all_stats TO custody_issue WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;

-- Looks: may change nothing.
CREATE ROLE custody_check LOGIN NOINHERIT CONNECTION LIMIT 10;
GRANT pg_read_all_stats TO custody_check WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;
