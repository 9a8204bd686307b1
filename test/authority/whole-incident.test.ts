// One incident from alert to seal with real keys and the default runbook: what the decider orders, the executors' warrant check takes;
// what it records, the offline verification finds whole. No server: the decider, the judge, the warrant and the store alone.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { type PolicyFolder, readFolder } from '../../authority/folder.ts';
import { judge } from '../../authority/judge.ts';
import { newKey, openKey, type SigningKey } from '../../authority/keys.ts';
import { say, type ToSay } from '../../authority/sign.ts';
import { verifyRecord } from '../../authority/verify-record.ts';
import { type Act, askedOf, whyUsedUp } from '../../authority/ledger/act.ts';
import { verifyWarrant } from '../../authority/warrant.ts';
import { askedAt } from '../../domain/gate/gate.ts';
import type { Detection, Fact } from '../../domain/detection/detection.schema.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { type Identity, keyOf, workflowIdOf } from '../../domain/identity/identity.ts';
import { bearingsOf } from '../../domain/incident/bearings.ts';
import type { Command } from '../../domain/incident/command.ts';
import { decide, open } from '../../domain/incident/decide.ts';
import type { Decision } from '../../domain/incident/decision.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { viewOf } from '../../domain/incident/show.ts';
import { type Effect, wanted } from '../../domain/incident/wanted.ts';
import { type Instant, plus } from '../../domain/instant/instant.ts';
import type { Discovery, Proposal, Strategy } from '../../domain/plan/plan.schema.ts';
import { chained, GENESIS, type RecordedEvent } from '../../domain/record/record.ts';
import { resolveRules } from '../../domain/runbook/resolve.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import { firstRun, identity, kinds, policyOf } from './rightful.ts';
import { shippedTexts } from './shipped-authority.ts';
import { shippedDemands } from './shipped-policy.ts';

const START = '2026-11-24T03:12:00.000Z';
const HOUR = 3_600_000;

let folder: PolicyFolder;
let keys: Record<string, SigningKey>;
let records: string;

beforeAll(async () => {
  records = await mkdtemp(path.join(tmpdir(), 'custody-whole-'));
  const texts = shippedTexts('default');
  const directory = parse(texts['people.yaml']) as Directory;
  keys = {};
  for (const table of [directory.people, directory.machines]) {
    for (const [name, one] of Object.entries(table)) {
      const { content, entry } = await newKey(name);
      keys[name] = await openKey(content);
      one.keys = [entry];
    }
  }
  // JSON is YAML.
  folder = readFolder({ ...texts, 'people.yaml': JSON.stringify(directory) });
});
afterAll(() => rm(records, { recursive: true }));

const proposal = (kind: string, more: Partial<Proposal> = {}): Proposal => {
  const declared = kinds[kind];
  if (declared === undefined) throw new Error(`no such kind: ${kind}`);
  return {
    kind,
    verb: 'apply',
    phase: 'containment',
    part: 'source-of-truth',
    reversibility: declared.reversibility,
    target: { userName: identity.reference },
    permissions: [...declared.permissions[more.verb ?? 'apply']],
    does: kind,
    undo: 'as it was',
    check: 'read it',
    ...(declared.reversibility === 'reversible' && more.verb !== 'undo'
      ? {
          reversal: { does: `Off: ${kind}`, check: 'it is off', permissions: [...declared.permissions.undo] },
        }
      : {}),
    ...more,
  };
};
const quarantine = proposal('aws/quarantine');
const liftQuarantine = proposal('aws/quarantine', { verb: 'undo', phase: 'recovery' });
const restrict = proposal('aws/restriction');
const liftRestriction = proposal('aws/restriction', { verb: 'undo', phase: 'recovery' });
const cut = [proposal('aws/no-sessions'), proposal('aws/access-key')];
const reissue = proposal('aws/new-access-key', { phase: 'recovery', part: 'owner' });
const afterwards = [
  proposal('aws/old-access-key', { phase: 'hardening' }),
  proposal('aws/no-sessions', { verb: 'undo', phase: 'hardening', after: '36h' }),
];
const discovery: Discovery = {
  identity,
  waysIn: [],
  facts: [],
  concerns: [],
  proposals: {
    cut: [quarantine, ...cut, liftQuarantine, reissue, ...afterwards],
    'replace-then-cut': [reissue, ...cut, ...afterwards],
    restrict: [restrict, reissue, ...cut, liftRestriction, ...afterwards],
  },
};

interface About {
  reference?: string;
  /** Of the identity, which it could not have written itself. */
  tags?: Record<string, string>;
  alert?: Partial<Detection>;
}

/** Carries one incident; every word in it is really signed and really judged. */
class Course {
  incident: Incident;
  now: Instant = START;
  readonly record: RecordedEvent[] = [];
  /** Steps whose warrants held, in their order. */
  readonly acted: string[] = [];
  /** Of both executors. */
  readonly acts: Act[] = [];
  private readonly identity: Identity;
  private readonly tags: NonNullable<Discovery['tags']>;

  constructor(fact: Fact['fact'] = 'workload', { reference, tags = {}, alert = {} }: About = {}) {
    this.identity = { ...identity, reference: reference ?? identity.reference };
    this.tags = Object.entries(tags).map(([key, value]) => ({ key, value, writable: false }));
    const detection = {
      format: 'custody/detection/1' as const,
      source: 'guardduty',
      sourceId: 'finding-1',
      updatedAt: START,
      provider: 'aws',
      accountId: identity.account,
      identityKind: 'iam-user',
      identityRef: this.identity.reference,
      credentialId: 'AKIAIOSFODNN7EXAMPLE',
      severity: 8,
      level: 'high' as const,
      occurredAt: START,
      occurredAtUtc: START,
      isSample: false,
      opens: true,
      why: 'names an IAM user',
      key: keyOf(this.identity),
      classification: [{ fact, value: true, evidence: '$.tags' }],
      ...alert,
    };
    const of = { incident: workflowIdOf(this.identity), firstRun, identity: this.identity };
    const first = open({ ...of, detection, forwardTo: null }, this.now);
    this.incident = first.incident;
    this.keep(first);
  }

  private keep(decision: Decision): Decision {
    this.incident = decision.incident;
    for (const event of decision.events)
      this.record.push(chained(this.record.at(-1) ?? GENESIS, this.now, event));
    return decision;
  }

  private do(command: Command): Decision {
    return this.keep(decide(this.incident, command, this.now));
  }

  private judged(message: string, payload: unknown) {
    const by = { directory: folder.directory, authority: folder.authority };
    return judge({ message, payload, bearings: bearingsOf(this.incident), now: this.now }, by);
  }

  signed(name: string, message: ToSay['message'], what: Pick<ToSay, 'body'> & Partial<ToSay>) {
    const key = keys[name];
    if (key === undefined) throw new Error(`no key of ${name}`);
    const said = {
      incident: this.incident.id,
      firstRun,
      answers: null,
      plan: null,
      now: this.now,
      validForMs: HOUR,
    };
    return say({ ...said, ...what, key, message });
  }

  /** Somebody says something; it must be accepted. */
  async says(
    name: string,
    message: ToSay['message'],
    what: Pick<ToSay, 'body'> & Partial<ToSay>,
  ): Promise<void> {
    const judgement = await this.judged(message, await this.signed(name, message, what));
    expect(this.do({ type: 'said', message, digest: null, judgement }).answer).toMatchObject({
      accepted: true,
    });
  }

  open(gateName: string) {
    return this.incident.gates.find((one) => one.name === gateName && one.status === 'open');
  }

  async approves(name: string, gateName: string): Promise<void> {
    const gate = this.open(gateName);
    await this.says(name, 'decide', {
      answers: gate?.id ?? null,
      plan: gate === undefined ? null : askedAt(gate),
      body: { verdict: 'approve' },
    });
  }

  /** Workers answer until nothing is wanted but time; then time passes to the next deadline, `until` something is so. */
  async goesOn(until: (course: Course) => boolean): Promise<void> {
    for (let round = 0; round < 400; round++) {
      const effects = wanted(this.incident, this.now).effects;
      for (const effect of effects) await this.answers(effect);
      if (until(this)) return;
      if (effects.length > 0) continue;
      this.now = wanted(this.incident, this.now).deadline ?? this.now;
      this.do({ type: 'tick' });
    }
    throw new Error(
      `it does not go on: ${JSON.stringify(this.incident.steps.map(({ id, status, trouble }) => ({ id, status, trouble })))}`,
    );
  }

  private async answers(effect: Effect): Promise<void> {
    if (effect.type === 'notify') this.do({ type: 'notified', effect: effect.id });
    else if (effect.type === 'resolve') {
      const { facts, level, ownerNamed: owner, discovery: looked } = this.incident;
      const known = { identity: this.identity, facts, level, tags: looked.found?.tags ?? [], owner };
      const rules = resolveRules(folder.runbook, folder.hash, known);
      this.do({ type: 'resolved', effect: effect.id, rules });
    } else if (effect.type === 'discover') {
      const saying = await this.signed('aws', 'discovered', {
        answers: effect.request.id,
        body: { ...discovery, identity: this.identity, tags: this.tags },
      });
      this.do({ type: 'discovered', effect: effect.id, judgement: await this.judged('discovered', saying) });
    } else if (effect.type === 'apply') await this.applies(effect);
    else if (effect.type === 'check') {
      const { id, plan, steps } = effect.request;
      const body = { at: this.now, steps: steps.map(({ step }) => ({ step, holds: true, saw: 'it is so' })) };
      const saying = await this.signed('aws', 'checked', { answers: id, plan: hashOf(plan), body });
      this.do({ type: 'checked', effect: effect.id, judgement: await this.judged('checked', saying) });
    } else if (effect.type === 'recall') this.do({ type: 'recalled', effect: effect.id, earlier: null });
    else if (effect.type === 'preflight')
      this.do({ type: 'preflighted', effect: effect.id, missing: [], unknown: null });
    else throw new Error(`nothing of this is wanted here: ${effect.type}`);
  }

  private async applies(effect: Extract<Effect, { type: 'apply' }>): Promise<void> {
    const executor = effect.executor as 'identity-aws' | 'owner-aws';
    const order = { ...effect.order, head: this.record.at(-1)?.hash };
    const warrant = await verifyWarrant({
      order,
      policy: policyOf(executor, shippedDemands()),
      authority: null,
      directory: folder.directory,
      kinds,
      self: ['aws/123456789012/iam-user/custody-identity'],
      acts: this.acts,
      now: this.now,
    });
    if (!warrant.ok) throw new Error(`${warrant.check}: ${warrant.reason}`);
    this.acted.push(warrant.step.id);
    this.acts.push({
      ...askedOf(order.plan, warrant.step, hashOf(order.plan), order.id),
      at: this.now,
      step: warrant.step.id,
      finding: null,
      ended: { at: this.now, as: 'done' },
    });
    const body = { step: warrant.step.id, wasSo: false, at: this.now, evidence: { by: executor } };
    const saying = await this.signed(executor, 'applied', {
      answers: order.id,
      plan: hashOf(order.plan),
      body,
    });
    this.do({ type: 'applied', effect: effect.id, judgement: await this.judged('applied', saying) });
  }
}

const isOpen = (name: string) => (course: Course) =>
  course.incident.gates.some((gate) => gate.name === name && gate.status === 'open');
const isIn = (phase: string) => (course: Course) => course.incident.phase === phase;

const isAsked = (step: string) => (course: Course) =>
  course.incident.steps.some((state) => state.id === step && state.status === 'ordered');

/** From the alert to a plan that two teams have approved. */
async function approved(course: Course, strategy: Strategy): Promise<string | null> {
  await course.goesOn(({ incident }) => incident.plans.some(({ plan }) => plan.strategy === strategy));
  const plan = course.incident.plans.find((one) => one.plan.strategy === strategy)?.hash ?? null;
  await course.says('sam', 'assess', {
    answers: course.open('risk')?.id ?? null,
    plan,
    body: { verdict: 'incident', impact: 'confirmed', strategy, reason: 'used from a strange network' },
  });
  await course.approves('ivo', 'act');
  return plan;
}

/** From a service that works again to the close; `owner` is who answers for it. */
async function closed(course: Course, plan: string | null, owner = 'olga'): Promise<void> {
  const confirms = course.incident.rules?.checklist.map(({ name }) => name) ?? [];
  await course.says(owner, 'attest', { plan, body: { verdict: 'works', confirms, reason: 'the jobs run' } });
  await course.goesOn(isOpen('irreversible'));
  await course.approves('ivo', 'irreversible');
  await course.approves(owner, 'irreversible');
  await course.goesOn(isOpen('close'));
  const close = course.open('close');
  await course.says('sam', 'close', {
    answers: close?.id ?? null,
    plan: close?.plan ?? null,
    body: { reason: 'all is done and seen' },
  });
  expect(isIn('closed')(course)).toBe(true);
}

/** Its record, sealed, stored, and verified by whoever has the directory. */
async function verifiedRecord(course: Course) {
  const name = { incident: course.incident.id, firstRun };
  const store = directoryRecordStore(await mkdtemp(path.join(records, 'one-')));
  const head = await store.append(name, course.record);
  await store.keep(folder.hash, folder.content);
  await store.seal(name, await course.signed('orchestrator', 'sealed', { body: { ...head } }));
  const { events, seal } = await store.read(name);
  const file = [...events, seal].map((line) => `${JSON.stringify(line)}\n`).join('');
  const runbookContent = (await store.kept(folder.hash)) ?? '';
  const report = await verifyRecord(file, { directory: folder.directory, runbookContent });
  expect(report).toMatchObject({
    ok: true,
    broken: null,
    sealed: true,
    sealedBy: 'orchestrator',
    events: course.record.length,
    runbook: 'matches',
    told: 0,
  });
  return report.proofs;
}

/** Everything that two people weaken has been weakened, and something was left to do. */
async function weakened(): Promise<Course> {
  const course = new Course();
  await course.goesOn(({ incident }) => incident.plans.length > 0);
  const facts = { privileged: true, ciCd: true };
  await course.says('sam', 'assess', {
    body: {
      impact: 'suspected',
      touched: ['a bucket'],
      priority: 'p1',
      level: 'critical',
      facts,
      reason: 'seen',
    },
  });
  await course.says('sam', 'assess', {
    body: { level: 'low', facts: { privileged: false }, reason: 'the role is gone' },
  });
  await course.approves('erin', 'lower');
  expect(course.incident.level).toBe('low');
  const until = plus(course.now, HOUR).replace('.000Z', 'Z');
  await course.says('sam', 'pause', { body: { until, reason: 'a freeze' } });
  await course.approves('erin', 'pause');
  const adding = { kind: 'exposure', says: 'a wiki page', party: 'identity' };
  await course.says('olga', 'followUp', { body: { add: adding, reason: 'found it' } });
  await course.says('olga', 'followUp', {
    body: { add: { ...adding, says: 'a paste' }, reason: 'this too' },
  });
  await course.says('ivo', 'followUp', {
    body: { id: 'follow-up-1', as: 'ticketed', ticket: 'OPS-7', reason: 'next week' },
  });
  await course.says('sam', 'followUp', {
    body: { id: 'follow-up-2', as: 'waived', reason: 'the page is empty' },
  });
  await course.approves('erin', 'waive');
  return course;
}

const isSeen =
  (step: string, phase = 'recovery') =>
  ({ incident }: Course) =>
    incident.phase === phase && incident.steps.some(({ id, status }) => id === step && status === 'seen');

describe('an incident under the default runbook goes from the alert to a sealed record that anyone can verify', () => {
  it('cut at once', async () => {
    const course = new Course();
    const plan = await approved(course, 'cut');
    await course.goesOn(isSeen('s5'));
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5']);
    await closed(course, plan);
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5', 's6', 's7']);
    const proofs = await verifiedRecord(course);
    // Assess, three approvals, attestation, close; machines: a discovery, seven applications, the sights, the seal.
    expect(proofs.people).toBe(6);
    expect(proofs.machines).toBeGreaterThanOrEqual(1 + 7 + 1 + 1);
  });

  it('replaced, then cut', async () => {
    const course = new Course('businessCritical');
    const plan = await approved(course, 'replace-then-cut');
    await course.goesOn(isIn('recovery'));
    expect(course.acted).toEqual(['s1', 's2', 's3']);
    await closed(course, plan);
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5']);
    await verifiedRecord(course);
  });

  it('restricted until it is cut', async () => {
    const course = new Course('businessCritical');
    const plan = await approved(course, 'restrict');
    await course.goesOn(isSeen('s5'));
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5']);
    await closed(course, plan);
    await verifiedRecord(course);
  });

  it('cut by workers and by a vendor’s hand', async () => {
    const course = new Course('federated');
    const plan = await approved(course, 'cut');
    const attest = (name: string, step: string) =>
      course.says(name, 'attest', { plan, body: { verdict: 'works', step, reason: 'it is so' } });
    await course.goesOn(isAsked('s4'));
    expect(course.acted).toEqual(['s1', 's2', 's3']);
    await attest('vera', 's4');
    await attest('sam', 's4');
    await course.goesOn(isAsked('s7'));
    expect(course.acted).toEqual(['s1', 's2', 's3', 's5', 's6']);
    await attest('vera', 's7');
    await attest('olga', 's7');
    await closed(course, plan);
    expect(course.acted).toEqual(['s1', 's2', 's3', 's5', 's6', 's8', 's9']);
    await verifiedRecord(course);
  });

  it('with what was corrected, lowered, paused, left to do, waived and handed to one person', async () => {
    const course = await weakened();
    await course.says('sam', 'handOff', { body: { to: 'platform', person: 'pia', reason: 'my shift ends' } });
    await course.says('pia', 'acknowledge', {
      answers: course.incident.offer?.id ?? null,
      body: { answer: 'accept' },
    });
    expect(course.incident.hold).toMatchObject({ party: 'platform', person: 'pia' });
    const types = course.record.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['lowered', 'paused', 'followUpEnded', 'handedOff']));
    await verifiedRecord(course);
  });
});
/** Contained by the plan, and then asked to be undone by `name`, as the incident shows it. */
async function undoAsked(verdict: 'falsePositive' | null): Promise<Course> {
  const course = new Course();
  await approved(course, 'cut');
  await course.goesOn(isIn('recovery'));
  const offered = viewOf(course.incident, GENESIS, course.now).undo.find((one) => one.verdict === verdict);
  await course.says('sam', 'undo', {
    answers: course.incident.hold.id,
    plan: offered?.shown?.hash ?? null,
    body: {
      ...(verdict === null ? {} : { verdict }),
      madeAt: offered?.shown?.plan.madeAt,
      reason: 'the job moved to another network',
    },
  });
  return course;
}

describe('an undo', () => {
  const isUndone = ({ record }: Course) => record.some(({ type }) => type === 'undone');

  it('of a cleared identity: executors take it, the record holds, and two people close it as a false positive', async () => {
    const course = await undoAsked('falsePositive');
    await course.approves('ivo', 'undo');
    await course.goesOn(isUndone);
    expect(course.acted.slice(-2)).toEqual(['s1', 's2']);
    expect(course.acts.slice(-2).map(({ verb, kind }) => `${verb} ${kind}`)).toEqual([
      'undo aws/no-sessions',
      'undo aws/quarantine',
    ]);
    await course.says('sam', 'close', {
      answers: course.open('close')?.id ?? null,
      body: { reason: 'its access is as it was' },
    });
    await course.says('erin', 'close', {
      answers: course.open('close')?.id ?? null,
      body: { reason: 'I looked too' },
    });
    expect(course.incident).toMatchObject({ outcome: 'closed', closedAs: 'falsePositive' });
    await verifiedRecord(course);
  });

  it('of one that was not cleared: it is judged anew, and the plan before is used up', async () => {
    const course = await undoAsked(null);
    const before = course.incident.approved?.plan;
    await course.approves('ivo', 'undo');
    await course.goesOn(isUndone);
    expect(course.acts.at(-1)).toMatchObject({ verb: 'undo', kind: 'aws/quarantine' });
    expect(course.incident).toMatchObject({ phase: 'triage', approved: null });
    const quarantine = before?.steps[0];
    if (before === undefined || quarantine === undefined) throw new Error('there was no plan');
    const asked = askedOf(before, quarantine, hashOf(before), 'order-99');
    expect(whyUsedUp(asked, course.acts)).toContain('newer plan');
  });

  it('that nobody agreed to, or that shows another plan, is found in the record', async () => {
    const course = await undoAsked('falsePositive');
    await course.approves('ivo', 'undo');
    await course.goesOn(isUndone);
    const told = async (bent: (event: RecordedEvent) => unknown[]) => {
      const lines: RecordedEvent[] = [];
      for (const event of course.record) {
        for (const data of bent(event))
          lines.push(chained(lines.at(-1) ?? GENESIS, event.at, { type: event.type, data } as never));
      }
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      return verifyRecord(text, { directory: folder.directory });
    };
    expect(await told(({ data }) => [data])).toMatchObject({ ok: true });
    const without = (name: string) => told(({ type, data }) => (type === name ? [] : [data]));
    const isUndoGate = (data: unknown) => String((data as { gate?: unknown }).gate).startsWith('undo-');
    expect((await without('undoPlanned')).broken?.reason).toContain('nobody agreed that this is undone');
    expect(
      (await told(({ type, data }) => (type === 'gateMet' && isUndoGate(data) ? [] : [data]))).broken?.reason,
    ).toContain('nobody agreed that this is undone');
    expect(
      (
        await told(({ type, data }) =>
          type === 'voted' && isUndoGate(data) && (data as { person?: string }).person === 'ivo'
            ? []
            : [data],
        )
      ).broken?.reason,
    ).toContain('nobody of identity has approved it');
    expect((await without('undoApproved')).broken?.reason).toContain('is of another plan than the one');
    const neverCleared = await told(({ type, data }) =>
      type === 'undone' ? [{ ...(data as object), verdict: null }] : [data],
    );
    expect(neverCleared.broken?.reason).toContain('it was not being undone, or by another verdict');
    const bentPlan = await told(({ type, data }) =>
      type === 'undoPlanned'
        ? [{ ...(data as object), plan: { ...(data as { plan: object }).plan, class: 'another' } }]
        : [data],
    );
    expect(bentPlan.broken?.reason).toContain('no plan of an undo with this hash');
    const cleared = await told(({ type, data }) =>
      type === 'gateOpened' && (data as { name?: string }).name === 'undo'
        ? [
            {
              ...(data as object),
              weakens: { do: 'undo', plan: (data as { plan: string }).plan, verdict: null },
            },
          ]
        : [data],
    );
    expect(cleared.broken?.reason).toContain('asks for something else');
  });
});

describe('one person who breaks the glass', () => {
  it('is told of to all, reviewed by another, and the record holds', async () => {
    const course = new Course('ciCd');
    await course.goesOn(({ incident }) => incident.plans.length > 0);
    const plan = course.incident.plans[0]?.hash ?? null;
    const judged = { verdict: 'incident', impact: 'confirmed', strategy: 'cut', reason: 'data leaves' };
    await course.says('sam', 'assess', { answers: course.open('risk')?.id ?? null, plan, body: judged });
    const act = course.open('act')?.id ?? null;
    const asks = { answers: act, plan };
    const glass = { verdict: 'approve', breakGlass: true, reason: 'nobody of the identity team answers' };
    await course.says('erin', 'decide', { ...asks, body: glass });
    await course.goesOn(isSeen('s5'));
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5']);
    const review = course.open('review');
    const right = { verdict: 'approve', reason: 'I saw the log' };
    await course.says('sam', 'decide', {
      answers: review?.id ?? null,
      plan: review?.plan ?? null,
      body: right,
    });
    await closed(course, plan);
    await verifiedRecord(course);
    // Without the word that broke it, or without its review, nothing of that holds.
    const without = async (isLeftOut: (event: RecordedEvent) => boolean) => {
      const lines: RecordedEvent[] = [];
      for (const event of course.record) {
        const { at, type, data } = event;
        if (!isLeftOut(event)) lines.push(chained(lines.at(-1) ?? GENESIS, at, { type, data }));
      }
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      return { lines: lines.length, report: await verifyRecord(text, { directory: folder.directory }) };
    };
    expect((await without(({ type }) => type === 'glassBroken')).report).toMatchObject({
      ok: false,
      broken: { reason: expect.stringMatching(/is called met, and /) },
    });
    const { lines, report } = await without(({ data }) => (data as { gate?: string }).gate === review?.id);
    expect(report).toMatchObject({
      ok: false,
      broken: { line: lines, reason: expect.stringMatching(/nobody else has reviewed that erin broke/) },
    });
  });
});

describe('the shipped policy lets the old key be deleted, whoever owns the identity', () => {
  it('the team that its tag names', async () => {
    const course = new Course('workload', { reference: 'report-maker', tags: { team: 'platform' } });
    const plan = await approved(course, 'cut');
    expect(course.incident.rules).toMatchObject({ owner: 'platform' });
    await course.goesOn(isSeen('s5'));
    await closed(course, plan, 'pia');
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5', 's6', 's7']);
    await verifiedRecord(course);
  });

  it('nobody that is known: the SOC has found out that it works', async () => {
    const course = new Course('workload', { reference: 'report-maker' });
    const plan = await approved(course, 'cut');
    expect(course.incident.rules).toMatchObject({ owner: null });
    await course.goesOn(isSeen('s4'));
    await closed(course, plan, 'sam');
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5', 's6']);
    await verifiedRecord(course);
  });
});

describe('what is left to do when an incident is closed ends with it, in a record that holds', () => {
  const exposed = { exposures: ['https://git.example.com/shop/deploy/settings.py'] };
  const setAside = (course: Course, verdict: string) =>
    course.says('sam', 'assess', {
      answers: course.open('risk')?.id ?? null,
      body: { verdict, impact: 'none', reason: 'an exercise' },
    });
  const leftUndone = (course: Course) =>
    course.record
      .filter(({ type }) => type === 'followUpEnded')
      .map(({ data }) => data as { id: string; as: string; reason: string });

  it('closed by hand, by two', async () => {
    const course = new Course('workload', { alert: exposed });
    await course.goesOn(isOpen('risk'));
    await course.says('sam', 'close', { body: { reason: 'the vendor has cut it' } });
    await course.approves('erin', 'close');
    expect(course.incident.closedAs).toBe('handledByHand');
    expect(leftUndone(course)).toMatchObject([{ as: 'waived', reason: 'closed as handledByHand' }]);
    await verifiedRecord(course);
  });

  it('a false positive', async () => {
    const course = new Course('workload', { alert: exposed });
    await course.goesOn(isOpen('risk'));
    await setAside(course, 'falsePositive');
    await course.approves('erin', 'close');
    expect(leftUndone(course)).toMatchObject([{ as: 'waived', reason: 'closed as falsePositive' }]);
    await verifiedRecord(course);
  });

  it('a drill, by one', async () => {
    const course = new Course('workload', { alert: { ...exposed, isSample: true } });
    await course.goesOn(isOpen('risk'));
    await setAside(course, 'drill');
    expect(leftUndone(course)).toMatchObject([{ as: 'waived', reason: 'closed as drill' }]);
    await verifiedRecord(course);
  });
});

describe('a record is refused at the line that calls a gate met, when a vote was taken out and the rest chained again', () => {
  /** Without the last approval of that gate, and whatever else rests on that word. */
  function withoutAVote(course: Course, name: string): RecordedEvent[] {
    const met = course.record.findLast(({ type, data }) => type === 'gateMet' && said(data).name === name);
    const vote = course.record.findLast(
      ({ type, data }) => type === 'voted' && said(data).gate === said(met?.data).gate,
    );
    const lines: RecordedEvent[] = [];
    for (const { at, type, data } of course.record) {
      if (said(data).jti !== said(vote?.data).jti)
        lines.push(chained(lines.at(-1) ?? GENESIS, at, { type, data }));
    }
    expect(lines.length).toBeLessThan(course.record.length);
    return lines;
  }
  const said = (data: unknown) => (data ?? {}) as { name?: string; gate?: string; jti?: string };

  async function refusedAt(course: Course, name: string): Promise<void> {
    const lines = withoutAVote(course, name);
    const place = lines.findLastIndex(({ type, data }) => type === 'gateMet' && said(data).name === name) + 1;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(await verifyRecord(text, { directory: folder.directory })).toMatchObject({
      ok: false,
      broken: { line: place, reason: expect.stringMatching(/is called met, and /) },
    });
  }

  it('what two people weaken', async () => {
    const course = await weakened();
    for (const name of ['lower', 'pause', 'waive']) await refusedAt(course, name);
  });

  it('a plan, a deletion, the close', async () => {
    const course = new Course();
    const plan = await approved(course, 'cut');
    await course.goesOn(isSeen('s5'));
    await closed(course, plan);
    for (const name of ['act', 'irreversible', 'close']) await refusedAt(course, name);
  });

  it('what was handled by hand', async () => {
    const course = new Course();
    await course.goesOn(isOpen('risk'));
    await course.says('sam', 'close', { body: { reason: 'the vendor has cut it' } });
    await course.approves('erin', 'close');
    await refusedAt(course, 'close');
  });
});
