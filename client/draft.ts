// What is to be said, made from a view that was shown: which hold or gate it answers, about which plan, with which content.
// Pure. It never signs, never sends, and never names a plan that is not in the view.
import { weakeningHash } from '../domain/gate/weakening.ts';
import type { GateView, IncidentView } from '../domain/incident/view.ts';
import type { Plan } from '../domain/plan/plan.schema.ts';
import type { Body, Message } from '../domain/statement/statement.schema.ts';
import { NothingToAnswer } from './failure.ts';

export interface Draft<M extends Message = Message> {
  message: M;
  /** The hold, offer or gate that it answers; null where it answers none. */
  answers: string | null;
  /** Hash of the plan as the incident names it; whoever signs computes it again from the plan. */
  plan: string | null;
  body: Body<M>;
}

/** Takes custody, or (of an offer) declines it. Answers the offer if there is one, else the hold. */
export function acknowledging(
  view: IncidentView,
  body: Body<'acknowledge'>,
  what: 'offer' | 'hold' | 'either' = 'either',
): Draft<'acknowledge'> {
  if (what === 'offer' && view.offer === null) {
    throw new NothingToAnswer('Nobody offers this incident to anyone now: there is no offer to answer.');
  }
  const answers = what === 'hold' || view.offer === null ? view.hold.id : view.offer.id;
  return { message: 'acknowledge', answers, plan: null, body };
}

/** With a verdict the risk decision: an incident names the plan of its strategy. Without one it corrects what is known, at any time. */
export function assessing(view: IncidentView, body: Body<'assess'>): Draft<'assess'> {
  if (body.verdict === undefined) return { message: 'assess', answers: null, plan: null, body };
  const gate = openGate(view, 'risk');
  if (body.verdict !== 'incident') return { message: 'assess', answers: gate.id, plan: null, body };
  const shown = view.plans.filter(({ plan }) => plan.strategy === body.strategy);
  const [first] = shown;
  if (first === undefined) {
    const strategies = view.plans.map(({ plan }) => plan.strategy);
    throw new NothingToAnswer(
      body.strategy === undefined
        ? `Say which strategy: ${strategies.join(', ') || 'no plan is ready yet'}.`
        : `There is no plan for the strategy "${body.strategy}" here; there is: ${strategies.join(', ') || 'none yet'}.`,
    );
  }
  return { message: 'assess', answers: gate.id, plan: first.hash, body };
}

/** The vote of one person at one gate. Where several are open, `gate` says which, by id or name, or `plan`: the beginning of the hash of the plan that was seen. */
export function deciding(
  view: IncidentView,
  body: Body<'decide'>,
  { gate, plan }: { gate?: string; plan?: string } = {},
): Draft<'decide'> {
  const open = decisionGate(view, gate, plan);
  return { message: 'decide', answers: open.id, plan: askedAt(open), body };
}

const WEAKEN: readonly GateView['name'][] = ['pause', 'lower', 'waive'];

/** What weakens is bound by the hash of the content that is shown, computed here: never by one that comes along. An undo is its plan. */
function askedAt({ id, name, plan, weakens }: GateView): string | null {
  if (weakens?.do === 'undo') return weakens.plan;
  if (weakens !== null && weakens !== undefined) return weakeningHash(weakens);
  if (!WEAKEN.includes(name)) return plan;
  throw new NothingToAnswer(
    `${id} does not say what would become weaker, so nobody can agree to it. Have it asked for anew, and tell the people who run custody.`,
  );
}

export function handingOff(view: IncidentView, body: Body<'handOff'>): Draft<'handOff'> {
  return { message: 'handOff', answers: view.hold.id, plan: null, body };
}

/** The service owner's word on the service under the approved plan; with `step`, somebody's word on a step that is done by hand. */
export function attesting(view: IncidentView, body: Body<'attest'>): Draft<'attest'> {
  const byHand = view.steps?.filter((step) => step.byHand) ?? [];
  if (body.step !== undefined && !byHand.some(({ id }) => id === body.step)) {
    const there = byHand.map(({ id, does }) => `${id} (${does})`).join(', ');
    throw new NothingToAnswer(
      `"${body.step}" is no step that is done by hand here; there is: ${there || 'none'}.`,
    );
  }
  return { message: 'attest', answers: null, plan: view.planHash, body };
}

/** Adds what is left to do, or says what became of it. */
export function followingUp(view: IncidentView, body: Body<'followUp'>): Draft<'followUp'> {
  const open = view.followUps.filter(({ status }) => status === 'open').map(({ id }) => id);
  if ('id' in body && !open.includes(body.id)) {
    throw new NothingToAnswer(
      `There is no "${body.id}" left to do here; open is: ${open.join(', ') || 'nothing'}.`,
    );
  }
  return { message: 'followUp', answers: null, plan: null, body };
}

export function noting(body: Body<'note'>): Draft<'note'> {
  return { message: 'note', answers: null, plan: null, body };
}

export function closing(view: IncidentView, body: Body<'close'>): Draft<'close'> {
  const gate = view.gates.find(({ name }) => name === 'close');
  return { message: 'close', answers: gate?.id ?? null, plan: gate?.plan ?? null, body };
}

export function pausing(view: IncidentView, body: Body<'pause'>): Draft<'pause'> {
  return { message: 'pause', answers: view.hold.id, plan: view.planHash, body };
}

/** It is to go by the newest runbook, named by its hash. */
export function adopting(body: Body<'adopt'>): Draft<'adopt'> {
  return { message: 'adopt', answers: null, plan: null, body };
}

/** Names the plan of the undo as the incident shows it. `verdict` falsePositive: the identity was cleared. */
export function undoing(view: IncidentView, body: Omit<Body<'undo'>, 'madeAt'>): Draft<'undo'> {
  const offered = view.undo.find(({ verdict }) => verdict === (body.verdict ?? null));
  if (offered === undefined)
    throw new NothingToAnswer('Custody has put nothing on this identity that could be undone now.');
  const { shown, why } = offered;
  if (shown === null) throw new NothingToAnswer(why ?? 'It cannot be undone now.');
  return {
    message: 'undo',
    answers: view.hold.id,
    plan: shown.hash,
    body: { ...body, madeAt: shown.plan.madeAt },
  };
}

/** The plan that this hash names in the view, or undefined. */
export function planOf(view: IncidentView, hash: string): Plan | undefined {
  const undoes = view.undo.flatMap(({ shown }) => shown ?? []);
  return [...view.plans, ...undoes].find((shown) => shown.hash === hash)?.plan;
}

function openGate(view: IncidentView, name: GateView['name']): GateView {
  const gate = view.gates.find((open) => open.name === name);
  if (gate === undefined)
    throw new NothingToAnswer(`Nothing is asked at the ${name} gate now. ${asked(view)}`);
  return gate;
}

/** The risk gate takes an assessment, never a vote. */
function decisionGate(view: IncidentView, wanted: string | undefined, seen: string | undefined): GateView {
  const votes = view.gates.filter(({ name }) => name !== 'risk');
  const fit = wanted === undefined ? votes : votes.filter(({ id, name }) => id === wanted || name === wanted);
  const [first, second] = fit;
  if (first === undefined) {
    throw new NothingToAnswer(
      wanted === undefined
        ? `Nothing is to be approved now. ${asked(view)}`
        : `"${wanted}" is not open for a vote. ${asked(view)}`,
    );
  }
  if (second !== undefined) {
    const [about, another] = seen === undefined ? [] : fit.filter((gate) => asksAboutPlan(gate, seen));
    if (about !== undefined && another === undefined) return about;
    throw new NothingToAnswer(
      `Several questions are open; say which by --gate: ${fit.map(({ id }) => id).join(', ')}.`,
    );
  }
  return first;
}

const asksAboutPlan = ({ name, plan, weakens }: GateView, seen: string): boolean => {
  const asked = weakens?.do === 'undo' ? weakens.plan : WEAKEN.includes(name) ? null : plan;
  return asked?.startsWith(seen.toLowerCase()) === true;
};

function asked(view: IncidentView): string {
  if (view.gates.length === 0) return 'No question is open.';
  return `Open: ${view.gates.map(({ id, asks }) => `${id} (${asks})`).join('; ')}.`;
}
