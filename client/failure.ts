// What can go wrong between a client and an incident: a class per cause, each with a stable code and what to do next.
// Never carries a secret: a statement, a key or a login never stands in a message.
import type { RefusalCode } from '../domain/statement/refusal.ts';

export abstract class ClientFailure extends Error {
  abstract readonly code: string;
}

/** The incident heard it and refused; `code` is one of the closed set of refusals, the message says what to do. */
export class Refused extends ClientFailure {
  override name = 'Refused';
  readonly code: RefusalCode;
  readonly reason: string;
  constructor(code: RefusalCode, reason: string, options: { cause?: unknown } = {}) {
    super(reason, options);
    this.code = code;
    this.reason = reason;
  }
}

export class NoSuchIncident extends ClientFailure {
  override name = 'NoSuchIncident';
  readonly code = 'noSuchIncident';
}

/** More than one open incident fits what was typed. */
export class SeveralFit extends ClientFailure {
  override name = 'SeveralFit';
  readonly code = 'severalFit';
}

/** Nothing answers at Temporal's address, or it does not let us in. */
export class Unreachable extends ClientFailure {
  override name = 'Unreachable';
  readonly code = 'unreachable';
}

/** Temporal answers, the incident is there, but no worker works on it. */
export class NobodyWorking extends ClientFailure {
  override name = 'NobodyWorking';
  readonly code = 'nobodyWorking';
}

/** What the view shows cannot be answered in this way. */
export class NothingToAnswer extends ClientFailure {
  override name = 'NothingToAnswer';
  readonly code = 'nothingToAnswer';
}

/** This alert opens no incident. */
export class OpensNothing extends ClientFailure {
  override name = 'OpensNothing';
  readonly code = 'opensNothing';
}

/** The search attributes on the server are not as this version needs them. */
export class SearchAttributesDiffer extends ClientFailure {
  override name = 'SearchAttributesDiffer';
  readonly code = 'searchAttributesDiffer';
}
