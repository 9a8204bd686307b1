import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExecutorFolder, readExecutorFolder } from '../../authority/executor-folder.ts';
import { loadFolder, readFolder } from '../../authority/folder.ts';
import { newKey } from '../../authority/keys.ts';
import { PolicyError } from '../../authority/policy-error.ts';
import { runbookChecks } from '../../authority/runbook-checks.ts';

const defaultFolder = path.resolve(import.meta.dirname, '../../runbooks/default');
let runbook: string;
let people: string;
let authority: string;
let folder: string;

beforeAll(async () => {
  runbook = await readFile(path.join(defaultFolder, 'runbook.yaml'), 'utf8');
  people = await readFile(path.join(defaultFolder, 'people.yaml'), 'utf8');
  authority = await readFile(path.join(defaultFolder, 'authority.cedar'), 'utf8');
  folder = await mkdtemp(path.join(tmpdir(), 'custody-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** `text` with `from` (which must be there) replaced. */
function bent(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`not in the file: ${from}`);
  return text.replace(from, to);
}

function problemsOf(
  read: () => unknown,
): readonly { file: string; line: number; column: number; says: string }[] {
  try {
    read();
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  return [];
}
const problemsIn = (texts: { runbook?: string; people?: string }) =>
  problemsOf(() =>
    readFolder({
      'runbook.yaml': texts.runbook ?? runbook,
      'people.yaml': texts.people ?? people,
      'authority.cedar': authority,
    }),
  );
const lineOf = (text: string, what: string) => text.slice(0, text.indexOf(what)).split('\n').length;

describe('the default runbook', () => {
  it('loads, with one hash over its content', async () => {
    const loaded = await loadFolder(defaultFolder);
    expect(Object.keys(loaded.runbook.parties)).toEqual([
      'soc',
      'identity',
      'platform',
      'service-owner',
      'vendor',
      'agent-platform',
    ]);
    expect(loaded.hash).toBe(createHash('sha256').update(loaded.content).digest('hex'));
    expect(JSON.parse(loaded.content)).toEqual({
      'authority.cedar': authority,
      'people.yaml': people,
      'runbook.yaml': runbook,
    });
  });

  it('has another hash when a comment changes, and the same when another file lies beside it', async () => {
    await writeFile(path.join(folder, 'runbook.yaml'), runbook);
    await writeFile(path.join(folder, 'people.yaml'), people);
    await writeFile(path.join(folder, 'authority.cedar'), authority);
    await writeFile(path.join(folder, 'README.md'), 'notes');
    const { hash } = await loadFolder(defaultFolder);
    expect((await loadFolder(folder)).hash).toBe(hash);
    await writeFile(path.join(folder, 'people.yaml'), `${people}# more\n`);
    expect((await loadFolder(folder)).hash).not.toBe(hash);
    await writeFile(path.join(folder, 'people.yaml'), people);
    await writeFile(path.join(folder, 'authority.cedar'), `${authority}// more\n`);
    expect((await loadFolder(folder)).hash).not.toBe(hash);
  });
});

describe('a folder that cannot be used', () => {
  it('names every missing file', async () => {
    await expect(loadFolder(path.join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'policyInvalid',
      problems: [{ file: 'authority.cedar' }, { file: 'people.yaml' }, { file: 'runbook.yaml' }],
    });
  });

  it('names every problem of both files at once, each at its line and column', () => {
    const badRunbook = bent(bent(runbook, 'pickUp: 2m', 'pickup: 2m'), 'aws: 60s', 'aws: soon');
    const badPeople = bent(people, 'parties: [platform]', 'parties: []');
    const problems = problemsIn({ runbook: badRunbook, people: badPeople });
    expect(problems.map(({ file, line, says }) => `${file}:${line} ${says}`)).toEqual([
      `runbook.yaml:${lineOf(badRunbook, 'aws: soon')} propagation.aws: a duration such as 90s, 15m, 36h, 2d`,
      `runbook.yaml:${lineOf(badRunbook, 'orders:')} orders.pickUp is missing: add it (string)`,
      `runbook.yaml:${lineOf(badRunbook, 'pickup: 2m')} orders.pickup: unknown key; remove it or correct its spelling`,
      expect.stringMatching(
        new RegExp(`^people.yaml:${lineOf(badPeople, 'parties: []')} people.pia.parties: `),
      ),
    ]);
    expect(problems.map(({ column }) => column)).toEqual([3, 1, 3, 5]);
  });

  it('shows file, line and column in its message, and what to do', async () => {
    await writeFile(path.join(folder, 'runbook.yaml'), bent(runbook, 'version: 1', 'version: 2'));
    await writeFile(path.join(folder, 'people.yaml'), people);
    await expect(loadFolder(folder)).rejects.toThrow(
      new RegExp(`${folder}/runbook.yaml:${lineOf(runbook, 'version: 1')}:1: version: `),
    );
  });

  it.each([
    ['broken YAML', 'version: 1', 'version: [1'],
    ['a key that stands twice', 'name: default', 'name: default\nname: other'],
    ['a tag', 'name: default', 'name: !evil default'],
    ['an alias', 'name: default\n', 'name: &a default\nversion2: *a\n'],
  ])('is refused with %s', (_, from, to) => {
    expect(problemsIn({ runbook: bent(runbook, from, to) }).length).toBeGreaterThan(0);
  });

  it('is refused with an empty file', () => {
    expect(problemsIn({ runbook: '' })).toMatchObject([{ file: 'runbook.yaml', line: 1, column: 1 }]);
  });

  it('never takes a private key into people.yaml, and does not repeat it', async () => {
    const { content } = await newKey('sam');
    const { jwk, kid, alg } = JSON.parse(content) as { jwk: { d: string }; kid: string; alg: string };
    const problems = problemsIn({
      people: bent(people, 'keys: []', `keys: [${JSON.stringify({ kid, alg, jwk })}]`),
    });
    expect(problems).toMatchObject([{ file: 'people.yaml', says: expect.stringContaining('private key') }]);
    expect(JSON.stringify(problems)).not.toContain(jwk.d);
  });
});

describe('the checks across the folder', () => {
  const twoLadders =
    '      - { do: hand-off, to: platform }           # they can at least reach somebody\n      - { do: hold }\n';
  /** [check, what, where, from, to, what it says] */
  const rows: [string, string, 'runbook' | 'people', string, string, RegExp][] = [
    [
      'socExists',
      'no SOC',
      'runbook',
      '  soc: { title: Security operations }',
      '  soc2: { title: Security operations }',
      /the party soc is missing/,
    ],
    [
      'partiesAreKnown',
      'a holder that is no party',
      'runbook',
      'containment: identity, recovery',
      'containment: identty, recovery',
      /unknown party identty/,
    ],
    [
      'partiesAreKnown',
      'a rung that tells no party',
      'runbook',
      '{ after: 2m, tell: identity }',
      '{ after: 2m, tell: identty }',
      /unknown party identty/,
    ],
    [
      'partiesAreKnown',
      'a hand-off to no party',
      'runbook',
      '{ do: hand-off, to: platform }',
      '{ do: hand-off, to: plattform }',
      /unknown party plattform/,
    ],
    [
      'partiesAreKnown',
      'an owner that is no party',
      'runbook',
      '    party: service-owner\n    secret',
      '    party: payments\n    secret',
      /unknown party payments/,
    ],
    [
      'partiesHavePeople',
      'a party without people',
      'runbook',
      '  platform: { title',
      '  payments: { title: Payments }\n  platform: { title',
      /the party payments has no people/,
    ],
    [
      'peoplesPartiesAreKnown',
      'a person of no party',
      'people',
      'parties: [platform]',
      'parties: [platform, payments]',
      /unknown party payments/,
    ],
    [
      'executorsAreMachines',
      'an executor that is no machine',
      'people',
      'identity-aws: { role: executor',
      'identity-awz: { role: orchestrator',
      /the executor identity-aws is not in people.yaml/,
    ],
    [
      'executorsAreMachines',
      'an executor of another party',
      'people',
      'identity-aws: { role: executor, party: identity',
      'identity-aws: { role: executor, party: platform',
      /of party identity here and of platform/,
    ],
    [
      'checkersAreMachines',
      'a checker that is no machine',
      'people',
      'aws: { role: checker',
      'aws: { role: detector',
      /the checker aws is not in people.yaml/,
    ],
    [
      'workingMachinesAreInTheRunbook',
      'an executor that the runbook does not list',
      'people',
      'machines:\n',
      'machines:\n  other-aws: { role: executor, party: identity }\n',
      /unknown executor other-aws/,
    ],
    [
      'executorsHaveACheckerAndATime',
      'an account that no checker covers',
      'runbook',
      "aws: { provider: aws, accounts: ['123456789012'] }",
      "aws: { provider: aws, accounts: ['999999999999'] }",
      /no checker covers aws account 123456789012/,
    ],
    [
      'executorsHaveACheckerAndATime',
      'no propagation time',
      'runbook',
      '  aws: 60s',
      '  gcp: 60s',
      /how long aws needs/,
    ],
    [
      'executorsDoNotOverlap',
      'an account that has two',
      'runbook',
      "accounts: ['123456789012']                   # your",
      "accounts: ['123456789012', '123456789012'] # your",
      /has this part in aws account/,
    ],
    [
      'executorsDoNotOverlap',
      'a kind that two keep apart',
      'runbook',
      'part: source-of-truth                        # cuts, and lifts what it cut',
      'part: source-of-truth\n    kinds: [aws/no-sessions, aws/no-sessions]',
      /has aws\/no-sessions in aws account 123456789012 already: a kind has one executor/,
    ],
    [
      'kindsAreKeptApartFromTheSourceOfTruth',
      'a kind that the owner keeps apart',
      'runbook',
      'part: owner                                  # makes',
      'part: owner\n    kinds: [aws/access-key-replacement] # makes',
      /leave `kinds` out of owner-aws/,
    ],
    [
      'kindsAreKeptApartFromTheSourceOfTruth',
      'a kind of another provider',
      'runbook',
      'part: source-of-truth                        # cuts',
      'part: source-of-truth\n    kinds: [postgres/role] # cuts',
      /postgres\/role is no kind of aws/,
    ],
    [
      'laddersAreKnown',
      'a ladder that is not there',
      'runbook',
      '{ triage: first-response, containment: containment',
      '{ triage: first, containment: containment',
      /unknown ladder first/,
    ],
    [
      'rungsClimb',
      'rungs out of order',
      'runbook',
      'after: 5m, tell: soc, person',
      'after: 30s, tell: soc, person',
      /each rung comes later/,
    ],
    [
      'rungsNamePeopleOfTheParty',
      'a rung that names somebody of another party',
      'runbook',
      'person: erin',
      'person: ivo',
      /ivo is not one of soc's people/,
    ],
    [
      'laddersEndInHold',
      'a ladder that does not end in hold',
      'runbook',
      twoLadders,
      '      - { do: hand-off, to: platform }\n',
      /the last fallback must be `do: hold`/,
    ],
    [
      'laddersEndInHold',
      'something after hold',
      'runbook',
      twoLadders,
      '      - { do: hold }\n      - { do: hold }\n',
      /nothing comes after `hold`/,
    ],
    [
      'clocksRunInOrder',
      'an act clock shorter than the acknowledge clock',
      'runbook',
      '{ acknowledge: 10m, act: 30m }',
      '{ acknowledge: 10m, act: 9m }',
      /the act clock \(9m\) is shorter/,
    ],
    [
      'strategiesStandOnce',
      'a strategy that stands twice',
      'runbook',
      'strategies: [cut] ',
      'strategies: [cut, cut] ',
      /the strategy cut stands twice/,
    ],
    [
      'cutsComeInTime',
      'a hard deadline after the votes have ended',
      'runbook',
      'cutBy: 2h',
      'cutBy: 6h',
      /would be cut 6h after the plan, and the plan's containment steps end after 6h/,
    ],
    [
      'automaticIsConfirmedByACut',
      'a class in auto without a cut',
      'runbook',
      'strategies: [cut, restrict]\n',
      'strategies: [restrict]\n    mode: auto\n',
      /federated is automatic, and people confirm/,
    ],
    [
      'remindersComeInTime',
      'a reminder after the clock',
      'runbook',
      'act: 30m, remind: 10m',
      'act: 30m, remind: 30m',
      /nobody would be reminded: the act clock is over after 30m/,
    ],
    [
      'inwardClocksRunInTime',
      'an inward clock that is slower than the outward one',
      'runbook',
      'party: soc, every: 15m',
      'party: soc, every: 40m',
      /soc would be told for the first time when the act clock \(30m\) is over/,
    ],
    [
      'inwardClocksAreAnothers',
      'an inward clock of the holder itself',
      'runbook',
      'inward: { party: soc',
      'inward: { party: vendor',
      /vendor holds containment itself/,
    ],
    [
      'stepsByHandAreConfirmedByOthers',
      'a step by hand that its own party confirms',
      'runbook',
      'confirms: soc ',
      'confirms: vendor ',
      /vendor would confirm its own step/,
    ],
    [
      'followUpsAreToldAgain',
      'a repeat that is longer than the clock',
      'runbook',
      'repeat: 1d ',
      'repeat: 2d ',
      /told again every 2d, which is longer than the whole clock/,
    ],
    [
      'protectedCanBeApproved',
      'a protected identity that needs more people than there are',
      'runbook',
      'quorum: 3      ',
      'quorum: 4      ',
      /in the class federated the gate act asks soc and identity, who have fewer than 4 people/,
    ],
    [
      'tagsAreReached',
      'two owners rows of one tag',
      'runbook',
      'owners:\n',
      'owners:\n  - { tag: { key: team, value: platform }, party: identity }\n',
      /a row for the tag team=platform stands before it/,
    ],
    [
      'gatesCanBeMet',
      'a gate that asks a party without people',
      'people',
      'parties: [identity]',
      'parties: [platform]',
      /nobody of identity/,
    ],
    [
      'gatesCanBeMet',
      'a gate that asks for more people than there are',
      'runbook',
      'act: { quorum: 2, parties: [soc, identity] }',
      'act: { quorum: 4, parties: [soc, identity] }',
      /asks for 4 people and soc and identity have 3/,
    ],
    [
      'gatesCanBeMet',
      'a gate where one person could speak for two parties',
      'runbook',
      'act: { quorum: 2, parties: [soc, identity] }',
      'act: { quorum: 1, parties: [soc, identity] }',
      /the quorum must be 2 at least/,
    ],
    [
      'socDecidesRiskAndClose',
      'a risk gate without the SOC',
      'runbook',
      'risk: { quorum: 1, parties: [soc] } ',
      'risk: { quorum: 1, parties: [platform] } ',
      /the gate risk must ask soc/,
    ],
    [
      'classesCoverAll',
      'no class that fits everything',
      'runbook',
      '    when: {}',
      '    when: { workload: true }',
      /the last class must fit everything/,
    ],
    [
      'classesCoverAll',
      'a class that is never reached',
      'runbook',
      '    when: { privileged: true }',
      '    when: {}',
      /never reached/,
    ],
    [
      'classesCoverAll',
      'two classes of one name',
      'runbook',
      '- name: privileged',
      '- name: ci-cd',
      /a class ci-cd stands before/,
    ],
    [
      'gatesCanBeMetWhoeverOwns',
      'a gate that its owner cannot meet',
      'runbook',
      'party: service-owner\n    secret',
      'party: identity\n    secret',
      /where identity owns it/,
    ],
    [
      'classesAreReached',
      'a class behind one that fits whatever it fits',
      'runbook',
      'when: { privileged: true }',
      'when: { privileged: true, ciCd: true }',
      /never reached: ci-cd stands before it/,
    ],
    [
      'patternsAreReached',
      'an owners row behind a wider one',
      'runbook',
      'owners:\n',
      "owners:\n  - { identity: 'aws/*/iam-user/*', party: platform }\n",
      /never reached: aws/,
    ],
    [
      'patternsCanFit',
      'an owners row that fits no key',
      'runbook',
      'aws/123456789012/iam-user/deploy-*',
      'aws/123456789012/iamuser/deploy-*',
      /iamuser is no kind of AWS identity/,
    ],
    [
      'accountsAreReal',
      'an account that cannot be one',
      'runbook',
      "accounts: ['123456789012']                   # your",
      "accounts: ['12345678901'] # your",
      /12345678901 is no AWS account number/,
    ],
    [
      'calendarsAreKnown',
      'a clock by a calendar that is not there',
      'runbook',
      'recovery: { acknowledge: 1h, act: 8h }',
      'recovery: { acknowledge: 1h, act: 8h, calendar: ofice }',
      /unknown calendar ofice/,
    ],
    [
      'clocksEnd',
      'a clock that takes longer than ten years of its calendar',
      'runbook',
      'recovery: { acknowledge: 1h, act: 8h }',
      'recovery: { acknowledge: 1h, act: 2000d, calendar: office }',
      /more than ten years/,
    ],
    [
      'rotationsAreKnown',
      'a rung by a rotation that is not there',
      'runbook',
      '{ after: 2m, tell: identity }',
      '{ after: 2m, tell: identity, rotation: nights }',
      /unknown rotation nights/,
    ],
    [
      'rotationsNamePeopleOfTheParty',
      'a rotation with somebody of another party',
      'runbook',
      '{ after: 2m, tell: identity }',
      '{ after: 2m, tell: identity, rotation: leads }',
      /sam, erin of leads: not among identity's people/,
    ],
    [
      'patternsArePatterns',
      'an owner of no pattern',
      'runbook',
      'aws/123456789012/iam-user/deploy-*',
      'deploy-*',
      /not a pattern/,
    ],
  ];

  /** The default runbook with a calendar and a rotation that nothing names yet. */
  const withTimes = () =>
    bent(
      runbook,
      'name: default\n',
      `name: default
calendars: { office: { zone: Europe/Berlin, hours: { mon: [09:00-17:00] } } }
rotations: { leads: { zone: Europe/Berlin, start: 2026-01-05T09:00, length: 7d, people: [sam, erin] } }
`,
    );

  it('find nothing in what all these begin with', () =>
    expect(problemsIn({ runbook: withTimes() })).toEqual([]));

  it.each(rows)('%s: %s', (_, __, where, from, to, says) => {
    const problems = problemsIn({ [where]: bent(where === 'runbook' ? withTimes() : people, from, to) });
    expect(problems.map((one) => one.says)).toContainEqual(expect.stringMatching(says));
    for (const { line, column } of problems) expect([line > 1, column > 0]).toEqual([true, true]);
  });

  it('are all in this table', () => {
    const tried = new Set(rows.map(([name]) => name));
    expect(runbookChecks.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it.each(['auto', 'cut-it'])('refuse silence that does "%s" at its line', (does) => {
    const text = bent(runbook, '{ do: hand-off, to: platform }', `{ do: ${does} }`);
    expect(problemsIn({ runbook: text })).toEqual([
      {
        file: 'runbook.yaml',
        line: lineOf(text, does),
        column: expect.any(Number),
        says: expect.stringContaining(
          'silence can do `hand-off` (with `to`), `contain-reversible` or `hold`',
        ),
      },
    ]);
  });

  const keys = (...entries: unknown[]) => `keys: ${JSON.stringify(entries)}`;
  it('refuse one key under two names, and one id for two keys', async () => {
    const [a, b] = await Promise.all([newKey('sam'), newKey('erin')]);
    const sameKey = bent(
      bent(people, 'keys: []', keys(a.entry)),
      'keys: []',
      keys({ ...a.entry, kid: 'other' }),
    );
    expect(problemsIn({ people: sameKey })).toMatchObject([
      { says: expect.stringMatching(/this key is listed before: it cannot be erin's/) },
    ]);
    const sameId = bent(
      bent(people, 'keys: []', keys(a.entry)),
      'keys: []',
      keys({ ...b.entry, kid: a.entry.kid }),
    );
    expect(problemsIn({ people: sameId })).toMatchObject([{ says: expect.stringMatching(/is used twice/) }]);
  });

  it('refuse an id that is a person and a machine, and an identity that is no key', () => {
    const text = bent(
      bent(people, 'machines:\n', 'machines:\n  sam: { role: detector }\n'),
      'identities: []',
      'identities: [ivo]',
    );
    expect(problemsIn({ people: text }).map(({ says }) => says)).toEqual([
      expect.stringMatching(/ivo is not an identity's key/),
      expect.stringMatching(/sam is a person too/),
    ]);
  });
});

describe('the folder of an executor', () => {
  const policy = `version: 1
executor: identity-aws
provider: aws
accounts: ['123456789012']
kinds: [aws/quarantine]
gates:
  act: { quorum: 2, parties: [soc, identity] }
protected: ['aws/*/iam-user/break-glass-*']
`;
  const problems = (text: string) =>
    problemsOf(() => readExecutorFolder({ 'policy.yaml': text, 'people.yaml': people }));
  const cedar = `@id("soc-approves")
permit (principal in Party::"soc", action == Action::"approve.act", resource);
`;

  it('is warned of where it takes what is merely told, which it can at the act alone', () => {
    const told = bent(policy, 'act: {', 'act: { assurance: told,');
    const read = readExecutorFolder({ 'policy.yaml': told, 'people.yaml': people });
    expect(read.warnings).toEqual([
      {
        file: 'policy.yaml',
        line: lineOf(told, 'assurance'),
        column: expect.any(Number),
        says: expect.stringMatching(/nobody proved counts here/),
      },
    ]);
    const deletes = bent(
      policy,
      '\nprotected',
      '\n  irreversible: { assurance: told, quorum: 1, parties: [identity] }\nprotected',
    );
    expect(problems(deletes)).toMatchObject([{ says: expect.stringMatching(/assurance/) }]);
  });

  it('loads, and has a hash of its own with an authority.cedar', async () => {
    const own = await mkdtemp(path.join(folder, 'executor-'));
    await writeFile(path.join(own, 'policy.yaml'), policy);
    await writeFile(path.join(own, 'people.yaml'), people);
    const without = await loadExecutorFolder(own);
    expect(without).toMatchObject({
      policy: { executor: 'identity-aws' },
      authority: null,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await writeFile(path.join(own, 'authority.cedar'), cedar);
    const withPolicies = await loadExecutorFolder(own);
    expect(withPolicies.authority).not.toBeNull();
    expect(withPolicies.hash).not.toBe(without.hash);
    expect(Object.keys(JSON.parse(withPolicies.content) as object)).toContain('authority.cedar');
  });

  it.each([
    ['what only an orchestrator knows', 'resource)', 'resource) when { resource.level == "high" }', 2],
    ['an action that is no approval', 'approve.act', 'close', 2],
    ['a party of nobody', 'Party::"soc"', 'Party::"sock"', 2],
    ['a policy without an @id', '@id("soc-approves")\n', '', 1],
    ['nothing in it', cedar, '', 1],
  ])('is refused with an authority.cedar of %s', (_, from, to, line) => {
    const texts = { 'policy.yaml': policy, 'people.yaml': people };
    expect(
      problemsOf(() => readExecutorFolder({ ...texts, 'authority.cedar': bent(cedar, from, to) })),
    ).toContainEqual(expect.objectContaining({ file: 'authority.cedar', line }));
  });

  it('loads with a list where one of several parties is enough', () => {
    const parties = ['identity', ['service-owner', 'platform', 'soc']];
    const text = bent(policy, '[soc, identity]', JSON.stringify(parties));
    const loaded = readExecutorFolder({ 'policy.yaml': text, 'people.yaml': people });
    expect(loaded.policy.gates.act).toEqual({ quorum: 2, parties });
  });

  it.each([
    [
      'an executor that is no machine',
      'executor: identity-aws',
      'executor: nobody',
      2,
      /nobody is not in people.yaml/,
    ],
    ['an executor that is a checker', 'executor: identity-aws', 'executor: aws', 2, /role: executor/],
    ['a gate that nobody can meet', '[soc, identity]', '[soc, nobody]', 7, /nobody of nobody/],
    ['somebody unknown among several', '[soc, identity]', '[soc, [identity, nobody]]', 7, /nobody of nobody/],
    ['a place that is none', '[soc, identity]', '[soc, 5]', 7, /parties\[1\]: a party, or a list of parties/],
    ['a place without a party', '[soc, identity]', '[soc, []]', 7, /parties\[1\]/],
    [
      'several, of which one is no name',
      '[soc, identity]',
      '[soc, [identity, So C]]',
      7,
      /lower-case letters/,
    ],
    [
      'a gate of several that asks too many',
      '2, parties: [soc, identity]',
      '5, parties: [soc, [identity, vendor]]',
      7,
      /its parties have 4/,
    ],
    [
      'a gate of several that one could pass for two',
      '2, parties: [soc, identity]',
      '1, parties: [soc, [identity, vendor]]',
      7,
      /must be 2 at least/,
    ],
    ['a gate that asks too many', 'quorum: 2', 'quorum: 9', 7, /asks for 9 people and its parties have 3/],
    ['a gate that one could pass for two', 'quorum: 2', 'quorum: 1', 7, /must be 2 at least/],
    [
      'a pattern that protects nothing',
      'aws/*/iam-user/break-glass-*',
      'break-glass-*',
      8,
      /protects nothing/,
    ],
    [
      'attesters who are nobody',
      'version: 1\n',
      'version: 1\nattest: { parties: [nobody] }\n',
      2,
      /nobody of nobody/,
    ],
    ['an unknown key', 'version: 1\n', 'version: 1\nbudget: 3\n', 2, /unknown key/],
    ['no accounts', "accounts: ['123456789012']", 'accounts: []', 4, /accounts/],
  ])('is refused with %s', (_, from, to, line, says) => {
    expect(problems(bent(policy, from, to))).toMatchObject([
      { file: 'policy.yaml', line, says: expect.stringMatching(says) },
    ]);
  });
});
