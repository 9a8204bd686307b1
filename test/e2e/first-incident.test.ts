// The first incident on real servers, with every worker a process of its own: the demo's whole story, alerts that come by other ways,
// an orchestrator that lies, and a search for secrets in everything that was left behind.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../client/index.ts';
import type { AuditEntry } from '../../domain/audit/entry.ts';
import { keyOf, workflowIdOf } from '../../domain/identity/identity.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import { instant } from '../../domain/instant/instant.ts';
import type { Order } from '../../domain/plan/order.schema.ts';
import type { Plan } from '../../domain/plan/plan.schema.ts';
import type { Saying } from '../../domain/statement/statement.schema.ts';
import { keyInSecret, standingOf } from '../../local/demo/account.ts';
import { costOf } from '../../local/demo/actions.ts';
import { exposedKey, guardDutyFinding } from '../../local/demo/alerts.ts';
import { ACCOUNT, type Workload } from '../../local/demo/estate.ts';
import { Narrator } from '../../local/demo/narrator.ts';
import { all, claims } from '../../local/demo/observed.ts';
import { HURRIED } from '../../local/demo/policies.ts';
import { browserForPasskey } from '../../local/demo/passkey.ts';
import { wordsOfPeople, type ProvedBy } from '../../local/demo/proven.ts';
import { Stage } from '../../local/demo/stage.ts';
import { scripted, story, type Told } from '../../local/demo/story.ts';
import { Teardown } from '../../local/demo/teardown.ts';
import { type Ended, TASK_QUEUE, WORKFLOW_TYPE } from '../../workflows/messages.ts';
import { filesIn, found, historiesOf } from './canaries.ts';
import type { Answer, liar } from './liar.workflow.ts';

const teardown = new Teardown();
const output: string[] = [];
const narrator = new Narrator((text) => void output.push(text));
let stage: Stage;
let client: Client;
/** Nothing has happened to them yet. */
let victim: Workload;
let bystander: Workload;
let told: Told;
/** Where there is no Chromium, nobody has a passkey. */
let proofs: ProvedBy[];

const identityOf = ({ user }: Workload) => ({
  provider: 'aws',
  account: ACCOUNT,
  kind: 'iam-user',
  reference: user,
});

beforeAll(async () => {
  const browser = await browserForPasskey();
  if (typeof browser === 'string') console.warn(`${browser}: nobody answers by a passkey here.`);
  else teardown.add(() => browser.close());
  proofs = typeof browser === 'string' ? ['oidc'] : ['oidc', 'passkey'];
  const others = ['deploy-robot-2', 'deploy-robot-3'];
  stage = await Stage.raise(
    { clocks: HURRIED, others, ...(typeof browser === 'string' ? {} : { browser }) },
    teardown,
  );
  const { connection, namespace } = await connect({ address: stage.temporal.address });
  teardown.add(() => connection.close());
  client = new Client({ connection, namespace });
  [victim, bystander] = stage.others as [Workload, Workload];
  told = await story(stage, narrator, {
    answering: scripted(stage, narrator),
    silence: true,
    proofs,
  });
}, 160_000);
afterAll(() => teardown.run());

/** Through the command line, as any other alert. */
async function opened(alert: Record<string, unknown>, name: string): Promise<{ incident: string }> {
  const file = path.join(stage.folder, name);
  await writeFile(file, JSON.stringify(alert));
  const ran = await stage.custody(['open', file, '--json']);
  output.push(ran.out, ran.err);
  expect(ran).toMatchObject({ code: 0 });
  return JSON.parse(ran.out) as { incident: string };
}

const viewOnce = (workflowId: string, ready: (view: IncidentView) => boolean): Promise<IncidentView> =>
  vi.waitFor(
    async () => {
      const { view } = await stage.client.incident(workflowId);
      expect(ready(view)).toBe(true);
      return view;
    },
    { timeout: 20_000, interval: 200 },
  );

describe('the story of the demo', () => {
  it('is observed as it is told', async () => {
    const { estate } = stage;
    const standing = await standingOf(estate, estate);
    const made = claims({ told, standing, stolenKeyId: estate.stolenKey.accessKeyId });
    expect(made.filter(({ holds }) => !holds)).toEqual([]);
    expect(made).toHaveLength(12);
  });

  it('is not believed without its evidence', async () => {
    const { estate } = stage;
    const nothing: Told = {
      ...told,
      thief: [],
      service: [],
      notices: [],
      events: [],
      verified: { code: 7, out: '', err: '', proved: null },
    };
    const made = claims({
      told: nothing,
      standing: { keys: {}, policies: [] },
      stolenKeyId: estate.stolenKey.accessKeyId,
    });
    expect(made.filter(({ holds }) => holds)).toEqual([]);
  });

  it('is decided by logins, each with the digest of its statement, and one passkey', () => {
    const words = wordsOfPeople(told.events);
    const votes = words.filter(({ message }) => message === 'assess' || message === 'decide');
    expect(votes.map(({ person, by }) => [person, by])).toEqual([
      ['erin', 'oidc'],
      ['ivo', 'oidc'],
      ['ivo', proofs.at(-1)],
      ['olga', 'oidc'],
    ]);
    expect(words.filter(({ bound, by }) => !bound || by === 'key')).toEqual([]);
    // The provider had been stopped: its keys are in the record.
    expect(told.verified).toMatchObject({ code: 0, out: expect.stringContaining(' holds: ') });
  });

  it('is decided by nobody whose login was for something else', () => {
    const moved = told.events.map((event) => {
      const text = JSON.stringify(event);
      const [, token = ''] = /"idToken":"([^"]+)"/.exec(text) ?? [];
      const [head = '', body = '', end = ''] = token.split('.');
      const claims = Buffer.from(body, 'base64url')
        .toString()
        .replace(/"nonce":"./, '"nonce":"!');
      const bent = [head, Buffer.from(claims).toString('base64url'), end].join('.');
      return JSON.parse(text.replace(token, token === '' ? '' : bent)) as (typeof told.events)[number];
    });
    const unbound = wordsOfPeople(moved).filter(({ bound }) => !bound);
    expect(unbound).toHaveLength(wordsOfPeople(told.events).filter(({ by }) => by === 'oidc').length);
    const { estate } = stage;
    const made = claims({
      told: { ...told, events: moved },
      standing: { keys: {}, policies: [] },
      stolenKeyId: estate.stolenKey.accessKeyId,
    });
    expect(made.find(({ says }) => says.startsWith("People's words"))).toMatchObject({ holds: false });
  });

  it('costs what its history says', async () => {
    const { events, actions } = costOf(await client.workflow.getHandle(told.workflowId).fetchHistory());
    expect(events).toBeGreaterThan(100);
    expect(actions).toBeLessThan(events / 2);
    console.log(`the incident's cost on Temporal: ${events} events, ${actions} actions`);
  });
});

describe('alerts that come by other ways', () => {
  it('a lone key is found to belong to its user, whose incident gets the alert', async () => {
    const { incident } = await opened(exposedKey(bystander, new Date()), 'health.json');
    expect(incident).toBe(`incident/aws/${ACCOUNT}/access-key/${bystander.stolenKey.accessKeyId}`);
    const ended = (await client.workflow.getHandle(incident).result()) as Ended;
    expect(ended).toMatchObject({ outcome: 'forwarded', to: keyOf(identityOf(bystander)) });
    const { view } = await stage.client.incident(workflowIdOf(identityOf(bystander)));
    expect(view.detections).toMatchObject({ count: 1, sources: ['aws-health'] });
  });

  it('a plain start under another id goes to the right incident', async () => {
    const detection = {
      format: 'custody/detection/1',
      source: 'our-soar',
      sourceId: 'case-4711',
      updatedAt: '2026-11-24T03:12:00Z',
      provider: 'aws',
      accountId: ACCOUNT,
      identityKind: 'aws-iam-user',
      identityRef: bystander.user,
      credentialId: bystander.stolenKey.accessKeyId,
      severity: 'high',
    };
    const handle = await client.workflow.start(WORKFLOW_TYPE, {
      workflowId: 'soar/case-4711',
      taskQueue: TASK_QUEUE,
      args: [{ detection }],
    });
    expect(await handle.result()).toMatchObject({ outcome: 'forwarded', to: keyOf(identityOf(bystander)) });
    const { view } = await stage.client.incident(workflowIdOf(identityOf(bystander)));
    expect(view.detections).toMatchObject({ count: 2, sources: ['aws-health', 'our-soar'] });
  });
});

describe('an orchestrator that lies to a running executor', () => {
  let lie: (verb: 'apply' | 'undo', order: Order) => Promise<Answer>;
  let approved: Plan;
  let theirs: Plan;

  beforeAll(async () => {
    const connection = await NativeConnection.connect({ address: stage.temporal.address });
    teardown.add(() => connection.close());
    const workflowsPath = fileURLToPath(new URL('./liar.workflow.ts', import.meta.url));
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
    const worker = await Worker.create({ connection, taskQueue: 'liar', workflowBundle });
    const running = worker.run();
    teardown.add(async () => {
      worker.shutdown();
      await running;
    });
    let lies = 0;
    lie = (verb, order) => {
      lies += 1;
      return client.workflow.execute<typeof liar>('liar', {
        workflowId: `liar-${lies}`,
        taskQueue: 'liar',
        args: ['identity-aws', verb, order],
      });
    };
    await opened(guardDutyFinding(victim, new Date()), 'victim.json');
    const view = await viewOnce(workflowIdOf(identityOf(victim)), ({ plans }) => plans.length > 0);
    theirs = view.plans[0]?.plan as Plan;
    approved = told.view.plans[0]?.plan as Plan;
  });

  const decisions = (): Saying[] =>
    all(told, 'voted')
      .filter(({ data }) => /^(risk|act)-/.test(data.gate))
      .flatMap(({ data }) => data.saying ?? []);
  const sights = (): Saying[] => all(told, 'checked').map(({ data }) => data.saying);

  const orderOf = (plan: Plan, step: string, more: Partial<Order> = {}): Order => ({
    id: 'order-1',
    incident: plan.incident,
    firstRun: plan.firstRun,
    plan,
    step,
    decisions: [],
    results: [],
    head: '0'.repeat(64),
    orderedAt: instant(Date.now()),
    ...more,
  });

  /** One step of the plan, bent. */
  const bent = (plan: Plan, id: string, change: Partial<Plan['steps'][number]>): Plan => ({
    ...plan,
    steps: plan.steps.map((step) => (step.id === id ? { ...step, ...change } : step)),
  });

  it('is obeyed where the warrant is good, so its way to the executor works', async () => {
    const answer = await lie('apply', orderOf(approved, 's2', { decisions: decisions() }));
    expect(answer).toHaveProperty('done.proof.type', 'key');
  });

  const lies: [name: string, verb: 'apply' | 'undo', order: () => Order, check: string][] = [
    ['without any decision', 'apply', () => orderOf(theirs, 's1'), 'quorumIsMet'],
    [
      'with one of the two votes',
      'apply',
      () => orderOf(approved, 's2', { decisions: decisions().slice(0, 1) }),
      'quorumIsMet',
    ],
    [
      'with the decisions of another incident',
      'apply',
      () => orderOf(theirs, 's1', { decisions: decisions() }),
      'decisionsAreOfThisIncident',
    ],
    [
      'with an approved plan that was aimed at another user',
      'apply',
      () =>
        orderOf(bent(approved, 's1', { target: { userName: victim.user } }), 's1', {
          decisions: decisions(),
        }),
      'decisionsNameThisPlan',
    ],
    [
      'with an approved plan, a limit of which was moved',
      'apply',
      () =>
        orderOf(bent(approved, 's2', { notAfter: '2099-01-01T00:00:00.000Z' }), 's2', {
          decisions: decisions(),
        }),
      'decisionsNameThisPlan',
    ],
    [
      'to lift a restriction of which no checker said that it may be lifted',
      'undo',
      // By the order's own id, as if its answer had been lost.
      () => orderOf(approved, 's4', { id: 'order-4', decisions: decisions() }),
      'containmentIsSeenBeforeLifting',
    ],
    [
      'to lift again what was lifted',
      'undo',
      () => orderOf(approved, 's4', { decisions: decisions(), results: sights() }),
      'warrantIsNotUsedUp',
    ],
    [
      'to let the sessions live before their 36 hours are over',
      'undo',
      () => orderOf(approved, 's7', { decisions: decisions(), results: sights() }),
      'waitIsOver',
    ],
    [
      'to delete a key for good on the votes for the cut',
      'apply',
      () => orderOf(approved, 's6', { decisions: decisions() }),
      'quorumIsMet',
    ],
  ];

  it.each(lies)('is refused %s, and the cloud stays as it was', async (_, verb, order, check) => {
    const { estate } = stage;
    const standings = () => Promise.all([estate, victim].map((one) => standingOf(estate, one)));
    const before = await standings();
    expect(await lie(verb, order())).toEqual({ refused: expect.stringContaining(`(${check})`) });
    expect(await standings()).toEqual(before);
    expect(before[1]).toEqual({
      keys: { [victim.stolenKey.accessKeyId]: 'Active' },
      policies: [`${victim.user}-policy`],
    });
  });

  it('leaves every refusal in the own log of the executor', async () => {
    const log = await readFile(path.join(stage.logs, 'executor-identity.log'), 'utf8');
    expect(log.split('\n').filter((line) => line.includes('"verdict":"refused"'))).toHaveLength(lies.length);
  });
});

describe('the audit logs', () => {
  const auditOf = (name: string) => path.join(stage.folder, 'audit', `${name}.jsonl`);
  const entriesOf = async (name: string) =>
    (await readFile(auditOf(name), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { entry: AuditEntry }).entry);

  it.each(['orchestrator', 'identity-aws', 'owner-aws'])('of %s holds', async (name) => {
    const { code, out } = await stage.custody(['audit', 'verify', auditOf(name)]);
    expect([code, out]).toEqual([0, expect.stringContaining('The audit log holds')]);
  });

  it('have every order that was carried out, with those who approved it, and every lie by its check', async () => {
    const entries = await entriesOf('identity-aws');
    const acted = entries.filter(({ verdict }) => verdict === 'acted');
    expect(acted.length).toBeGreaterThanOrEqual(5);
    expect(acted.every(({ who }) => who !== null && who.split(', ').length >= 2)).toBe(true);
    const refused = entries.filter(({ from }) => from?.startsWith('liar-')).map(({ code }) => code);
    expect(refused.filter((code) => code !== 'ok')).toHaveLength(9);
  });

  it('have every vote, as the judge proved it and as the incident took it', async () => {
    const votes = (await entriesOf('orchestrator')).filter(({ message }) => message === 'decide');
    const [judged, taken] = [
      votes.filter(({ stage: at }) => at === 'judge'),
      votes.filter(({ stage: at }) => at === 'incident'),
    ];
    expect(taken.length).toBeGreaterThan(0);
    expect(judged.every(({ proof }) => proof === 'signed' || proof === 'present')).toBe(true);
    expect(new Set(taken.map(({ id }) => id))).toEqual(new Set(judged.map(({ id }) => id)));
  });
});

describe('secrets', () => {
  const everySecret = async (): Promise<string[]> => {
    const { estate, others, staff } = stage;
    const { stolenKey, service, executors, checker } = estate;
    const fresh = await keyInSecret(estate, estate);
    expect(fresh.accessKeyId).not.toBe(stolenKey.accessKeyId);
    const holders = [stolenKey, service, executors.identity, executors.owner, checker, fresh];
    const credentials = [...holders, ...others.flatMap((one) => [one.stolenKey, one.service])];
    return [...credentials.map(({ secretAccessKey }) => secretAccessKey), ...staff.secrets];
  };

  it('are in no history, log, notice, record or output', async () => {
    const secrets = await everySecret();
    expect(new Set(secrets).size).toBeGreaterThanOrEqual(26);
    const left = (await filesIn(stage.folder)).filter(
      ({ name }) => !name.startsWith(path.join(stage.folder, 'keys')),
    );
    const past = await historiesOf(client);
    expect(past.length).toBeGreaterThanOrEqual(14);
    expect(left.map(({ name }) => path.basename(name))).toEqual(
      expect.arrayContaining(['notices.jsonl', 'record.jsonl', 'orchestrator.log', 'executor-owner.log']),
    );
    const places = [...past, ...left, { name: 'output', bytes: Buffer.from(output.join('')) }];
    expect(found(secrets, places)).toEqual([]);
  });

  it('would be found in whatever form, so that the search above means something', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
    const inside = (text: string) => ({ name: 'here', bytes: Buffer.from(text) });
    const hidden = [0, 1, 2, 3].map((n) => JSON.stringify({ ['x'.repeat(n)]: secret, after: n }));
    const forms = [
      ...hidden,
      ...hidden.map((text) => Buffer.from(text).toString('base64')),
      ...hidden.map((text) => Buffer.from(text).toString('base64url')),
      ...hidden.map((text) => Buffer.from(text).toString('hex')),
      `?key=${encodeURIComponent(secret)}`,
    ];
    for (const form of forms) expect(found([secret], [inside(form)])).toEqual(['here: wJal…']);
    expect(
      found([secret], [inside('wJalrXUtnFEMI'), inside(Buffer.from('another').toString('base64'))]),
    ).toEqual([]);
  });
});
