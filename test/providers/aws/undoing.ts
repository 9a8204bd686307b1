// The undo of what a course has put on, as the decider makes it, and as workers would carry it out.
import { expect } from 'vitest';
import { hashOf } from '../../../domain/encoding/canonical.ts';
import { plus } from '../../../domain/instant/instant.ts';
import { type Plan, planSchema, type Undoes } from '../../../domain/plan/plan.schema.ts';
import { undoPlan } from '../../../domain/plan/undo-plan.ts';
import { Course } from './course.ts';

const WORDS = { statement: 'x', proof: { type: 'key' as const, jws: 'x' } };

/** The undo of what these steps of a course have put on, as the decider makes it. */
export function undoing(
  of: Course,
  verdict: Undoes['verdict'],
  { put, done = [], foundSo = [] }: { put: string[]; done?: string[]; foundSo?: string[] },
): Plan {
  const standing = {
    hash: hashOf(of.plan),
    plan: of.plan,
    results: put.map((step) => ({ step, saying: WORDS })),
    foundSo,
    done,
  };
  const made = undoPlan([standing], {
    verdict,
    madeAt: plus(of.plan.madeAt, 1),
    validityMs: 3_600_000,
  });
  if (made.plan === null) throw new Error(made.why);
  return planSchema.parse(made.plan);
}

/** Takes and sees every step of it. */
export async function carriedOut(of: Course, plan: Plan): Promise<void> {
  const course = new Course(of.discovery, of.workers);
  Object.assign(course, { plan });
  for (const step of plan.steps) {
    await course.take(step);
    expect(await course.see(step), step.does).toMatchObject({ holds: true });
  }
}
