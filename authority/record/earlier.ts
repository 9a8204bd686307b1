// What a line says in view of the lines before it: a gate is met by those who have approved it, what two people weaken is what one of
// them has asked for in their own words, and a step that people do is confirmed by another person than did it.
import { hashOf } from '../../domain/encoding/canonical.ts';
import type { EventType } from '../../domain/incident/event.ts';
import { canBeTakenBack } from '../../domain/plan/automatic.ts';
import { planSchema, type Undoes } from '../../domain/plan/plan.schema.ts';
import type { Statement } from '../../domain/statement/statement.schema.ts';
import type { Proven } from '../proof.ts';
import { type Data, factsOf, same, sameOrNone } from './compare.ts';
import { type AskedGate, count, countTold, isRefused, opened, whyNotMet } from './gates.ts';

export interface Earlier {
  /** In a drill one person weakens alone. */
  drill: boolean;
  /** Those that are open, and those that were met. */
  gates: Map<string, AskedGate>;
  /** What it closes as, once two or whoever it takes have agreed: null before, and again when anything else follows. */
  closing: string | null;
  /** By step: who did it. */
  doneBy: Map<string, string>;
  /** Plans that were laid down to be put on without people, by hash; only what is in mode `auto` and can be taken back. */
  alone: Set<string>;
  /** Whose steps are taken: the plan that people approved, be it an undo, or one that begins without them. */
  underWay: string | null;
  /** Undo plans that were shown, by hash, each with its verdict. */
  undoes: Map<string, Undoes['verdict']>;
  /** Hash of the one that is carried out. */
  undoing: string | null;
  /** Each time that somebody approved alone: it is reviewed by somebody else before the close. */
  broken: BrokenGlass[];
}

interface BrokenGlass {
  by: readonly string[];
  /** The gate that asks whether it was right; null: none does. */
  review: string | null;
  reviewed: boolean;
}

export const nothingEarlier = (): Earlier => ({
  drill: false,
  gates: new Map(),
  closing: null,
  doneBy: new Map(),
  alone: new Set(),
  underWay: null,
  undoes: new Map(),
  undoing: null,
  broken: [],
});

interface Line {
  type: string;
  data: Data;
  /** What the event itself carries, proven. */
  said: readonly Proven[];
  /** The same, and what else stands in it. */
  mentioned: readonly Proven[];
  /** A vote that nobody proved, as if it were its speaker's. */
  told: Proven | null;
}

type Fits = (line: Line, earlier: Earlier) => string | null;

const fits: Partial<Record<EventType, Fits>> = {
  opened: ({ data }, earlier) => {
    earlier.drill = (data.detection as Data | undefined)?.isSample === true;
    return null;
  },
  // What one person alone has weakened in a drill does not hold for what is real.
  becameReal: (_, earlier) => {
    earlier.drill = false;
    // Whoever broke the glass is still reviewed.
    for (const { gate, name } of earlier.gates.values()) if (name !== 'review') earlier.gates.delete(gate);
    return null;
  },
  gateOpened: ({ data, mentioned }, { gates, broken }) => {
    const asked = data.name === 'review' ? broken.filter(({ review }) => review === null) : [];
    const gate = opened(
      data,
      mentioned,
      asked.flatMap(({ by }) => by),
    );
    if (gate === null) return `it does not say what the gate ${String(data.gate)} asks of whom`;
    if (gate.binds !== undefined && (gate.weakens === null || gate.binds !== hashOf(gate.weakens)))
      return `the gate ${gate.gate} is bound to something else than it weakens`;
    if (gates.has(gate.gate)) return `the gate ${gate.gate} was opened before`;
    gates.set(gate.gate, gate);
    for (const glass of asked) glass.review = gate.gate;
    return null;
  },
  withdrawn: ({ data, said }, { gates }) => {
    const gate = gates.get(String(data.gate));
    const people = said.map(({ speaker }) => speaker.id);
    if (gate === undefined) return null;
    gate.approvals = gate.approvals.filter(({ person }) => !people.includes(person));
    gate.rejections = gate.rejections.filter(({ person }) => !people.includes(person));
    return null;
  },
  glassBroken: ({ data, said }, { gates, broken }) => {
    const gate = gates.get(String(data.gate));
    if (gate?.name !== 'act') return `the glass was broken for something else than the act`;
    broken.push({ by: said.map(({ speaker }) => speaker.id), review: null, reviewed: false });
    gate.glass = said.length > 0;
    return null;
  },
  voted: ({ data, said, told }, { gates }) => {
    const gate = gates.get(String(data.gate));
    if (told !== null && gate !== undefined) return countTold(gate, told);
    if (said.some(({ speaker }) => gate?.notBy.includes(speaker.id) === true))
      return `whoever broke the glass answers the gate ${String(data.gate)}, which asks about that`;
    // Where nothing was asked nothing is met by it.
    if (gate === undefined) return null;
    for (const one of said) {
      const { statement } = one;
      const asks = gate.weakens !== null && statement.message !== 'decide';
      if (asks && !asksFor(gate.weakens ?? {}, statement))
        return `the gate ${gate.gate} asks for something else than ${statement.person} said`;
      gate.askedFor ||= asks;
      count(gate, one);
    }
    return null;
  },
  gateMet: ({ data }, earlier) => {
    const gate = earlier.gates.get(String(data.gate));
    if (gate === undefined) return `no gate ${String(data.gate)} is open`;
    if (gate.weakens !== null && !gate.askedFor) return `nobody has said what the gate ${gate.gate} weakens`;
    const reason = whyNotMet(gate, earlier.drill);
    if (reason !== null) return reason;
    gate.met = true;
    reviewed(earlier, gate.gate);
    if (gate.name === 'close') earlier.closing = gate.closesAs ?? 'resolved';
    return null;
  },
  gateRejected: (line, earlier) => {
    const gate = earlier.gates.get(String(line.data.gate));
    if (gate !== undefined && isRefused(gate)) reviewed(earlier, gate.gate);
    return isOver(line, earlier);
  },
  gateLapsed: isOver,
  lowered: ({ data }, { gates }) => {
    const gate = gates.get(String(data.gate));
    return gate?.met === true && gate.weakens !== null && isLoweredAs(data, gate.weakens)
      ? null
      : `nobody agreed at the gate ${String(data.gate)} that this is lowered`;
  },
  paused: ({ data }, { gates }) =>
    agreed(gates).some((one) => one.do === 'pause' && isSameInstant(one.until, data.until))
      ? null
      : 'nobody agreed that the clocks stand',
  followUpEnded: ({ data }, { gates, closing }) =>
    data.as !== 'waived' ||
    (closing !== null && data.reason === `closed as ${closing}`) ||
    agreed(gates).some((one) => one.do === 'waive' && same(one.followUp, data.id))
      ? null
      : `nobody agreed that ${String(data.id)} is left undone`,
  closed: ({ data }, { closing, broken }) => {
    if (closing === null || data.as !== closing) return `nobody agreed that it closes as ${String(data.as)}`;
    const left = broken.find((glass) => !glass.reviewed);
    return left === undefined
      ? null
      : `nobody else has reviewed that ${left.by.join(' and ')} broke the glass`;
  },
  // Steps of another plan can have the same ids.
  planApproved: ({ data }, earlier) => {
    const { gates, doneBy } = earlier;
    doneBy.clear();
    earlier.underWay = String(data.plan);
    const isApproved = [...gates.values()].some(
      ({ name, met, plan }) => name === 'act' && met && plan === data.plan,
    );
    return isApproved ? null : 'nobody approved this plan';
  },
  plansMade: ({ data }, { alone }) => {
    const laidDown = data.automatic as { hash?: unknown; plan?: unknown } | undefined;
    if (laidDown === undefined) return null;
    const plan = planSchema.safeParse(laidDown.plan);
    if (!plan.success || typeof laidDown.hash !== 'string' || hashOf(plan.data) !== laidDown.hash)
      return 'what may go on without people is no plan';
    const { mode, drill, steps } = plan.data;
    if (mode !== 'auto' || drill || !steps.every(canBeTakenBack))
      return 'what may go on without people cannot simply be taken back';
    alone.add(laidDown.hash);
    return null;
  },
  automaticBegun: ({ data }, earlier) => {
    if (earlier.drill) return 'a drill takes no step';
    if (!earlier.alone.has(String(data.plan)))
      return 'nobody approved this plan, and it is none that begins without people';
    earlier.underWay = String(data.plan);
    return null;
  },
  // By its executor's own signature.
  stepApplied: ({ data, said }, { underWay }) =>
    said.every(({ statement }) => statement.plan === underWay)
      ? null
      : `step ${String(data.step)} is of another plan than the one that is carried out`,
  undoPlanned: ({ data }, { undoes }) => {
    const plan = planSchema.safeParse(data.plan);
    if (!plan.success || plan.data.undoes === undefined || hashOf(plan.data) !== data.hash)
      return 'it shows no plan of an undo with this hash';
    undoes.set(String(data.hash), plan.data.undoes.verdict);
    return null;
  },
  undoApproved: ({ data }, earlier) => {
    earlier.doneBy.clear();
    earlier.underWay = String(data.plan);
    const verdict = earlier.undoes.get(String(data.plan));
    const isApproved = agreed(earlier.gates).some(
      (one) => one.do === 'undo' && one.plan === data.plan && same(one.verdict, verdict),
    );
    earlier.undoing = isApproved ? String(data.plan) : null;
    return isApproved ? null : 'nobody agreed that this is undone';
  },
  undone: ({ data }, earlier) => {
    const isIt = earlier.undoing === data.plan && same(data.verdict, earlier.undoes.get(String(data.plan)));
    earlier.undoing = null;
    return isIt ? null : 'it was not being undone, or by another verdict';
  },
  doneByHand: ({ data }, { doneBy }) => {
    doneBy.set(String(data.step), String(data.person));
    return null;
  },
  confirmedByHand: ({ data }, { doneBy }) => {
    const doer = doneBy.get(String(data.step));
    if (doer === undefined) return `nobody has done step ${String(data.step)}`;
    return doer === data.person ? `${doer} confirms what they did` : null;
  },
  notDoneByHand: ({ data }, { doneBy }) => {
    doneBy.delete(String(data.step));
    return null;
  },
};

/** Why the line does not fit those before it, or null; then it is one of them. */
export function whyUnlike(line: Line, earlier: Earlier): string | null {
  const fit = Object.hasOwn(fits, line.type) ? fits[line.type as EventType] : undefined;
  if (!AT_THE_END.includes(line.type)) earlier.closing = null;
  return fit === undefined ? null : fit(line, earlier);
}

/** What follows the vote to close, and nothing else. */
const AT_THE_END: readonly string[] = ['followUpEnded', 'closed'] satisfies EventType[];

/** Rightly or not: somebody else has said so. */
function reviewed({ broken }: Earlier, gate: string): void {
  for (const glass of broken) if (glass.review === gate) glass.reviewed = true;
}

/** Where that was the review, the glass waits for another. */
function isOver({ data }: Line, { gates, broken }: Earlier): null {
  gates.delete(String(data.gate));
  for (const glass of broken) if (glass.review === data.gate) glass.review = null;
  return null;
}

/** What two people agreed to weaken. */
const agreed = (gates: Earlier['gates']): Data[] =>
  [...gates.values()].flatMap(({ met, weakens }) => (met && weakens !== null ? [weakens] : []));

/** Who took a fact back stands in its evidence, and is another in the gate. */
function isLoweredAs(data: Data, weakens: Data): boolean {
  const [facts, asked] = [factsOf(data.facts), factsOf(weakens.facts)];
  return (
    weakens.do === 'lower' &&
    same(data.level, weakens.level) &&
    same(data.mode, weakens.mode) &&
    facts !== null &&
    asked !== null &&
    same([...facts], [...asked])
  );
}

/** Whether this word asks for exactly this. */
function asksFor(weakens: Data, { message, body, plan }: Statement): boolean {
  if (weakens.do === 'pause') return message === 'pause' && isSameInstant(weakens.until, body.until);
  if (weakens.do === 'undo')
    return message === 'undo' && same(weakens.plan, plan) && sameOrNone(weakens.verdict, body.verdict);
  if (weakens.do === 'waive') {
    return message === 'followUp' && same(weakens.followUp, body.id) && same(weakens.reason, body.reason);
  }
  const facts = factsOf(weakens.facts);
  const spoken = (body.facts ?? {}) as Readonly<Record<string, boolean>>;
  return (
    weakens.do === 'lower' &&
    message === 'assess' &&
    (weakens.level == null || same(weakens.level, body.level)) &&
    (weakens.mode == null || same(weakens.mode, body.mode)) &&
    facts !== null &&
    [...facts].every(([fact, value]) => Object.hasOwn(spoken, fact) && spoken[fact] === value)
  );
}

/** However it was written. */
const isSameInstant = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' && Date.parse(a) === Date.parse(b);
