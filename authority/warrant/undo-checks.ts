// Whether a plan that undoes takes back only what this executor itself put on in this incident, and lets nothing come back that was
// stopped for good. What was put on is believed by its executor's own signed word, never by the orchestrator's.
import { keyOf } from '../../domain/identity/identity.ts';
import { epochMs } from '../../domain/instant/instant.ts';
import { appliedSchema, type Applied } from '../../domain/plan/order.schema.ts';
import { aimOf } from '../../domain/plan/aim.ts';
import type { Plan, Step } from '../../domain/plan/plan.schema.ts';
import type { Evidence } from '../../domain/provider/provider.ts';
import type { Proven } from '../proof.ts';
import { type Facts, proven, type Undone, type WarrantCheck } from './facts.ts';

/** Only in a plan that says so, and never without people. */
const undoStandsAlone: WarrantCheck = {
  name: 'undoStandsAlone',
  check: ({ plan, order }) => {
    if (plan.undoes === undefined) {
      return order.undoes !== undefined || plan.steps.some(({ gate }) => gate === 'undo')
        ? 'The plan undoes nothing, and the order says that it does.'
        : null;
    }
    const other = plan.steps.find(({ gate }) => gate !== 'undo');
    if (other !== undefined) return `Step ${other.id} of a plan that undoes asks for another gate than undo.`;
    return plan.mode === 'ask' ? null : 'People decide that something is undone, whatever the class.';
  },
};

const undonePlansAreOfThisIncident: WarrantCheck = {
  name: 'undonePlansAreOfThisIncident',
  check: ({ plan, undoes }) => {
    if (plan.undoes === undefined) return null;
    const named = plan.undoes.plans;
    if (undoes.length !== named.length || undoes.some(({ hash }, i) => hash !== named[i]))
      return 'The plans that came along are not the ones that this plan undoes.';
    const other = undoes.find(
      (one) =>
        one.plan.incident !== plan.incident ||
        one.plan.firstRun !== plan.firstRun ||
        keyOf(one.plan.identity) !== keyOf(plan.identity),
    );
    if (other !== undefined) return `The plan ${other.hash.slice(0, 12)}… is another incident's.`;
    const newer = undoes.find((one) => epochMs(one.plan.madeAt) >= epochMs(plan.madeAt));
    return newer === undefined ? null : `The plan ${newer.hash.slice(0, 12)}… is newer than what undoes it.`;
  },
};

const undoneResultsAreTheirOwn: WarrantCheck = {
  name: 'undoneResultsAreTheirOwn',
  check: ({ order, undoes }) => {
    for (const { plan, hash, results } of undoes) {
      for (const { statement, speaker } of proven(results)) {
        const { message, person, body } = statement;
        if (message !== 'applied' || !appliedSchema.safeParse(body).success)
          return `What ${person} said is not that a step was applied.`;
        if (
          statement.plan !== hash ||
          statement.incident !== order.incident ||
          statement.firstRun !== order.firstRun
        )
          return `What ${person} applied was of another incident or plan.`;
        const own = plan.steps.find(({ id }) => id === body.step);
        if (speaker.role !== 'executor' || own?.executor !== speaker.id)
          return `${speaker.id} says that it applied a step that is not its own.`;
      }
    }
    return null;
  },
};

/** What somebody else put on, or another incident, is not lifted; nor is anything put on that no earlier plan has. */
const undoLiftsOnlyWhatItPutOn: WarrantCheck = {
  name: 'undoLiftsOnlyWhatItPutOn',
  check: (facts) => {
    const { plan, step, undoes } = facts;
    if (plan.undoes === undefined) return null;
    if (step.reversibility !== 'reversible') return `Step ${step.id} is none that can be taken back.`;
    if (step.verb === 'undo')
      return putOnBy(facts, step) === undefined
        ? `No word of this executor says that it put on itself what step ${step.id} would lift.`
        : null;
    return undoes.some((one) => appliesIn(one.plan).some((other) => aimOf(other) === aimOf(step)))
      ? null
      : `Step ${step.id} would put on what no undone plan has.`;
  },
};

/** People approve what stays, too: what was cut for good is told. */
const undoSaysWhatStays: WarrantCheck = {
  name: 'undoSaysWhatStays',
  check: ({ plan, undoes }) => {
    const told = new Set(plan.undoes?.stays.map(aimOf));
    const untold = undoes
      .flatMap((one) => appliesIn(one.plan))
      .find(
        (one) => one.phase === 'containment' && one.reversibility !== 'reversible' && !told.has(aimOf(one)),
      );
    return untold === undefined ? null : `The plan does not say what becomes of this: ${untold.does}`;
  },
};

/** Unless the identity was cleared, what the plans before lift only after a time stays on, and is on before anything is lifted. */
const undoRevivesNothing: WarrantCheck = {
  name: 'undoRevivesNothing',
  check: (facts) => {
    const { plan, step, undoes } = facts;
    if (plan.undoes === undefined || plan.undoes.verdict === 'falsePositive') return null;
    const lasting = undoes
      .flatMap((one) => one.plan.steps)
      .filter(({ verb, after }) => verb === 'undo' && after !== undefined)
      .map(aimOf);
    if (step.verb === 'undo' && lasting.includes(aimOf(step)))
      return `The identity was not cleared, and step ${step.id} would let its sessions live again.`;
    const isKept = lasting.some(
      (aim) =>
        plan.steps.some((one) => one.verb === 'apply' && aimOf(one) === aim) ||
        undoes.some((one) => resultsIn(one).some(({ of }) => aimOf(of) === aim)),
    );
    return isKept ? null : 'The identity was not cleared, and nothing keeps its sessions dead.';
  },
};

/** A word whose proof does not hold (any more) is left out; the order is refused for it only where something is missing without it. */
const undoneResultsAreProven: WarrantCheck = {
  name: 'undoneResultsAreProven',
  check: (facts) => {
    const bad = facts.undoes.flatMap(({ results }) => results).find((proof) => !proof.holds);
    if (bad === undefined || bad.holds) return null;
    const missing = [undoLiftsOnlyWhatItPutOn, undoRevivesNothing]
      .map(({ check }) => check(facts))
      .find((reason) => reason !== null);
    return missing === undefined
      ? null
      : `The proof of what was put on does not hold: ${bad.reason} ${missing}`;
  },
};

const appliesIn = ({ steps }: Plan): Step[] => steps.filter(({ verb }) => verb === 'apply');

interface Result {
  of: Step;
  body: Applied;
  said: Proven;
}

const resultsIn = ({ plan, results }: Undone): Result[] =>
  proven(results).flatMap((said) => {
    const body = said.statement.body as Applied;
    const of = appliesIn(plan).find(({ id }) => id === body.step);
    return of === undefined ? [] : [{ of, body, said }];
  });

/** The executor's own last word that it put on what this step lifts, and that it was not so before. */
export const putOnBy = ({ undoes, policy }: Facts, step: Step): Applied | undefined =>
  undoes
    .flatMap(resultsIn)
    .findLast(
      ({ of, body, said }) =>
        said.speaker.id === policy.executor &&
        of.reversibility === 'reversible' &&
        aimOf(of) === aimOf(step) &&
        !body.wasSo,
    )?.body;

/** What was said of everything that the plans before have put on, whoever did: what is lifted may rest on it. */
export const saidOfUndone = ({ undoes }: Facts): Record<string, Evidence> =>
  Object.fromEntries(
    undoes.flatMap((one) => resultsIn(one).map(({ of, body }) => [`${one.hash} ${of.id}`, body.evidence])),
  );

export const undoChecks: readonly WarrantCheck[] = [
  undoStandsAlone,
  undonePlansAreOfThisIncident,
  undoneResultsAreTheirOwn,
  undoneResultsAreProven,
  undoLiftsOnlyWhatItPutOn,
  undoSaysWhatStays,
  undoRevivesNothing,
];
