-- For each role that custody may act on: psql -v role=app_a -f application-role.sql. Without it, custody can only look at the role.
-- With ADMIN and without SET and INHERIT: its attributes and its password can be changed, its data is not read.
GRANT :"role" TO custody_cut WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
GRANT :"role" TO custody_issue WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
