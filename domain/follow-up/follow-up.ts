// What is left to do about an identity: places where its secret lies open, consumers that have to take its new credential, and weaknesses
// that stay when the old one is dead.
// Each has a party and a clock of its own, until it is done, ticketed, waived or void.
import type { Instant } from '../instant/instant.ts';
import type { Document, Finding } from '../plan/plan.schema.ts';

export type FollowUpKind = Finding['kind'] | 'exposure' | 'distribution' | 'other';

export type FollowUpEnd = 'done' | 'ticketed' | 'waived' | 'void';

export interface FollowUp {
  /** `follow-up-1` */
  id: string;
  kind: FollowUpKind;
  says: string;
  /** Written for whoever mends it, e.g. a trust policy. Left out: none. */
  documents?: Document[];
  /** Whose it is. */
  party: string;
  /** null: found by itself. */
  addedBy: string | null;
  since: Instant;
  due: Instant;
  /** When its party is told again; moves on each time. */
  remindAt: Instant;
  ended: { as: FollowUpEnd; by: string | null; at: Instant; ticket: string | null } | null;
}

/** What is put on the list. */
export type LeftToDo = Pick<FollowUp, 'kind' | 'says' | 'documents' | 'party' | 'due'>;

export const isLeft = (followUp: FollowUp): boolean => followUp.ended === null;
