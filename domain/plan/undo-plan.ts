// The plan that takes back what custody has put on: for a cleared identity all of it, in reverse order. Where a credential may be
// compromised all the same, what keeps its sessions dead goes on first and stays on, and nothing is lifted while what was to be cut
// is not: lifting must not bring back what it stopped. What cannot be taken back, it says. Pure.
import { type Instant, plus } from '../instant/instant.ts';
import { aimOf } from './aim.ts';
import type { Plan, Step, Undoes } from './plan.schema.ts';
import { type PutOn, stepIn } from './put-on.ts';

export interface ToUndo {
  verdict: Undoes['verdict'];
  madeAt: Instant;
  /** How long it may be carried out. */
  validityMs: number;
}

export type UndoPlanned = { plan: Plan; why: null } | { plan: null; why: string };

/** `standing`: oldest first. */
export function undoPlan(standing: readonly PutOn[], { verdict, madeAt, validityMs }: ToUndo): UndoPlanned {
  const newest = standing.at(-1);
  if (newest === undefined) return none('Custody has put nothing on this identity that could be taken off.');
  const stood = onceEach(
    standing
      .toReversed()
      .flatMap(({ plan, results }) =>
        plan.steps.filter(({ id }) => results.some(({ step }) => step === id)).toReversed(),
      ),
  );
  const isCleared = verdict === 'falsePositive';
  const lasting = lastingIn(standing);
  const lifts = (step: Step): boolean =>
    step.reversal !== undefined &&
    (isCleared || (!lasting.has(aimOf(step)) && step.reversal.grants !== true));
  // What grants comes last: where nobody was given that right, nothing else waits for it.
  const lifted = [false, true].flatMap((grants) =>
    stood.filter((step) => lifts(step) && (step.reversal?.grants === true) === grants),
  );
  if (lifted.length === 0)
    return none(
      `Nothing can be taken off. ${staysOf(standing, [], isCleared)
        .map(({ says }) => says)
        .join(' ')}`,
    );
  const puts = isCleared ? [] : missing(standing, stood, lasting);
  if (!isCleared) {
    const alive = uncut(standing);
    if (alive !== undefined)
      return none(
        `A credential may be compromised, and this is not done yet: ${alive.does} Nothing is lifted before, unless the identity was cleared (falsePositive).`,
      );
    if (lasting.size === 0)
      return none(
        'Nothing here would keep sessions of a stolen credential dead, so nothing is lifted unless the identity was cleared (falsePositive).',
      );
  }
  const notAfter = plus(madeAt, validityMs);
  const plan: Plan = {
    ...newest.plan,
    mode: 'ask',
    madeAt,
    undoes: {
      plans: standing.map(({ hash }) => hash),
      verdict,
      stays: staysOf(standing, lifted, isCleared),
    },
    steps: [
      ...puts.map((step) => ({ ...step, gate: 'undo' as const, notAfter })),
      ...lifted.map(takenOff(notAfter)),
    ].map((step, i) => ({ ...step, id: `s${i + 1}` })),
  };
  return { plan, why: null };
}

const none = (why: string): UndoPlanned => ({ plan: null, why });

function onceEach(steps: readonly Step[]): Step[] {
  return [...new Map(steps.toReversed().map((step) => [aimOf(step), step])).values()].toReversed();
}

/** What its own plan takes off only after a time: that is how long the longest session lives. */
function lastingIn(standing: readonly PutOn[]): Set<string> {
  const steps = standing.flatMap(({ plan }) => plan.steps);
  return new Set(steps.filter(({ verb, after }) => verb === 'undo' && after !== undefined).map(aimOf));
}

/** Of what must last, that which was not put on yet. */
function missing(standing: readonly PutOn[], stood: readonly Step[], lasting: ReadonlySet<string>): Step[] {
  const there = new Set(stood.map(aimOf));
  const steps = standing.flatMap(({ plan }) => plan.steps).filter(({ verb }) => verb === 'apply');
  return onceEach(steps.filter((step) => lasting.has(aimOf(step)) && !there.has(aimOf(step)))).map(
    ({ startBy: _, ...step }) => ({ ...step, phase: 'containment' as const }),
  );
}

const isFinal = (step: Step): boolean => step.verb === 'apply' && step.reversibility !== 'reversible';

/** What was to be cut for good and is not. */
function uncut(standing: readonly PutOn[]): Step | undefined {
  const done = new Set(standing.flatMap(({ plan, done: ids }) => ids.map((id) => aimOf(stepIn(plan, id)))));
  return standing
    .flatMap(({ plan }) => plan.steps)
    .find((step) => isFinal(step) && step.phase === 'containment' && !done.has(aimOf(step)));
}

const takenOff =
  (notAfter: Instant) =>
  ({ reversal, after: _, startBy: __, ...step }: Step): Step => ({
    ...step,
    verb: 'undo',
    phase: 'recovery',
    gate: 'undo',
    permissions: reversal?.permissions ?? [],
    does: reversal?.does ?? '',
    undo: 'None: an undo is not undone. What is needed again, a new plan puts on.',
    check: reversal?.check ?? '',
    notAfter,
  });

function staysOf(standing: readonly PutOn[], lifted: readonly Step[], isCleared: boolean): Undoes['stays'] {
  const gone = new Set(lifted.map(aimOf));
  const ours = new Set(
    standing.flatMap(({ plan, results }) => results.map(({ step }) => aimOf(stepIn(plan, step)))),
  );
  const stays = standing.flatMap(({ plan, results, foundSo, done }) =>
    plan.steps.flatMap((step): Undoes['stays'] => {
      const says = whyItStays(step);
      return says === null || gone.has(aimOf(step)) ? [] : [{ kind: step.kind, target: step.target, says }];

      function whyItStays({ id, does, undo, phase, reversal }: Step): string | null {
        if (isFinal(step)) {
          if (done.includes(id)) return `Stays: ${does} To take it back: ${undo}`;
          return phase === 'containment' ? `Was not done, and is not done any more: ${does}` : null;
        }
        if (foundSo.includes(id) && !ours.has(aimOf(step)))
          return `Stays: ${does} It was so before: somebody else put it on.`;
        if (!results.some((result) => result.step === id)) return null;
        if (reversal === undefined) return `Stays: ${does} It has to be taken back by hand.`;
        if (reversal.grants === true && !isCleared)
          return `Stays: ${does} The identity was not cleared, so it is not given back: by hand, once somebody answers for it.`;
        return isCleared
          ? null
          : `Stays: ${does} The identity was not cleared, and sessions of a stolen credential would live again.`;
      }
    }),
  );
  // The newest word on each.
  return [...new Map(stays.map((one) => [aimOf(one), one])).values()];
}

/** What it would mean, in plain words: shown beside the plan, outside its hash. */
export const undoConsequences = ({ verdict, stays }: Undoes): string[] => [
  verdict === 'falsePositive'
    ? 'The identity was cleared: its keys that are active, and sessions made from them, work again.'
    : 'A credential may be compromised: keys that are active work again, sessions stay dead.',
  'Only what custody itself put on is taken off. What anybody else has changed since stays as it is.',
  ...stays.map(({ says }) => says),
];
