// What a worker's role needs, in PostgreSQL's own words. Only the roles of deploy/postgres/ are meant to hold these.

/** An attribute of the worker's own role: it is not inherited. */
export const CREATEROLE = 'CREATEROLE';
/** Of each role that it may be asked to act on. */
export const ADMIN = 'ADMIN OPTION on the role';
export const ALTER_ROLE = [CREATEROLE, ADMIN] as const;
/** In words, for an error. */
export const ALTER_ROLE_IN_WORDS = `${CREATEROLE} with ${ADMIN}`;

export const SIGNAL = 'pg_signal_backend';
/** A membership is revoked, and granted again, in the name of whoever granted it. */
export const GRANTOR = 'the privileges of the grantor';
export { STATS } from './roles.ts';
