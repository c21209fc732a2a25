-- A database and a role for each service, for development: nobody but its own role enters a service's database.
-- PostgreSQL's image runs this once, on an empty volume. The password of a role is its name and `-dev-only`.

SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', service, service || '-dev-only')
FROM unnest(ARRAY['ledger', 'incidents', 'training', 'audit', 'notifier']) AS service
\gexec

SELECT format('CREATE DATABASE %I OWNER %I', service, service)
FROM unnest(ARRAY['ledger', 'incidents', 'training', 'audit', 'notifier']) AS service
\gexec

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
FROM pg_database
WHERE datallowconn
\gexec
