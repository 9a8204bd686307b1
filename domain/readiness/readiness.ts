// Whether one identity could be contained today, by what was looked at, the runbook, and what workers say of themselves. What is not known
// is never taken for ready. Pure.
import type { Obstacle, Plan, Strategy } from '../plan/plan.schema.ts';
import type { Rules } from '../runbook/rules.ts';
import { CHECKER, type Hands, stepProblems, titleOf } from './hands.ts';
import { isDoubt, merged, type Problem, RUNBOOK, type Stopped } from './problem.ts';

/** What a look at an identity gives, with the plans that an incident would lay down now. */
export interface Looked {
  key: string;
  rules: Pick<
    Rules,
    | 'class'
    | 'mode'
    | 'owner'
    | 'claims'
    | 'protected'
    | 'executors'
    | 'apart'
    | 'checker'
    | 'strategies'
    | 'parties'
  >;
  /** null: the provider knows no such identity. */
  known: boolean;
  obstacles: readonly Obstacle[];
  concerns: readonly string[];
  /** Of each strategy of its class; and what may be done without people, where its class or silence lets it. */
  plans: readonly {
    way: Strategy | 'automatic';
    /** The provider could carry it out. */
    proposed: boolean;
    plan: Plan | null;
    concerns: readonly string[];
  }[];
  /** Something is to be replaced, by whoever acts for its owner. */
  replaces: boolean;
}

export interface NotLooked {
  key: string;
  /** Why it could not be looked at. */
  unread: string;
}

export const STATES = ['ready', 'inPart', 'no', 'unknown', 'others'] as const;
/**
 * `ready`: all that its class offers and AWS lets could be done. `inPart`: it could be contained, but something that its class offers, or
 * what comes afterwards, would fail. `no`: it could not. `unknown`: that cannot be told. `others`: it is not custody's to cut.
 */
export type State = (typeof STATES)[number];

export interface Readiness {
  key: string;
  /** null: it was not looked at. */
  class: string | null;
  mode: Rules['mode'] | null;
  owner: string | null;
  state: State;
  problems: Problem[];
  /** By what it could be contained now. */
  works: Strategy[];
  /** What its class offers and what is not possible for an identity such as this. */
  notPossible: Strategy[];
  /** Of `others`: who can cut it, or why the runbook keeps custody away. */
  why: string | null;
}

const DEPLOYMENT = 'whoever deploys custody there';

export function readinessOf(seen: Looked | NotLooked, hands: Hands): Readiness {
  if ('unread' in seen) return unread(seen.key, seen.unread, null);
  const { key, rules, known, obstacles, concerns, plans } = seen;
  const about = { key, class: rules.class, mode: rules.mode, owner: rules.owner };
  if (!known) return unread(key, concerns[0] ?? 'The provider knows no such identity.', rules);
  const laidDown = plans.some(({ way, plan }) => way !== 'automatic' && plan !== null);
  const unchangeable = obstacles.find(({ kind }) => kind === 'unchangeable');
  const kept = rules.protected?.refused === true ? rules.protected.why : null;
  if (kept !== null || (unchangeable !== undefined && !laidDown)) {
    const why = kept === null ? (unchangeable?.says ?? null) : `The runbook protects it: ${kept}`;
    return { ...about, state: 'others', problems: [], works: [], notPossible: [], why };
  }
  const tried = plans.map((one) => ({ way: one.way, ...triedOf(one, seen, hands) }));
  const ways = tried.flatMap(({ way, ...result }) => (way === 'automatic' ? [] : [{ way, ...result }]));
  const works = rules.mode === 'observe' ? [] : namesOf(ways.filter(({ end }) => end === 'works'));
  const problems = merged([
    ...(rules.mode === 'observe' ? [observing(rules)] : []),
    ...tried.flatMap((one) => one.problems),
    ...ownerProblem(seen),
  ]);
  const inDoubt = rules.mode !== 'observe' && ways.some(({ end }) => end === 'unknown');
  const notPossible = namesOf(ways.filter(({ end }) => end === 'notPossible'));
  if (works.length > 0)
    return {
      ...about,
      state: problems.length === 0 ? 'ready' : 'inPart',
      problems,
      works,
      notPossible,
      why: null,
    };
  if (inDoubt) return { ...about, state: 'unknown', problems, works, notPossible, why: null };
  const said =
    problems.some(({ kind }) => kind !== 'owner') || notPossible.length === 0
      ? problems
      : [impossible(seen), ...problems];
  return { ...about, state: 'no', problems: said, works, notPossible, why: null };
}

const namesOf = (ways: readonly { way: Strategy }[]): Strategy[] => ways.map(({ way }) => way);

function unread(key: string, why: string, rules: Looked['rules'] | null): Readiness {
  const problem: Problem = { kind: 'unread', says: why, who: CHECKER, stops: [] };
  return {
    key,
    class: rules?.class ?? null,
    mode: rules?.mode ?? null,
    owner: rules?.owner ?? null,
    state: 'unknown',
    problems: [problem],
    works: [],
    notPossible: [],
    why: null,
  };
}

const observing = ({ class: name, strategies }: Looked['rules']): Problem => ({
  kind: 'observe',
  says: `The class ${name} only observes: nothing is cut. Give it the mode \`ask\`.`,
  who: RUNBOOK,
  stops: [...strategies],
});

/** Without whoever replaces it, it can be cut; what would begin with the replacement cannot. */
function ownerProblem({ rules, plans, replaces }: Looked): Problem[] {
  const { owner, claims, parties, executors } = rules;
  const uncovered = executors['source-of-truth'] === null || rules.checker === null;
  const stops: Stopped[] = [
    ...plans.flatMap(({ way, proposed, plan }) =>
      way !== 'automatic' && proposed && plan === null && !uncovered ? [way] : [],
    ),
    'afterwards',
  ];
  if (owner !== null) {
    const says =
      'No executor (part: owner) of the runbook covers it: name one in `executors`. Until then custody makes no replacement.';
    return replaces && executors.owner === null ? [{ kind: 'nobody', says, who: RUNBOOK, stops }] : [];
  }
  const says =
    claims.length > 0
      ? `${claims.map((party) => titleOf(parties, party)).join(' and ')} both own it by the runbook: make it one of them in \`owners\`.`
      : 'Nobody is known to own it: name a party in `owners`.';
  const until = 'Until then custody makes no replacement, and the SOC holds its recovery.';
  return [{ kind: 'owner', says: `${says} ${until}`, who: RUNBOOK, stops }];
}

const impossible = ({ concerns, plans, rules }: Looked): Problem => ({
  kind: 'impossible',
  says:
    [...plans.flatMap((one) => one.concerns), ...concerns][0] ??
    'No step would contain it: it has to be cut by hand.',
  who: RUNBOOK,
  stops: [...rules.strategies],
});

type Tried = { end: 'works' | 'stopped' | 'unknown' | 'notPossible'; problems: Problem[] };

function triedOf({ way, proposed, plan }: Looked['plans'][number], seen: Looked, hands: Hands): Tried {
  const { key, rules, obstacles } = seen;
  const { executors, checker, apart = {} } = rules;
  const met = obstacles
    .filter(
      ({ kind, stops, unlessTaken }) =>
        kind !== 'unchangeable' &&
        stops.includes(way) &&
        unlessTaken?.every((taken) => Object.hasOwn(apart, taken)) !== true,
    )
    .map(
      ({ kind, says }): Problem => ({
        kind: kind === 'quota' ? 'quota' : 'policy',
        says,
        who: kind === 'quota' ? actor(rules) : DEPLOYMENT,
        stops: [way],
      }),
    );
  if (plan === null) {
    const uncovered = executors['source-of-truth'] === null || checker === null;
    const nobody: Problem[] = uncovered
      ? [
          {
            kind: 'nobody',
            says:
              checker === null
                ? 'No checker of the runbook covers its account: name one in `checkers`.'
                : `No executor (part: source-of-truth) of the runbook covers its account: name one in \`executors\`.`,
            who: RUNBOOK,
            stops: [way],
          },
        ]
      : [];
    const stopped = proposed || met.length + nobody.length > 0;
    return { end: stopped ? 'stopped' : 'notPossible', problems: [...met, ...nobody] };
  }
  const lastCut = plan.steps.findLastIndex(({ phase, verb }) => phase === 'containment' && verb === 'apply');
  const before = plan.steps.slice(0, lastCut + 1);
  const problems = [...met, ...before.flatMap((step) => stepProblems(step, key, way, rules, hands))];
  const later = plan.steps
    .slice(lastCut + 1)
    .flatMap((step) => stepProblems(step, key, 'afterwards', rules, hands));
  const end = problems.some((one) => !isDoubt(one)) ? 'stopped' : problems.length > 0 ? 'unknown' : 'works';
  return { end, problems: merged([...problems, ...later]) };
}

const actor = ({ executors, parties }: Looked['rules']): string => {
  const party = executors['source-of-truth']?.party;
  return party === undefined ? RUNBOOK : titleOf(parties, party);
};
