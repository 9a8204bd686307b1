// A small world for incidents: rules, an identity with a stolen key, people and machines, and what they say.
import type { Detection } from '../../../domain/detection/detection.schema.ts';
import type { Command } from '../../../domain/incident/command.ts';
import { decide, open } from '../../../domain/incident/decide.ts';
import type { Decision } from '../../../domain/incident/decision.ts';
import type { IncidentEvent } from '../../../domain/incident/event.ts';
import { type Incident, planUnderWay } from '../../../domain/incident/incident.ts';
import { type Effect, wanted } from '../../../domain/incident/wanted.ts';
import { type Instant, plus } from '../../../domain/instant/instant.ts';
import { askedAt } from '../../../domain/gate/gate.ts';
import type { Discovery, Proposal, Strategy } from '../../../domain/plan/plan.schema.ts';
import type { Rules } from '../../../domain/runbook/rules.ts';
import type { Assurance, Judgement, Speaker } from '../../../domain/statement/judgement.ts';
import type { Statement } from '../../../domain/statement/statement.schema.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const START: Instant = '2026-11-24T03:12:00.000Z';
export const IDENTITY = {
  provider: 'aws',
  account: '123456789012',
  kind: 'iam-user',
  reference: 'deploy-robot',
};
export const KEY = 'aws/123456789012/iam-user/deploy-robot';
export const WORKFLOW = `incident/${KEY}`;
export const RUN = 'first-run';

export const detection = (change: Partial<Detection> = {}): Detection => ({
  format: 'custody/detection/1',
  source: 'guardduty',
  sourceId: 'finding-1',
  updatedAt: START,
  title: 'The key of deploy-robot is used from a strange network',
  provider: 'aws',
  accountId: '123456789012',
  identityKind: 'aws-iam-user-access-key',
  identityRef: 'deploy-robot',
  credentialId: 'AKIAIOSFODNN7STOLEN1',
  severity: 8,
  level: 'high',
  occurredAt: START,
  occurredAtUtc: START,
  isSample: false,
  opens: true,
  why: 'names an IAM user: opens an incident',
  key: KEY,
  classification: [],
  ...change,
});

const proposal = (kind: string, change: Partial<Proposal>): Proposal => ({
  kind,
  verb: 'apply',
  phase: 'containment',
  part: 'source-of-truth',
  reversibility: 'reversible',
  target: { userName: 'deploy-robot' },
  permissions: [],
  does: kind,
  undo: 'as it was',
  check: 'read it',
  ...change,
});

/** Put on, and how it is taken off where that is undone. */
const puts = (kind: string): Proposal =>
  proposal(kind, {
    reversal: { does: `Take ${kind} off.`, check: 'it is off', permissions: [`un:${kind}`] },
  });

const CUT_KEY = proposal('aws/access-key', { reversibility: 'replace-only' });
const REPLACEMENT = proposal('aws/access-key-replacement', {
  phase: 'recovery',
  part: 'owner',
  reversibility: 'replace-only',
});
const DELETION = proposal('aws/access-key-deletion', { phase: 'hardening', reversibility: 'irreversible' });
const SESSIONS_AGAIN = proposal('aws/no-sessions', { verb: 'undo', phase: 'hardening', after: '36h' });

export const discovery: Discovery = {
  identity: IDENTITY,
  waysIn: [],
  facts: [],
  proposals: {
    cut: [
      puts('aws/quarantine'),
      puts('aws/no-sessions'),
      CUT_KEY,
      proposal('aws/quarantine', { verb: 'undo', phase: 'recovery' }),
      REPLACEMENT,
      DELETION,
      SESSIONS_AGAIN,
    ],
    'replace-then-cut': [REPLACEMENT, puts('aws/no-sessions'), CUT_KEY, DELETION, SESSIONS_AGAIN],
    restrict: [
      puts('aws/restriction'),
      REPLACEMENT,
      puts('aws/no-sessions'),
      CUT_KEY,
      proposal('aws/restriction', { verb: 'undo', phase: 'recovery' }),
      DELETION,
      SESSIONS_AGAIN,
    ],
  },
  concerns: [],
};

const AUTOMATIC = { ...puts('aws/quarantine-auto'), does: 'Attach the automatic quarantine.' };

/** The provider offers what may be done before anybody has decided. */
export const offering: Discovery = { ...discovery, automatic: [AUTOMATIC] };

/** It is on: people confirm it by a cut, which takes it off. */
export const wearing: Discovery = {
  ...offering,
  proposals: {
    cut: (discovery.proposals.cut ?? []).flatMap((one) =>
      one.kind === 'aws/quarantine' && one.verb === 'undo'
        ? [proposal('aws/quarantine-auto', { verb: 'undo', phase: 'recovery', does: 'Detach it.' }), one]
        : [one],
    ),
  },
};

const ladder = (rungs: [number, string][], fallback: Rules['phases']['triage']['ladder']['fallback']) => ({
  rungs: rungs.map(([afterMs, tell]) => ({ afterMs, tell, person: null, rotation: null })),
  repeatMs: 15 * MINUTE,
  fallback,
});

const phase = (holder: string) => ({
  holder,
  acknowledgeMs: 10 * MINUTE,
  actMs: HOUR,
  remindMs: null,
  inward: null,
  calendar: null,
  ladder: ladder(
    [
      [3 * MINUTE, holder],
      [6 * MINUTE, 'soc'],
    ],
    [{ do: 'hand-off', to: 'platform' }, { do: 'hold' }],
  ),
});

const gate = (quorum: number, parties: string[]) => ({ quorum, parties });

export const rules = (change: Partial<Rules> = {}): Rules => ({
  runbook: 'a'.repeat(64),
  class: 'ci-cd',
  mode: 'ask',
  pauseMs: 4 * HOUR,
  phases: {
    triage: phase('soc'),
    containment: phase('identity'),
    recovery: phase('service-owner'),
    hardening: { ...phase('identity'), actMs: 72 * HOUR },
  },
  gates: {
    risk: gate(1, ['soc']),
    act: gate(2, ['soc', 'identity']),
    irreversible: gate(1, ['identity']),
    close: gate(1, ['soc']),
  },
  strategies: ['cut'],
  cutByMs: 4 * HOUR,
  rediscover: false,
  byHand: [],
  checklist: [],
  protected: null,
  claims: [],
  followUps: { dueMs: 336 * HOUR, exposureMs: 24 * HOUR, repeatMs: 24 * HOUR },
  executors: {
    'source-of-truth': { name: 'identity-aws', party: 'identity' },
    owner: { name: 'owner-aws', party: 'service-owner' },
  },
  checker: 'aws',
  owner: 'service-owner',
  secret: 'prod/deploy-robot',
  propagationMs: 10_000,
  orders: { pickUpMs: MINUTE, runMs: 5 * MINUTE, againMs: MINUTE, watchMs: 4 * HOUR },
  validityMs: { containment: 24 * HOUR, recovery: 48 * HOUR, hardening: 168 * HOUR },
  parties: {
    soc: 'SOC',
    identity: 'Identity team',
    platform: 'Platform team',
    'service-owner': 'Deploy service',
  },
  ...change,
});

export const PEOPLE: Record<string, Speaker> = {
  sam: { id: 'sam', parties: ['soc'], identities: [], role: null },
  lee: { id: 'lee', parties: ['soc'], identities: [], role: null },
  ida: { id: 'ida', parties: ['identity'], identities: [], role: null },
  ivo: { id: 'ivo', parties: ['identity'], identities: [], role: null },
  olga: { id: 'olga', parties: ['service-owner'], identities: [], role: null },
  pat: { id: 'pat', parties: ['platform'], identities: [], role: null },
  both: { id: 'both', parties: ['soc', 'identity'], identities: [], role: null },
  robo: { id: 'robo', parties: ['soc', 'identity'], identities: [KEY], role: null },
  'identity-aws': { id: 'identity-aws', parties: [], identities: [], role: 'executor' },
  'owner-aws': { id: 'owner-aws', parties: [], identities: [], role: 'executor' },
  aws: { id: 'aws', parties: [], identities: [], role: 'checker' },
};

export interface Words {
  answers?: string | null;
  plan?: string | null;
  body: Record<string, unknown>;
  jti?: string;
  incident?: string;
  firstRun?: string;
  exp?: number;
  iat?: number;
  assurance?: Assurance;
  proofFails?: boolean;
  allowed?: boolean;
}

let unique = 0;

/** What a judge would say of these words. */
export function judged(message: string, person: string, words: Words, now: Instant): Judgement {
  const at = Date.parse(now) / 1_000;
  const statement = {
    v: 1,
    incident: words.incident ?? WORKFLOW,
    firstRun: words.firstRun ?? RUN,
    message,
    answers: words.answers ?? null,
    plan: words.plan ?? null,
    body: words.body,
    person,
    iat: words.iat ?? Math.floor(at),
    exp: words.exp ?? Math.floor(at) + 600,
    jti: words.jti ?? `jti-${String(unique++).padStart(16, '0')}`,
  } as Statement;
  const assurance = words.assurance ?? 'signed';
  const speaker = PEOPLE[person] ?? null;
  return {
    readable: true,
    statement,
    saying:
      assurance === 'told'
        ? null
        : { statement: JSON.stringify(statement), proof: { type: 'key', jws: 'x' } },
    proof:
      words.proofFails === true ? { holds: false, reason: 'forged' } : { holds: true, assurance, kid: 'k' },
    speaker,
    authority:
      words.allowed === false || speaker === null
        ? { allowed: false, reason: 'may not' }
        : { allowed: true, reason: 'may' },
  };
}

/** An incident that can be talked to; it keeps the events and the time. */
export class World {
  incident: Incident;
  now: Instant;
  readonly events: (IncidentEvent & { at: Instant })[] = [];

  constructor(first: Detection = detection(), now: Instant = START) {
    this.now = now;
    const decision = open(
      { incident: WORKFLOW, firstRun: RUN, identity: IDENTITY, detection: first, forwardTo: null },
      now,
    );
    this.incident = decision.incident;
    this.keep(decision);
  }

  private keep(decision: Decision): Decision {
    this.incident = decision.incident;
    this.events.push(...decision.events.map((one) => ({ ...one, at: this.now })));
    return decision;
  }

  do(command: Command): Decision {
    return this.keep(decide(this.incident, command, this.now));
  }

  say(message: string, person: string, words: Words): Decision['answer'] {
    return this.do({
      type: 'said',
      message,
      digest: null,
      judgement: judged(message, person, words, this.now),
    }).answer;
  }

  gate(name: string): string {
    return this.incident.gates.findLast((one) => one.name === name && one.status === 'open')?.id ?? 'none';
  }

  get plan(): string | null {
    return this.incident.plans[0]?.hash ?? null;
  }

  planOf(strategy: Strategy): string | null {
    return this.incident.plans.find((one) => one.plan.strategy === strategy)?.hash ?? null;
  }

  get deadline(): Instant | null {
    return wanted(this.incident, this.now).deadline;
  }

  /** Moves to the next deadline and handles it, `lateMs` later. One that has passed is handled now: time never goes back. */
  next(lateMs = 0): Instant {
    const due = this.deadline ?? this.now;
    this.now = plus(due > this.now ? due : this.now, lateMs);
    this.do({ type: 'tick' });
    return due;
  }

  /** Every notice is delivered. */
  deliver(): void {
    for (const notice of this.incident.notices) this.do({ type: 'notified', effect: notice.id });
  }

  effect(type: string): string {
    return wanted(this.incident, this.now).effects.find((one) => one.type === type)?.id ?? 'none';
  }

  /** Rules are read, the identity is looked at. */
  look(known: Rules = rules(), found: Discovery = discovery): this {
    this.do({ type: 'resolved', effect: this.effect('resolve'), rules: known });
    this.found(found);
    return this;
  }

  found(found: Discovery): void {
    const effect = this.effect('discover');
    const words = { answers: effect, body: found as unknown as Record<string, unknown> };
    this.do({ type: 'discovered', effect, judgement: judged('discovered', 'aws', words, this.now) });
  }

  assess(person = 'sam', change: Partial<Words> = {}): Decision['answer'] {
    const body = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'real' };
    return this.say('assess', person, { answers: this.gate('risk'), plan: this.plan, body, ...change });
  }

  /** Judged real, with this strategy, and approved. */
  decided(strategy: Strategy): this {
    const body = { verdict: 'incident', impact: 'confirmed', strategy, reason: 'real' };
    this.assess('sam', { plan: this.planOf(strategy), body });
    this.approve();
    return this;
  }

  approve(person = 'ida', gate = 'act', change: Partial<Words> = {}): Decision['answer'] {
    const asked = this.incident.gates.find((one) => one.id === this.gate(gate));
    const plan = asked === undefined ? null : askedAt(asked);
    return this.say('decide', person, {
      answers: this.gate(gate),
      plan,
      body: { verdict: 'approve' },
      ...change,
    });
  }

  /** The ordered step is done by its executor. */
  applied(evidence: Record<string, string> = {}, wasSo = false): string {
    const effect = wanted(this.incident, this.now).effects.find((one) => one.type === 'apply');
    if (effect?.type !== 'apply') throw new Error('nothing is ordered');
    return this.appliedBy(effect, evidence, wasSo);
  }

  /** This one of several that are ordered. */
  appliedBy(
    effect: Extract<Effect, { type: 'apply' }>,
    evidence: Record<string, string> = {},
    wasSo = false,
  ): string {
    const { step, id } = effect.order;
    const words = {
      answers: id,
      plan: planUnderWay(this.incident)?.hash ?? null,
      body: { step, wasSo, at: this.now, evidence },
    };
    this.do({
      type: 'applied',
      effect: effect.id,
      judgement: judged('applied', effect.executor, words, this.now),
    });
    return step;
  }

  /** The checker looks; `not`: steps that do not stand; `waysIn`: what is open at that moment. */
  seen(not: string[] = [], waysIn?: string[]): void {
    const effect = this.check(false);
    if (effect === undefined) throw new Error('nothing is to be seen');
    const steps = effect.request.steps.map(({ step }) => ({
      step,
      holds: !not.includes(step),
      saw: not.includes(step) ? 'it is gone' : 'it stands',
    }));
    const words = {
      answers: effect.id,
      plan: planUnderWay(this.incident)?.hash ?? null,
      body: { at: this.now, steps, ...(waysIn === undefined ? {} : { waysIn }) },
    };
    this.do({ type: 'checked', effect: effect.id, judgement: judged('checked', 'aws', words, this.now) });
  }

  private check(watch: boolean): Extract<Effect, { type: 'check' }> | undefined {
    return wanted(this.incident, this.now).effects.flatMap((one) =>
      one.type === 'check' && (one.request.watch === true) === watch ? [one] : [],
    )[0];
  }

  /** Steps that the checker is to watch now. */
  get watched(): string[] {
    return this.check(true)?.request.steps.map(({ step }) => step) ?? [];
  }

  /** The checker looks at what was seen dead. `back`: steps that are; `use`: of these steps. */
  watch(back: string[] = [], use: Record<string, { at: Instant; refused: boolean }> = {}): void {
    const effect = this.check(true);
    if (effect === undefined) throw new Error('nothing is watched now');
    const steps = effect.request.steps.map(({ step }) => ({
      step,
      holds: !back.includes(step),
      saw: back.includes(step) ? 'it is Active again' : 'it is dead',
      ...(use[step] === undefined ? {} : { use: use[step] }),
    }));
    const plan = this.incident.approved?.hash ?? null;
    const words = { answers: effect.id, plan, body: { at: this.now, steps } };
    this.do({ type: 'checked', effect: effect.id, judgement: judged('checked', 'aws', words, this.now) });
  }

  pass(ms: number): void {
    this.now = plus(this.now, ms);
    this.do({ type: 'tick' });
  }

  /** Seen, and seen again after the propagation time. */
  seenTwice(): void {
    this.seen();
    this.pass(this.incident.rules?.propagationMs ?? 0);
    this.seen();
  }

  contained(): this {
    this.look();
    this.assess();
    this.approve();
    for (let i = 0; i < 3; i++) this.applied();
    this.seenTwice();
    return this;
  }

  recovered(): this {
    this.applied();
    this.seenTwice();
    this.applied({ newAccessKeyId: 'AKIAIOSFODNN7NEWKEY1' });
    this.seenTwice();
    this.say('attest', 'olga', {
      plan: this.incident.approved?.hash ?? null,
      body: { verdict: 'works', reason: 'jobs run' },
    });
    return this;
  }

  types(): string[] {
    return this.events.map((one) => one.type);
  }
}
