// Judges one saying in inbox order: its form, its proof, and who may. What comes of it is `domain/incident`'s.
import type { Instant } from '../domain/instant/instant.ts';
import type { Bearings, Judgement } from '../domain/statement/judgement.ts';

export interface ToJudge {
  message: string;
  payload: unknown;
  bearings: Bearings;
  now: Instant;
}

export const judgeActivities = ({ judge }: { judge: (said: ToJudge) => Promise<Judgement> }) => ({ judge });
