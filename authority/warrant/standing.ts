// Since when a step stands, by what was signed: the checker's sights, or, of a step by hand, the words of the people who did and
// who confirmed it. What an orchestrator says about it is not looked at.
import { keyOf, isOwn } from '../../domain/identity/identity.ts';
import { isByHand } from '../../domain/plan/by-hand.ts';
import type { Step } from '../../domain/plan/plan.schema.ts';
import { checkedSchema } from '../../domain/plan/order.schema.ts';
import { bodySchemas, type Statement } from '../../domain/statement/statement.schema.ts';
import type { Proven } from '../proof.ts';
import { readStatement } from '../statement.ts';
import { type Facts, proven } from './facts.ts';

type Sight = { step: string; holds: boolean };

export const sightsIn = ({ message, body }: Statement): Sight[] =>
  message === 'checked' ? (body.steps as Sight[]) : [];

/** Parties whose people say of a step by hand that it is done: the one that acts, the one that confirms. */
export const whoSays = ({ party, checker }: Step): string[] => [party, checker];

/** What must be seen before anything is lifted. A hard deadline is a cut's, whatever phase the plan gives the step. */
export const cuts = ({ plan }: Facts): Step[] =>
  plan.steps.filter(
    ({ phase, verb, startBy }) => verb === 'apply' && (phase === 'containment' || startBy !== undefined),
  );

/** Epoch seconds; null: the newest word does not say so, or there is none. */
export const standsSince = (facts: Facts, step: Step): number | null =>
  isByHand(step) ? confirmedSince(facts, step) : seenSince(facts, step);

function seenSince(facts: Facts, step: Step): number | null {
  const sights = proven(facts.results).flatMap(({ statement }) =>
    sightsIn(statement)
      .filter((sight) => sight.step === step.id)
      .map(({ holds }) => ({ holds, iat: statement.iat })),
  );
  const doubted = doubts(facts)
    .filter((doubt) => doubt.message === 'checked' && doubt.step === step.id)
    .map(({ iat }) => ({ holds: false, iat }));
  let since: number | null = null;
  for (const { holds, iat } of [...sights, ...doubted].toSorted((a, b) => a.iat - b.iat))
    since = holds ? (since ?? iat) : null;
  return since;
}

interface Doubt {
  message: 'checked' | 'attest';
  /** null: the whole service. */
  step: string | null;
  iat: number;
}

/**
 * What is no longer proven may still hold back: "it does not stand" and "it is broken" are heard from a key that was revoked since. Left
 * out, an older and better word would be the newest. A later one, proven, outweighs it.
 */
export function doubts({ order, results, hash }: Facts): Doubt[] {
  return order.results.flatMap((saying, i): Doubt[] => {
    const read = results[i]?.holds === false ? readStatement(saying.statement) : null;
    if (read?.readable !== true) return [];
    const { message, body, iat, incident, firstRun, plan } = read.statement;
    if (incident !== order.incident || firstRun !== order.firstRun || plan !== hash) return [];
    const checked = message === 'checked' ? checkedSchema.safeParse(body) : null;
    if (checked?.success === true)
      return checked.data.steps
        .filter(({ holds }) => !holds)
        .map(({ step }) => ({ message: 'checked', step, iat }));
    const word = message === 'attest' ? bodySchemas.attest.safeParse(body) : null;
    return word?.success === true && word.data.verdict === 'broken'
      ? [{ message: 'attest', step: word.data.step ?? null, iat }]
      : [];
  });
}

/** One of its party and another of those who confirm: since the later of the two. Whoever says "broken" undoes what was said before. */
function confirmedSince(facts: Facts, step: Step): number | null {
  const words = proven(facts.results)
    .filter(({ statement }) => statement.message === 'attest' && statement.body.step === step.id)
    .filter(({ speaker }) => !isOwn(speaker, keyOf(facts.plan.identity)));
  const broken = Math.max(
    -Infinity,
    ...words.filter((word) => !works(word)).map(at),
    ...doubts(facts)
      .filter((doubt) => doubt.message === 'attest' && doubt.step === step.id)
      .map(({ iat }) => iat),
  );
  // Of two words in one second, "broken" is heard.
  const standing = words.filter((word) => at(word) > broken);
  const of = (party: string) => standing.filter(({ speaker }) => speaker.parties.includes(party));
  const pairs = of(step.party).flatMap((one) =>
    of(step.checker)
      .filter((other) => other.speaker.id !== one.speaker.id)
      .map((other) => Math.max(at(one), at(other))),
  );
  return pairs.length === 0 ? null : Math.min(...pairs);
}

const at = ({ statement }: Proven): number => statement.iat;
const works = ({ statement }: Proven): boolean => statement.body.verdict === 'works';
