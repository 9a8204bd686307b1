-- For each role that grants memberships of application roles: psql -v grantor=app_admin -f grantor.sql. A membership is revoked in the
-- name of whoever granted it, so custody_cut then has all rights of that role: leave this out where that is too much, and revoke by
-- hand. What a superuser has granted, only a superuser can revoke.
GRANT :"grantor" TO custody_cut WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;
