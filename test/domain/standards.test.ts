// The frameworks' tables against the frameworks, the mapping against the house, and what is (not) evidence of what.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadFolder } from '../../authority/folder.ts';
import { factSchema } from '../../domain/detection/detection.schema.ts';
import type { FollowUpKind } from '../../domain/follow-up/follow-up.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';
import { ALERT_OUTCOMES } from '../../domain/standards/alerts.ts';
import { coveredBy, coveredTogether } from '../../domain/standards/coverage.ts';
import { evidencedBy } from '../../domain/standards/evidence.ts';
import { FACT_OUTCOMES } from '../../domain/standards/facts.ts';
import { FRAMEWORK_NAMES, FRAMEWORKS, listed, type Outcomes } from '../../domain/standards/frameworks.ts';
import { GATE_OUTCOMES } from '../../domain/standards/gates.ts';
import { FOLLOW_UP_END_OUTCOMES, FOLLOW_UP_OUTCOMES } from '../../domain/standards/follow-ups.ts';
import { BY_HAND_OUTCOMES, KIND_OUTCOMES } from '../../domain/standards/kinds.ts';
import {
  CONTAINED,
  LINE_OUTCOMES,
  RECOVERED,
  SET_ASIDE,
  TOLD_IN_RECOVERY,
} from '../../domain/standards/lines.ts';
import { PHASE_OUTCOMES } from '../../domain/standards/phases.ts';
import { EVENT_TYPES } from '../../domain/incident/evolve/evolve.ts';
import { awsProvider } from '../../providers/aws/provider.ts';
import { connect } from '../../providers/postgres/cluster.ts';
import { postgresProvider } from '../../providers/postgres/provider.ts';
import { event, type IncidentEvent } from '../../domain/incident/event.ts';
import { detection, discovery, rules, START, World } from './incident/world.ts';
import { carried, recordOf } from './standards-courses.ts';

const root = path.resolve(import.meta.dirname, '../..');

const everything: Outcomes[] = [
  ...Object.values(FACT_OUTCOMES),
  ...Object.values(GATE_OUTCOMES),
  ...Object.values(PHASE_OUTCOMES),
  ...Object.values(KIND_OUTCOMES).flatMap(({ apply, undo }) => [apply, undo ?? {}]),
  ...Object.values(BY_HAND_OUTCOMES),
  ...Object.values(FOLLOW_UP_OUTCOMES),
  ...Object.values(FOLLOW_UP_END_OUTCOMES),
  ...ALERT_OUTCOMES.map(({ outcomes }) => outcomes),
  ...Object.values(LINE_OUTCOMES),
  CONTAINED,
  RECOVERED,
  TOLD_IN_RECOVERY,
  SET_ASIDE,
];

/** `framework id` of what an incident is evidence of, with the sequence numbers. */
const evidenced = (events: readonly RecordedEvent[]): Record<string, number[]> =>
  Object.fromEntries(
    evidencedBy(events).map(({ framework, id, lines }) => [
      `${framework} ${id}`,
      lines.map(({ seq }) => seq),
    ]),
  );

const SAID = { person: 'sam', assurance: 'signed', saying: null, jti: 'x'.repeat(16), exp: 1 } as const;
const ASSESSED = {
  ...SAID,
  verdict: null,
  impact: null,
  touched: [],
  priority: null,
  level: null,
  facts: [],
  owner: null,
  strategy: null,
  reason: 'x',
};

/** What these lines alone add, after an incident's opening. */
function added(...more: IncidentEvent[]): string[] {
  const world = new World();
  const events = recordOf({ events: [...world.events, ...more.map((one) => ({ ...one, at: world.now }))] });
  const first = events.length - more.length;
  return Object.entries(evidenced(events))
    .filter(([, lines]) => lines.some((seq) => seq > first))
    .map(([name]) => name)
    .toSorted();
}

const followUpsFound = (...kinds: FollowUpKind[]) =>
  event('followUpsFound', {
    followUps: kinds.map((kind, i) => ({
      id: `follow-up-${i + 1}`,
      kind,
      says: kind,
      party: 'soc',
      due: START,
    })),
    said: null,
  });

const seqOf = (events: readonly RecordedEvent[], type: string): number[] =>
  events.filter((event) => event.type === type).map(({ seq }) => seq);

describe('the tables', () => {
  test('every outcome that is listed is named somewhere, and every one that is named is listed', () => {
    const named = new Set(everything.flatMap(listed).map(({ framework, id }) => `${framework} ${id}`));
    const tabled = FRAMEWORK_NAMES.flatMap((name) =>
      Object.keys(FRAMEWORKS[name].says).map((id) => `${name} ${id}`),
    );
    // Nothing stands in a table for show.
    expect([...named].toSorted()).toEqual(tabled.toSorted());
  });

  test('ids have the form that each framework gives them', () => {
    const forms = {
      csf: /^(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d$/,
      nhi: /^NHI([1-9]|10)$/,
      aiRmf: /^(GOVERN|MAP|MEASURE|MANAGE) \d\.\d{1,2}$/,
      d3fend: /^D3-[A-Z]{2,5}$/,
      attack: /^T\d{4}(\.\d{3})?$/,
    };
    for (const name of FRAMEWORK_NAMES)
      for (const [id, says] of Object.entries(FRAMEWORKS[name].says)) {
        expect(id).toMatch(forms[name]);
        expect(says).toMatch(/^[A-Z].+[^.]$/);
      }
  });

  test('no outcome of CSF 1.1 that was withdrawn, none of ATT&CK that was renumbered', () => {
    const gone = ['RS.CO-01', 'RS.CO-04', 'RS.CO-05', 'RS.RP-01', 'RS.AN-01', 'RS.MI-03', 'T1562.008'];
    const ids = FRAMEWORK_NAMES.flatMap((name) => Object.keys(FRAMEWORKS[name].says));
    expect(ids.filter((id) => gone.includes(id))).toEqual([]);
  });

  /** Of every plane that is there. */
  const everyKind = () => ({
    ...awsProvider({ account: '123456789012', region: 'us-east-1' }).kinds,
    ...postgresProvider(
      connect({
        name: 'orders-db',
        url: 'postgres://custody@localhost/postgres',
        secret: () => {
          throw new Error('no kind asks for a secret before it is used');
        },
      }),
    ).kinds,
  });

  test('every fact, every credential kind and only events that exist', () => {
    expect(Object.keys(FACT_OUTCOMES).toSorted()).toEqual([...factSchema.shape.fact.options].toSorted());
    const kinds = everyKind();
    expect(Object.keys(KIND_OUTCOMES).toSorted()).toEqual(Object.keys(kinds).toSorted());
    expect(Object.keys(LINE_OUTCOMES).filter((type) => !EVENT_TYPES.includes(type))).toEqual([]);
  });

  test('a kind has an undo here exactly where its provider has one', () => {
    const kinds = everyKind();
    for (const [name, { undo }] of Object.entries(KIND_OUTCOMES))
      expect(undo !== undefined, name).toBe(kinds[name]?.reversibility === 'reversible');
  });
});

interface Reference {
  owasp_nhi_2025: Record<string, string>;
  csf_2_0: Record<string, string>;
  csf_withdrawn: Record<string, string[]>;
  ai_rmf_1_0: string[];
  d3fend_1_2_0: Record<string, string>;
  attack: { version_now: string; ids: string[]; renumbered: Record<string, string> };
}

const folder = process.env.CUSTODY_STANDARDS;

describe.skipIf(folder === undefined)('the frameworks as CUSTODY_STANDARDS has them', () => {
  const read = () =>
    JSON.parse(readFileSync(path.join(folder ?? '', 'frameworks.json'), 'utf8')) as Reference;
  const says = (name: keyof typeof FRAMEWORKS) => Object.entries(FRAMEWORKS[name].says);

  test('CSF: ids and wording of Respond and Recover', () => {
    const { csf_2_0, csf_withdrawn } = read();
    // The reference holds these two functions; of the others, only what a withdrawn one became.
    const ours = says('csf').filter(([id]) => /^R[SC]\./.test(id));
    expect(ours.length).toBeGreaterThan(15);
    expect(ours.filter(([id, text]) => csf_2_0[id] !== text)).toEqual([]);
    expect(says('csf').filter(([id]) => id in csf_withdrawn)).toEqual([]);
  });

  test('OWASP NHI: ids and titles', () => {
    const { owasp_nhi_2025 } = read();
    expect(says('nhi').filter(([id, title]) => owasp_nhi_2025[id] !== title)).toEqual([]);
  });

  test('AI RMF: ids', () => {
    const { ai_rmf_1_0 } = read();
    expect(says('aiRmf').filter(([id]) => !ai_rmf_1_0.includes(id))).toEqual([]);
  });

  test('D3FEND: ids and names', () => {
    const { d3fend_1_2_0 } = read();
    expect(says('d3fend').filter(([id, name]) => d3fend_1_2_0[name.replaceAll(' ', '')] !== id)).toEqual([]);
  });

  test('ATT&CK: ids and version', () => {
    const { attack } = read();
    expect(says('attack').filter(([id]) => !attack.ids.includes(id) || id in attack.renumbered)).toEqual([]);
    expect(attack.version_now.startsWith(FRAMEWORKS.attack.edition)).toBe(true);
  });
});

describe('what a record is evidence of', () => {
  test('the whole way: each act by the line in which it was seen', () => {
    const events = recordOf(carried());
    const found = evidenced(events);
    const [cut = 0, lifted = 0, replaced = 0, deleted = 0, last = 0] = seqOf(events, 'stepSeen');
    expect(found['csf RS.MI-01']).toEqual([cut, ...seqOf(events, 'contained')]);
    expect(found['csf RS.MI-02']).toEqual([deleted]);
    expect(found['csf RC.RP-05']).toEqual([...seqOf(events, 'attested'), ...seqOf(events, 'recovered')]);
    expect(found['csf RC.RP-06']).toEqual(seqOf(events, 'closed'));
    expect(found['csf RC.RP-02']).toEqual([lifted, replaced, last]);
    expect(found['d3fend D3-AL']).toEqual([cut]);
    expect(found['d3fend D3-ULA']).toEqual([lifted]);
    expect(found['d3fend D3-RIC']).toEqual([replaced]);
    expect(found['nhi NHI1']).toEqual([deleted]);
    expect(found['attack T1078.004']).toEqual([1]);
    expect(Object.keys(found).filter((name) => name.startsWith('aiRmf'))).toEqual([]);
    expect(seqOf(events, 'stepApplied').every((seq) => found['csf RS.AN-06']?.includes(seq))).toBe(true);
  });

  test('it says why, once a line', () => {
    const events = recordOf(carried());
    const contained = evidencedBy(events).find(({ id }) => id === 'RS.MI-01');
    expect(contained?.says).toBe('Incidents are contained');
    expect(contained?.lines[0]?.because).toBe(
      'step s1 (aws/quarantine) was seen; step s2 (aws/no-sessions) was seen; step s3 (aws/access-key) was seen',
    );
    for (const { lines } of evidencedBy(events))
      expect(new Set(lines.map(({ seq }) => seq)).size).toBe(lines.length);
  });

  test('a step that was applied and not seen is no containment', () => {
    const world = new World().look();
    world.assess();
    world.approve();
    for (let step = 0; step < 3; step++) world.applied();
    const found = evidenced(recordOf(world));
    expect(found['csf RS.AN-06']).toHaveLength(3);
    expect(found['csf RS.MI-01']).toBeUndefined();
    expect(found['d3fend D3-AL']).toBeUndefined();
  });

  test.each(['A drill takes no step.', 'Observed: this class takes no step yet.'])(
    'what went on without an act is evidence of none: %s',
    (why) => {
      const world = new World().look();
      world.assess();
      world.approve();
      const steps = world.incident.approved?.plan.steps ?? [];
      const events = recordOf({
        events: [
          ...world.events.filter(({ type }) => type !== 'ordered'),
          ...steps.map(({ id }) => ({ ...event('stepSkipped', { step: id, why }), at: world.now })),
          { ...event('contained', {}), at: world.now },
          { ...event('recovered', {}), at: world.now },
        ],
      });
      const found = Object.keys(evidenced(events));
      expect(found).toContain('csf RS.MA-02');
      for (const id of ['csf RS.MI-01', 'csf RC.RP-05', 'd3fend D3-AL', 'd3fend D3-ST', 'd3fend D3-CR'])
        expect(found).not.toContain(id);
    },
  );

  test('a false positive that is closed is triage, and no end of a recovery', () => {
    const world = new World().look();
    const body = { verdict: 'falsePositive', impact: 'none', reason: 'our own test' };
    world.say('assess', 'sam', { answers: world.gate('risk'), body });
    world.approve('lee', 'close');
    const events = recordOf(world);
    const found = evidenced(events);
    expect(events.at(-1)).toMatchObject({ type: 'closed', data: { as: 'falsePositive' } });
    expect(found['csf RS.MA-02']).toContain(events.length);
    expect(found['csf RC.RP-06']).toBeUndefined();
  });

  test.each([
    [
      'a key in public',
      { classification: [{ fact: 'externallyExposed', value: true, evidence: '$.x' }] },
      ['attack T1552', 'nhi NHI2', 'nhi NHI7'],
    ],
    ['a session', { credentialId: 'ASIAIOSFODNN7SESSION' }, ['attack T1078.004', 'attack T1550.001']],
    [
      'a third party',
      { classification: [{ fact: 'thirdParty', value: true, evidence: '$.x' }] },
      ['attack T1078.004', 'attack T1199', 'nhi NHI3', 'nhi NHI7'],
    ],
    [
      'no third party',
      { classification: [{ fact: 'thirdParty', value: false, evidence: '$.x' }] },
      ['attack T1078.004', 'nhi NHI7'],
    ],
    ['a person', { classification: [{ fact: 'human', value: true, evidence: '$.x' }] }, ['attack T1078.004']],
    ['another provider', { provider: 'okta', credentialId: null }, []],
  ] as const)('what an alert shows: %s', (_, change, shown) => {
    const found = Object.keys(evidenced(recordOf(new World(detection(change as never)))));
    expect(found.filter((name) => !name.startsWith('csf')).toSorted()).toEqual([...shown].toSorted());
  });

  test('of an agent, the AI framework too: from the first line, although a later one says so', () => {
    const known = { ...discovery, facts: [{ fact: 'agent', value: true, evidence: 'tag' }] };
    const world = new World().look(rules(), known);
    const found = evidenced(recordOf(world));
    const events = recordOf(world);
    expect(found['aiRmf GOVERN 2.1']).toEqual([
      ...seqOf(events, 'rulesResolved'),
      ...seqOf(events, 'discovered'),
    ]);
    expect(found['aiRmf MANAGE 2.4']).toEqual(seqOf(events, 'discovered'));
  });

  test.each<[what: string, line: IncidentEvent, shows: string[]]>([
    ['a verdict', event('assessed', { ...ASSESSED, verdict: 'incident' }), ['csf RS.MA-02']],
    ['an impact', event('assessed', { ...ASSESSED, impact: 'none' }), ['csf RS.AN-08']],
    ['what was touched', event('assessed', { ...ASSESSED, touched: ['a bucket'] }), ['csf RS.AN-08']],
    ['a priority', event('assessed', { ...ASSESSED, priority: 'p1' }), ['csf RS.MA-03']],
    ['a level', event('assessed', { ...ASSESSED, level: 'low' }), ['csf RS.MA-03']],
    ['an owner', event('assessed', { ...ASSESSED, owner: 'platform' }), ['csf GV.RR-02']],
    ['nothing', event('assessed', ASSESSED), []],
    ['the first time', event('recalled', { earlier: null, unknown: null }), []],
    [
      'attacked before',
      event('recalled', {
        earlier: { firstRun: 'r', head: 'h', closedAs: 'resolved', closedAt: START, count: 1 },
        unknown: null,
      }),
      ['csf RS.AN-03'],
    ],
    ['permissions', event('preflighted', { executor: 'e', missing: [], unknown: null }), ['csf PR.AA-05']],
    ['permissions unknown', event('preflighted', { executor: 'e', missing: [], unknown: 'x' }), []],
    ['a static key', followUpsFound('static-key'), ['csf ID.IM-03', 'csf ID.RA-01', 'nhi NHI7']],
    ['no rotation', followUpsFound('no-rotation'), ['csf ID.IM-03', 'csf ID.RA-01', 'nhi NHI7']],
    [
      'over-privileged',
      followUpsFound('over-privileged'),
      ['csf ID.IM-03', 'csf ID.RA-01', 'csf PR.AA-05', 'nhi NHI5'],
    ],
    ['no owner', followUpsFound('no-owner'), ['csf GV.RR-02', 'csf ID.IM-03', 'csf ID.RA-01']],
    ['a way back', followUpsFound('way-back'), ['csf ID.IM-03', 'csf ID.RA-01', 'csf RS.AN-03']],
    ['exposed', followUpsFound('exposure'), ['attack T1552', 'csf ID.IM-03', 'csf ID.RA-01', 'nhi NHI2']],
    [
      'a follow-up done',
      event('followUpEnded', { id: 'f', as: 'done', ticket: null, reason: 'x', person: 'p', said: null }),
      ['csf ID.RA-06'],
    ],
    [
      'a follow-up waived',
      event('followUpEnded', { id: 'f', as: 'waived', ticket: null, reason: 'x', person: 'p', said: null }),
      ['csf ID.RA-07'],
    ],
    ['lowered', event('gateMet', { gate: 'lower-1', name: 'lower' }), ['csf ID.RA-07']],
    ['waived', event('gateMet', { gate: 'waive-1', name: 'waive' }), ['csf ID.RA-07']],
    ['a hard deadline', event('deadlineCame', { steps: ['s1'], due: START }), ['csf RS.MA-04']],
    [
      'somebody outside still has it',
      event('inwardTold', { to: 'soc', due: START, times: 1 }),
      ['csf GV.SC-08', 'csf RS.CO-03'],
    ],
    [
      'a plan that changed',
      event('planChanged', { plan: 'a', suspects: [], why: 'x' }),
      ['csf DE.AE-02', 'csf ID.RA-07'],
    ],
    [
      'done by hand, and not yet confirmed',
      event('doneByHand', { ...SAID, step: 's1', reason: 'x' }),
      ['csf RS.AN-06'],
    ],
  ])('what later lines show: %s', (_, line, shows) => expect(added(line)).toEqual(shows));

  test('a step by hand is contained by the word of another person who looked', () => {
    const world = new World().look();
    world.assess();
    world.approve();
    const [containing] = world.incident.approved?.plan.steps ?? [];
    if (containing === undefined) throw new Error('a plan is approved');
    const line = (type: 'doneByHand' | 'confirmedByHand' | 'notDoneByHand') => ({
      ...event(type, { ...SAID, step: containing.id, reason: 'x' }),
      at: world.now,
    });
    const withLines = (...lines: ReturnType<typeof line>[]) =>
      evidenced(recordOf({ events: [...world.events, ...lines] }));
    expect(withLines(line('doneByHand'), line('notDoneByHand'))['csf RS.MI-01']).toBeUndefined();
    const last = world.events.length + 2;
    expect(withLines(line('doneByHand'), line('confirmedByHand'))['csf RS.MI-01']).toEqual([last]);
  });

  test('lines of a later custody are passed over', () => {
    const events = recordOf(new World());
    const strange = { seq: 99, at: START, type: 'toString', data: {}, prev: '', hash: '' };
    expect(evidencedBy([...events, strange])).toEqual(evidencedBy(events));
  });

  test('the kept records of released versions', () => {
    const kept = path.join(root, 'test/replay/0.1.0/main-path.record.jsonl');
    expect(existsSync(kept)).toBe(true);
    const events = readFileSync(kept, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedEvent)
      .filter(({ type }) => type !== undefined);
    expect(evidenced(events)).toMatchObject({ 'csf RS.MI-01': [36, 37], 'csf RC.RP-06': [80] });
  });
});

describe('what a runbook has a part in', () => {
  test('the default runbook, class by class', async () => {
    const { runbook } = await loadFolder(path.join(root, 'runbooks/default'));
    const classes = coveredBy(runbook);
    expect(classes.map((one) => one.class)).toEqual(runbook.classes.map(({ name }) => name));
    const of = (name: string) =>
      new Map(
        classes
          .find((one) => one.class === name)
          ?.covers.map(({ framework, id, by }) => [`${framework} ${id}`, by]),
      );
    expect(of('ci-cd').get('nhi NHI6')).toEqual(['the class asks for ciCd']);
    expect(of('standard').get('nhi NHI6')).toBeUndefined();
    expect(of('privileged').get('nhi NHI5')).toEqual(['the class asks for privileged']);
    expect(of('standard').get('csf DE.AE-08')).toEqual(['gate risk']);
    expect(of('standard').get('d3fend D3-RIC')).toEqual(['step aws/access-key-replacement by owner-aws']);
    expect(of('standard').get('d3fend D3-ULA')).toEqual([
      'undo of aws/quarantine by identity-aws',
      'undo of aws/role-quarantine by identity-aws',
    ]);
    expect(of('standard').get('csf ID.RA-07')).toEqual([
      'gate pause',
      'gate lower',
      'gate waive',
      'gate undo',
    ]);
    expect(of('standard').get('csf ID.IM-03')).toEqual(['follow-ups']);
    const together = coveredTogether(classes);
    expect(together.find(({ id }) => id === 'RS.MI-01')?.by).toEqual(classes.map((one) => one.class));
  });

  test('a kind that is kept apart is the part of its own executor alone', async () => {
    const { runbook } = await loadFolder(path.join(root, 'runbooks/default'));
    const identity = runbook.executors['identity-aws'];
    if (identity === undefined) throw new Error('the default runbook has an executor that cuts');
    const executors = { ...runbook.executors, sessions: { ...identity, kinds: ['aws/no-sessions'] } };
    const covers = coveredBy({ ...runbook, executors }).find((one) => one.class === 'standard')?.covers;
    const by = covers?.flatMap((one) => one.by) ?? [];
    expect(by).toContain('step aws/no-sessions by sessions');
    expect(by).toContain('step aws/quarantine by identity-aws');
    expect(by).not.toContain('step aws/no-sessions by identity-aws');
    expect(by).not.toContain('step aws/quarantine by sessions');
  });

  test('a class that only observes takes no step; one of agents has the AI framework; one of people no NHI', async () => {
    const { runbook } = await loadFolder(path.join(root, 'runbooks/small'));
    const [only] = runbook.classes;
    if (only === undefined) throw new Error('the small runbook has a class');
    const ids = (change: Partial<typeof only>) =>
      coveredBy({ ...runbook, classes: [{ ...only, ...change }] })[0]?.covers.map(
        ({ framework, id }) => `${framework} ${id}`,
      ) ?? [];
    expect(ids({ mode: 'ask' })).toEqual(
      expect.arrayContaining(['d3fend D3-AL', 'csf RS.MI-01', 'nhi NHI7']),
    );
    const observing = ids({ mode: 'observe' });
    expect(observing).toContain('csf RS.MA-02');
    expect(observing.filter((one) => /D3-AL|D3-CR|RS\.MI|RC\.RP-05/.test(one))).toEqual([]);
    expect(ids({ mode: 'ask' }).filter((one) => one.startsWith('aiRmf'))).toEqual([]);
    expect(ids({ when: { agent: true } })).toEqual(
      expect.arrayContaining(['aiRmf MANAGE 2.4', 'aiRmf MANAGE 4.3']),
    );
    expect(ids({ when: { human: true } }).filter((one) => one.startsWith('nhi'))).toEqual([]);
  });

  test('what people do by hand, and an outcome that is kept while another organisation acts', async () => {
    const { runbook } = await loadFolder(path.join(root, 'runbooks/small'));
    const [only] = runbook.classes;
    if (only === undefined) throw new Error('the small runbook has a class');
    const step = { party: 'vendor', confirms: 'soc', does: 'x', undo: 'x', check: 'x' };
    const by = (change: Partial<typeof only>, id: string) =>
      coveredBy({ ...runbook, executors: {}, classes: [{ ...only, ...change }] })[0]?.covers.find(
        (one) => one.id === id,
      )?.by;
    const byHand: typeof only.byHand = [{ ...step, phase: 'containment' }];
    expect(by({ byHand }, 'RS.MI-01')).toEqual(['by hand by vendor, confirmed by soc']);
    expect(by({ byHand, mode: 'observe' }, 'RS.MI-01')).toBeUndefined();
    const containment = { ...only.clocks.containment, inward: { party: 'soc', every: '15m' } };
    expect(by({ clocks: { ...only.clocks, containment } }, 'GV.SC-08')).toEqual([
      'phase containment, whose outcome soc keeps',
    ]);
    expect(by({}, 'GV.SC-08')).toBeUndefined();
  });

  test('without executors nothing is cut', async () => {
    const { runbook } = await loadFolder(path.join(root, 'runbooks/small'));
    const covers = coveredTogether(coveredBy({ ...runbook, executors: {} }));
    expect(covers.filter(({ id }) => id === 'RS.MI-01')).toEqual([]);
  });
});
