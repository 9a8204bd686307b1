// `custody/client`: opens incidents, carries statements to them, reads and finds them.
export {
  type CustodyClient,
  custodyClient,
  type CustodyClientOptions,
  type Detected,
  type Said,
} from './client.ts';
export type { Polled } from './asking.ts';
export { connect, type Connected, type Where } from './connect.ts';
export {
  acknowledging,
  adopting,
  assessing,
  attesting,
  closing,
  deciding,
  type Draft,
  followingUp,
  handingOff,
  noting,
  pausing,
  planOf,
  undoing,
} from './draft.ts';
export {
  ClientFailure,
  NobodyWorking,
  NoSuchIncident,
  NothingToAnswer,
  OpensNothing,
  Refused,
  SearchAttributesDiffer,
  SeveralFit,
  Unreachable,
} from './failure.ts';
export type { Filter, Listed } from './search.ts';
export {
  createSearchAttributes,
  missingSearchAttributes,
  type SearchAttributesReport,
} from './search-attributes.ts';
export type { Answer, Asking } from '../domain/readiness/asking.ts';
export type { IncidentQuery, Outcome } from '../workflows/messages.ts';
