// What a worker registers. A released workflow type keeps its name.
export { identityIncident } from './identity-incident.ts';
export { readiness } from './readiness.ts';
