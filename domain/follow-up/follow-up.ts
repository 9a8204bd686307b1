// What is left to do about an identity: places where its secret lies open, and weaknesses that stay when the credential is dead.
// Each has a party and a clock of its own, until it is done, ticketed, waived or void.
import type { Instant } from '../instant/instant.ts';
import type { Finding } from '../plan/plan.schema.ts';

export type FollowUpKind = Finding['kind'] | 'exposure' | 'other';

export type FollowUpEnd = 'done' | 'ticketed' | 'waived' | 'void';

export interface FollowUp {
  /** `follow-up-1` */
  id: string;
  kind: FollowUpKind;
  says: string;
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

export const isLeft = (followUp: FollowUp): boolean => followUp.ended === null;
