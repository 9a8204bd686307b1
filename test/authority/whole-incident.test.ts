// One incident from alert to seal with real keys and the default runbook: what the decider orders, the executors' warrant check takes;
// what it records, the offline verification finds whole. No server: the decider, the judge, the warrant and the store alone.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryRecordStore } from '../../activities/settle/directory-store.ts';
import { type PolicyFolder, readFolder } from '../../authority/folder.ts';
import { judge } from '../../authority/judge.ts';
import { newKey, openKey, type SigningKey } from '../../authority/keys.ts';
import { say, type ToSay } from '../../authority/sign.ts';
import { builtInAuthority } from '../../authority/table.ts';
import { verifyRecord } from '../../authority/verify-record.ts';
import { verifyWarrant } from '../../authority/warrant.ts';
import { hashOf } from '../../domain/encoding/canonical.ts';
import { bearingsOf } from '../../domain/incident/bearings.ts';
import type { Command } from '../../domain/incident/command.ts';
import { decide, open } from '../../domain/incident/decide.ts';
import type { Decision } from '../../domain/incident/decision.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { type Effect, wanted } from '../../domain/incident/wanted.ts';
import type { Instant } from '../../domain/instant/instant.ts';
import type { Discovery, Proposal } from '../../domain/plan/plan.schema.ts';
import { chained, GENESIS, type RecordedEvent } from '../../domain/record/record.ts';
import { resolveRules } from '../../domain/runbook/resolve.ts';
import type { Directory } from '../../domain/runbook/runbook.schema.ts';
import { firstRun, identity, incident as workflowId, kinds, KEY, policyOf } from './rightful.ts';

const defaultFolder = path.resolve(import.meta.dirname, '../../runbooks/default');
const START = '2026-11-24T03:12:00.000Z';
const HOUR = 3_600_000;

let folder: PolicyFolder;
let keys: Record<string, SigningKey>;
let records: string;

beforeAll(async () => {
  records = await mkdtemp(path.join(tmpdir(), 'custody-whole-'));
  const texts = { 'runbook.yaml': '', 'people.yaml': '' };
  for (const name of ['runbook.yaml', 'people.yaml'] as const)
    texts[name] = await readFile(path.join(defaultFolder, name), 'utf8');
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
    ...more,
  };
};
const discovery: Discovery = {
  identity,
  waysIn: [],
  facts: [],
  concerns: [],
  proposals: [
    proposal('aws/quarantine'),
    proposal('aws/no-sessions'),
    proposal('aws/access-key'),
    proposal('aws/quarantine', { verb: 'undo', phase: 'recovery' }),
    proposal('aws/new-access-key', { phase: 'recovery', part: 'owner' }),
    proposal('aws/old-access-key', { phase: 'hardening' }),
    proposal('aws/no-sessions', { verb: 'undo', phase: 'hardening', after: '36h' }),
  ],
};

/** Carries one incident; every word in it is really signed and really judged. */
class Course {
  incident: Incident;
  now: Instant = START;
  readonly record: RecordedEvent[] = [];
  /** Steps whose warrants held, in their order. */
  readonly acted: string[] = [];

  constructor() {
    const detection = {
      format: 'custody/detection/1' as const,
      source: 'guardduty',
      sourceId: 'finding-1',
      updatedAt: START,
      provider: 'aws',
      accountId: identity.account,
      identityKind: 'iam-user',
      identityRef: identity.reference,
      credentialId: 'AKIAIOSFODNN7EXAMPLE',
      severity: 8,
      level: 'high' as const,
      occurredAt: START,
      occurredAtUtc: START,
      isSample: false,
      opens: true,
      why: 'names an IAM user',
      key: KEY,
      classification: [],
    };
    const first = open({ incident: workflowId, firstRun, identity, detection, forwardTo: null }, this.now);
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
    const by = { directory: folder.directory, authority: builtInAuthority };
    return judge({ message, payload, bearings: bearingsOf(this.incident), now: this.now }, by);
  }

  signed(name: string, message: ToSay['message'], what: Pick<ToSay, 'body'> & Partial<ToSay>) {
    const key = keys[name];
    if (key === undefined) throw new Error(`no key of ${name}`);
    const said = {
      incident: workflowId,
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

  async approves(name: string, gateName: string): Promise<void> {
    const gate = this.incident.gates.find((one) => one.name === gateName && one.status === 'open');
    await this.says(name, 'decide', {
      answers: gate?.id ?? null,
      plan: gate?.plan ?? null,
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
      const rules = resolveRules(folder.runbook, folder.hash, { identity, facts: this.incident.facts });
      this.do({ type: 'resolved', effect: effect.id, rules });
    } else if (effect.type === 'discover') {
      const saying = await this.signed('aws', 'discovered', {
        answers: effect.request.id,
        body: { ...discovery },
      });
      this.do({ type: 'discovered', effect: effect.id, judgement: await this.judged('discovered', saying) });
    } else if (effect.type === 'apply') await this.applies(effect);
    else if (effect.type === 'check') {
      const { id, plan, steps } = effect.request;
      const body = { at: this.now, steps: steps.map(({ step }) => ({ step, holds: true, saw: 'it is so' })) };
      const saying = await this.signed('aws', 'checked', { answers: id, plan: hashOf(plan), body });
      this.do({ type: 'checked', effect: effect.id, judgement: await this.judged('checked', saying) });
    } else throw new Error(`nothing is forwarded here: ${effect.type}`);
  }

  private async applies(effect: Extract<Effect, { type: 'apply' }>): Promise<void> {
    const executor = effect.executor as 'identity-aws' | 'owner-aws';
    const order = { ...effect.order, head: this.record.at(-1)?.hash };
    const warrant = await verifyWarrant({
      order,
      policy: policyOf(executor),
      directory: folder.directory,
      kinds,
      now: this.now,
    });
    if (!warrant.ok) throw new Error(`${warrant.check}: ${warrant.reason}`);
    this.acted.push(warrant.step.id);
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

describe('an incident under the default runbook', () => {
  it('goes from the alert to a sealed record that anyone can verify', async () => {
    const course = new Course();
    await course.goesOn(({ incident }) => incident.plans.length > 0);
    const plan = course.incident.plans[0]?.hash ?? null;
    const body = {
      verdict: 'incident',
      impact: 'confirmed',
      strategy: 'cut',
      reason: 'used from a strange network',
    };
    await course.says('sam', 'assess', { answers: course.incident.gates[0]?.id ?? null, plan, body });
    await course.approves('ivo', 'act');
    await course.goesOn(
      ({ incident }) => incident.phase === 'recovery' && incident.steps[4]?.status === 'seen',
    );
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5']);
    await course.says('olga', 'attest', { plan, body: { verdict: 'works', reason: 'the jobs run' } });
    await course.goesOn(isOpen('irreversible'));
    await course.approves('ivo', 'irreversible');
    await course.approves('olga', 'irreversible');
    await course.goesOn(isOpen('close'));
    expect(course.acted).toEqual(['s1', 's2', 's3', 's4', 's5', 's6', 's7']);
    const close = course.incident.gates.find((gate) => gate.name === 'close' && gate.status === 'open');
    await course.says('sam', 'close', {
      answers: close?.id ?? null,
      plan: close?.plan ?? null,
      body: { reason: 'all is done and seen' },
    });
    expect(isIn('closed')(course)).toBe(true);

    const name = { incident: workflowId, firstRun };
    const store = directoryRecordStore(records);
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
    // Assess, three approvals, attestation, close; machines: a discovery, seven applications, the sights, the seal.
    expect(report.proofs.people).toBe(6);
    expect(report.proofs.machines).toBeGreaterThanOrEqual(1 + 7 + 1 + 1);
  });
});
