// What is known of the workers, and what of it stands in the way of one step. What they were not asked is not taken for granted. Pure.
import { identityOf, keyOf } from '../identity/identity.ts';
import { isByHand } from '../plan/by-hand.ts';
import type { Step } from '../plan/plan.schema.ts';
import { touchedBy } from '../plan/touched.ts';
import type { Rules } from '../runbook/rules.ts';
import type { Untouchable } from '../provider/provider.ts';
import type { Held } from './asking.ts';
import { type Problem, RUNBOOK, type Stopped } from './problem.ts';

/** What is known of one worker. `held`: what it said of itself, by KEY. */
export type Hand =
  | { state: 'absent' }
  | { state: 'notAsked'; why: string }
  | { state: 'there'; held: ReadonlyMap<string, Held> };

export interface Hands {
  /** By name. */
  executors: ReadonlyMap<string, Hand>;
  checkers: ReadonlyMap<string, Hand>;
}

export const CHECKER = "whoever runs custody's checker";

export function stepProblems(
  step: Step,
  key: string,
  stopped: Stopped,
  { parties }: Pick<Rules, 'parties'>,
  { executors, checkers }: Hands,
): Problem[] {
  if (isByHand(step)) return [];
  const { executor, checker, party, permissions, kind } = step;
  const touches = touchedBy(identityOf(key), step).map(keyOf);
  const who = titleOf(parties, party);
  const problem = (one: Problem['kind'], says: string, by = who): Problem => ({
    kind: one,
    says,
    who: by,
    stops: [stopped],
  });
  return [
    ...executorProblems(executor, { key, touches, permissions, kind }, executors.get(executor), problem),
    ...checkerProblems(checker, checkers.get(checker), problem),
  ];
}

type Say = (kind: Problem['kind'], says: string, who?: string) => Problem;

function executorProblems(
  name: string,
  {
    key,
    touches,
    permissions,
    kind,
  }: { key: string; touches: readonly string[]; permissions: readonly string[]; kind: string },
  hand: Hand | undefined,
  say: Say,
): Problem[] {
  if (hand === undefined) return [say('notSaid', `${name} was not asked what it lacks.`)];
  if (hand.state === 'absent') return [say('absent', absentSays(name, 'executor'))];
  if (hand.state === 'notAsked') return [say('notSaid', `${name} was not asked what it lacks: ${hand.why}`)];
  const held = hand.held.get(key);
  if (held === undefined) return [say('notSaid', `${name} said nothing about it.`)];
  const missing = permissions.filter((one) => held.missing.includes(one));
  return [
    ...held.untouchable
      .filter((one) => touches.includes(one.key))
      .map((one) => refusedSays(name, key, one, say)),
    ...(missing.length === 0
      ? []
      : [
          say(
            'lacking',
            `${name} lacks ${missing.toSorted().join(', ')}: grant it, as generated in deploy/.`,
          ),
        ]),
    ...(held.notTaken.includes(kind)
      ? [
          say(
            'notTaken',
            `${name} does not take ${kind}: name it in its policy.yaml, or give the runbook an executor of its own for it (\`kinds\`).`,
          ),
        ]
      : []),
    ...(held.unknown === null || permissions.length === 0
      ? []
      : [say('notSaid', `${name} could not say whether it has what it needs: ${held.unknown}`)]),
  ];
}

/** Said of many alike, so the identity itself is not named in it. */
function refusedSays(name: string, key: string, refused: Untouchable, say: Say): Problem {
  const about = refused.key === key ? '' : `${refused.key}, which it would cut too: `;
  return say(
    'refused',
    `${name} would refuse it, whoever approves: ${about}${refused.why}. It has to be cut by hand: say so by \`protected\` in the runbook, and nobody is asked to approve it.`,
    RUNBOOK,
  );
}

function checkerProblems(name: string, hand: Hand | undefined, say: Say): Problem[] {
  if (hand?.state === 'absent') return [say('absent', absentSays(name, 'checker'), CHECKER)];
  if (hand?.state === 'there') return [];
  const why = hand === undefined ? '' : `: ${hand.why}`;
  return [say('notSaid', `Whether the checker ${name} is at work is not known${why}`, CHECKER)];
}

type Role = 'orchestrator' | 'notifier' | 'executor' | 'checker';

export const absentSays = (name: string, role: Role): string =>
  `${name} is not there: nobody polls its task queue. Start it (custody worker ${role}).`;

export const titleOf = (parties: Rules['parties'], party: string): string =>
  Object.hasOwn(parties, party) ? `${parties[party]} (${party})` : party;
