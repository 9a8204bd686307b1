// The commands about runbooks that need no server: explain, new, schema.
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFolder, readFolder } from '../../authority/folder.ts';
import { jsonSchemaText } from '../../authority/json-schema.ts';
import { newKey } from '../../authority/keys.ts';
import { smallFolder } from '../../authority/runbook/small.ts';
import type { Explanation } from '../../authority/runbook/explanation.ts';
import { allRows } from '../../local/demo/rows.ts';
import { custody } from './a-terminal.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'custody-cli-runbook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const alert = (more: object = {}) =>
  JSON.stringify({
    format: 'custody/detection/1',
    source: 'my-soar',
    sourceId: 'case-17',
    updatedAt: '2026-11-24T03:12:00Z',
    provider: 'aws',
    accountId: '123456789012',
    identityKind: 'aws-iam-user',
    identityRef: 'deploy-robot',
    credentialId: null,
    severity: 'high',
    occurredAt: '2026-11-24T03:10:00Z',
    isSample: false,
    ...more,
  });
const explain = (text: string, ...more: string[]) =>
  custody(['runbook', 'explain', 'a.json', '--runbook', 'runbooks/default', ...more], {
    files: { 'a.json': text },
  });
const explained = async (text: string): Promise<Explanation> =>
  JSON.parse((await explain(text, '--json')).out) as Explanation;

describe('runbook explain', () => {
  test('says the class and why, who holds it until when, what silence does, who decides and who acts', async () => {
    const { exit, out, err } = await explain(alert({ title: 'The key was used from a strange network' }));
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    for (const line of [
      'The key was used from a strange network',
      '  class     ci-cd, by the runbook "default"',
      '    ✓ ciCd must be true: it is true by your own word (the runbook, owners row 1)',
      '  Service owners (service-owner), by owners row 1 of the runbook (aws/123456789012/iam-user/deploy-*)',
      '  containment: offered to Identity team (identity); Security operations (soc) keeps it until they accept',
      '  act (may the plan be carried out): 2 people, one of soc and one of identity',
      '  cuts: identity-aws, of Identity team (identity)',
      '  the replacement goes to arn:aws:secretsmanager:eu-central-1:123456789012:secret:deploy-robot',
    ])
      expect(out.split('\n')).toContain(line);
    expect(out).toMatch(/still nobody: Security operations \(soc\) keeps it, and is told again every 10 min/);
  });

  test('names whose alone a kind is, and which class is for another plane', async () => {
    const to = path.join(folder, 'apart');
    await mkdir(to);
    await copyFile(path.join(root, 'runbooks/default/authority.cedar'), path.join(to, 'authority.cedar'));
    for (const file of ['runbook.yaml', 'people.yaml']) {
      const text = await readFile(path.join(root, 'runbooks/default', file), 'utf8');
      await writeFile(path.join(to, file), allRows(text));
    }
    const of = (more: object) =>
      custody(['runbook', 'explain', 'a.json', '--runbook', to], { files: { 'a.json': alert(more) } });
    const user = await of({});
    expect(user.err).toBe('');
    expect(user.out).toContain(
      'takes aws/role-session-cut-off, and nobody else does: sessions-aws, of Identity team',
    );
    expect(user.out).toContain('cuts: identity-aws');
    expect(user.out).toContain('database-role: does not fit\n    ✗ it must be of postgres: it is of aws');
    const role = await of({
      provider: 'postgres',
      accountId: 'orders-db',
      identityKind: 'role',
      identityRef: 'orders_a',
    });
    expect(role.out).toContain('database-role: fits\n    ✓ it must be of postgres: it is of postgres');
    expect(role.out).toContain('cuts: platform-orders-db, of Platform team (platform)');
  });

  test('names what is unknown until discovery, and that nobody is known to own it', async () => {
    const { out } = await explain(alert({ identityRef: 'alice' }));
    expect(out).toContain('✗ privileged must be true: nobody knows, unknown until discovery');
    expect(out).toContain(
      'Unknown until discovery: federated, agent, businessCritical, ciCd, privileged, thirdParty.',
    );
    expect(out).toContain('Nobody is known: no row of `owners` fits.');
    expect(out).toContain('replaces: NOBODY');
  });

  test('gives the evidence of an alert’s facts, on one line whatever stands in it', async () => {
    const classification = [{ fact: 'privileged', value: true, evidence: 'seen\nWho would act: nobody' }];
    const { out } = await explain(alert({ identityRef: 'alice', classification }));
    expect(out).toContain('✓ privileged must be true: it is true by the alert (');
    expect(out.split('\n').filter((line) => line.startsWith('Who would act'))).toEqual(['Who would act']);
  });

  test('says what a vendor is asked for by hand, who keeps the outcome, who is reminded and who may claim it', async () => {
    const classification = [{ fact: 'federated', value: true, evidence: '$.login' }];
    const { out } = await explain(alert({ classification }));
    for (const line of [
      '    whoever has it is reminded every 10 min until there is progress',
      '    Security operations (soc) keeps the outcome, and is told every 15 min how it stands',
      '  where it is replaced first, the old credential is cut 4 h after the plan at the latest',
      '  by hand, in containment: Vendor who runs the identity (vendor): Lock the account where it logs in, end its sessions, and revoke its refresh tokens.',
      '    Security operations (soc) confirms it, by another person: A login as this identity is refused, and the log here shows none after the lock.',
      '  Tags are read when the incident is open: one that the identity could not have written may claim it too.',
    ])
      expect(out.split('\n').map((one) => one.replace(/^ {4}( {2}\S)/, '$1'))).toContain(line);
  });

  test('says what an automatic class does before people decide, and what silence does', async () => {
    const own = path.join(folder, 'automatic');
    await mkdir(own);
    const small = path.join(root, 'runbooks/small');
    for (const file of ['people.yaml', 'authority.cedar'])
      await copyFile(path.join(small, file), path.join(own, file));
    const text = (await readFile(path.join(small, 'runbook.yaml'), 'utf8'))
      .replace('fallback: [{ do: hold }]', 'fallback: [{ do: contain-reversible }, { do: hold }]')
      .replace('strategies: [cut] }', 'strategies: [cut], mode: auto }');
    await writeFile(path.join(own, 'runbook.yaml'), text);
    const { out } = await custody(['runbook', 'explain', 'a.json', '--runbook', own], {
      files: { 'a.json': alert() },
    });
    expect(out).toContain('its class is automatic: what can be taken back goes on at once');
    expect(out).toContain('nobody has answered: what can be taken back is put on');
  });

  test('says that an agent is looked at again before each stage', async () => {
    const classification = [{ fact: 'agent', value: true, evidence: '$.kind' }];
    const { out } = await explain(alert({ classification }));
    expect(out).toContain(
      'it is looked at again before each stage, and what has changed is asked about again',
    );
    expect(out).toContain('containment: offered to Agent platform team (agent-platform)');
  });

  test('says that an identity is protected, and how', async () => {
    const never = (await explain(alert({ identityRef: 'break-glass-1' }))).out;
    expect(never).toContain(
      'PROTECTED: custody does not touch it, people act by hand. It is the way in when all else is locked.',
    );
    const more = (await explain(alert({ identityRef: 'payroll-7' }))).out;
    expect(more).toContain('PROTECTED: 3 people must approve the act at least. Salaries are paid with it.');
    expect(more).toContain('act (may the plan be carried out): 3 people, one of soc and one of identity');
    expect((await explain(alert())).out).not.toContain('PROTECTED');
  });

  test('neither tells nor asks whose own it is', async () => {
    const to = path.join(folder, 'own');
    await mkdir(to);
    const [runbook, people] = await Promise.all(
      ['runbook.yaml', 'people.yaml'].map((file) =>
        readFile(path.join(root, 'runbooks/default', file), 'utf8'),
      ),
    );
    const own = "    identities: ['aws/123456789012/iam-user/deploy-robot']\n";
    await copyFile(path.join(root, 'runbooks/default/authority.cedar'), path.join(to, 'authority.cedar'));
    await writeFile(path.join(to, 'runbook.yaml'), runbook ?? '');
    await writeFile(
      path.join(to, 'people.yaml'),
      (people ?? '')
        .replace('    parties: [service-owner]\n', (line) => `${line}${own}`)
        .replace(/( {2}erin:\n.*\n.*\n)/, (lines) => `${lines}${own}`),
    );
    const { out } = await custody(['runbook', 'explain', 'a.json', '--runbook', to], {
      files: { 'a.json': alert() },
    });
    expect(out).toContain("It is erin and olga's own");
    expect(out).toContain('Nobody else is of Service owners (service-owner): the SOC stands in.');
    expect(out).not.toContain('erin of Security operations');
    expect(out).not.toContain('offered to Service owners');
    expect(out).toContain('replaces: NOBODY');
  });

  test('says that nobody would act in an account that the runbook does not name', async () => {
    const { out } = await explain(alert({ accountId: '111122223333' }));
    expect(out).toContain('looks: NOBODY, no checker of the runbook covers aws account 111122223333');
    expect(out).toContain('cuts: NOBODY');
  });

  test('knows who could answer: the key, and that nobody answers about themselves', async () => {
    const people = await readFile(path.join(root, 'runbooks/small/people.yaml'), 'utf8');
    const runbook = await readFile(path.join(root, 'runbooks/small/runbook.yaml'), 'utf8');
    const [sam, ivo] = await Promise.all([newKey('sam'), newKey('ivo')]);
    const key = (entry: object) => `keys: [${JSON.stringify(entry)}]`;
    const own = 'aws/123456789012/iam-user/deploy-robot';
    const withKeys = people
      .replace(
        'sam: { name: Sam, parties: [soc], keys: []',
        `sam: { name: Sam, parties: [soc], ${key(sam.entry)}`,
      )
      .replace(
        'ivo: { name: Ivo, parties: [identity], keys: []',
        `ivo: { name: Ivo, parties: [identity], ${key(ivo.entry)}, identities: ['${own}']`,
      );
    await copyFile(path.join(root, 'runbooks/small/authority.cedar'), path.join(folder, 'authority.cedar'));
    await writeFile(path.join(folder, 'runbook.yaml'), runbook);
    await writeFile(path.join(folder, 'people.yaml'), withKeys);
    const about = async (name: string) => {
      const { out } = await custody(['runbook', 'explain', '-', '--json'], {
        files: { '-': alert({ identityRef: name }) },
        env: { CUSTODY_RUNBOOK: folder },
      });
      const { gates } = JSON.parse(out) as Explanation;
      return Object.fromEntries(gates.map(({ gate, couldBeMet }) => [gate, couldBeMet]));
    };
    // Ivo is the only one of the identity team, so the SOC stands in for it: Erin and Olga have no keys yet.
    expect(await about('deploy-robot')).toEqual({
      risk: 'yes',
      act: 'keys',
      irreversible: 'keys',
      close: 'yes',
      undo: 'keys',
    });
    expect(await about('alice')).toEqual({
      risk: 'yes',
      act: 'yes',
      irreversible: 'yes',
      close: 'yes',
      undo: 'yes',
    });
    const revoked = withKeys.replace(
      key(ivo.entry),
      key({ ...ivo.entry, revokedAt: '2026-01-01T00:00:00Z' }),
    );
    await writeFile(path.join(folder, 'people.yaml'), revoked);
    expect(await about('alice')).toMatchObject({ risk: 'yes', act: 'keys' });
  });

  test('--json is one object for each identity; a second alert would join', async () => {
    const { exit, out, err } = await explain(
      `${alert()}\n${alert({ sourceId: 'case-18' })}\n${alert({ identityRef: 'alice' })}`,
      '--json',
    );
    const each = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Explanation);
    expect(exit).toBe(0);
    expect(each.map((one) => [one.key, one.class, one.drill])).toEqual([
      ['aws/123456789012/iam-user/deploy-robot', 'ci-cd', false],
      ['aws/123456789012/iam-user/alice', 'standard', false],
    ]);
    expect(each[0]?.runbook.hash).toBe((await loadFolder(path.join(root, 'runbooks/default'))).hash);
    expect(err).toContain('case-18 would join the incident of aws/123456789012/iam-user/deploy-robot');
  });

  test('a sample is a drill; a lone key is resolved first', async () => {
    expect((await explain(alert({ isSample: true }))).out).toContain(
      '(a sample, so a drill: nothing would be cut)',
    );
    const lone = alert({
      identityKind: 'aws-access-key',
      identityRef: null,
      credentialId: 'AKIADEPLOYROBOT00001',
    });
    expect((await explained(lone)).identity).toMatchObject({ kind: 'access-key' });
    expect((await explain(lone)).out).toContain('the checker finds its user');
  });

  test('a class that only observes says so first', async () => {
    const to = path.join(folder, 'observing');
    await mkdir(to);
    const [runbook, people] = await Promise.all(
      ['runbook.yaml', 'people.yaml'].map((file) =>
        readFile(path.join(root, 'runbooks/small', file), 'utf8'),
      ),
    );
    await writeFile(
      path.join(to, 'runbook.yaml'),
      (runbook ?? '').replace('strategies: [cut] }', 'strategies: [cut], mode: observe }'),
    );
    await writeFile(path.join(to, 'people.yaml'), people ?? '');
    await copyFile(path.join(root, 'runbooks/small/authority.cedar'), path.join(to, 'authority.cedar'));
    const words = ['runbook', 'explain', 'a.json', '--runbook', to];
    const { out } = await custody(words, { files: { 'a.json': alert() } });
    expect(out.split('\n')[0]).toContain('(its class only observes: nothing would be cut)');
    const json = await custody([...words, '--json'], { files: { 'a.json': alert() } });
    expect(JSON.parse(json.out)).toMatchObject({ class: 'standard', mode: 'observe' });
  });

  test('what opens nothing, cannot be read, or has no runbook is an exit code', async () => {
    const closed = await explain(alert({ identityRef: null }));
    expect(closed).toMatchObject({ exit: 3, out: '' });
    expect(closed.err).toContain('case-17 opens no incident');
    expect((await explain('{"what":"ever"}')).exit).toBe(3);
    expect((await custody(['runbook', 'explain', 'a.json'], { files: { 'a.json': alert() } })).exit).toBe(2);
    const nowhere = ['runbook', 'explain', 'a.json', '--runbook', path.join(folder, 'nowhere')];
    expect((await custody(nowhere, { files: { 'a.json': alert() } })).exit).toBe(3);
  });
});

const TEAM = [
  '--person',
  'sam=soc',
  '--person',
  'erin=soc',
  '--person',
  'ivo=identity',
  '--person',
  'olga=service-owner',
];

describe('runbook new', () => {
  test('writes a folder that passes the check and stays under 40 lines', async () => {
    const to = path.join(folder, 'fresh');
    const words = ['runbook', 'new', to, '--yes', '--account', '123456789012', ...TEAM];
    const { exit, out } = await custody([
      ...words,
      '--identity',
      'deploy-*',
      '--secret',
      'arn:aws:secretsmanager:eu-central-1:123456789012:secret:x',
    ]);
    expect(exit).toBe(0);
    expect(out).toContain('Wrote ');
    const { runbook, directory } = await loadFolder(to);
    expect(runbook).toMatchObject({
      name: 'fresh',
      owners: [
        {
          identity: 'aws/123456789012/iam-user/deploy-*',
          party: 'service-owner',
          secret: expect.stringContaining('secret:x'),
        },
      ],
    });
    expect(Object.keys(directory.people)).toEqual(['sam', 'erin', 'ivo', 'olga']);
    expect((await readFile(path.join(to, 'runbook.yaml'), 'utf8')).trimEnd().split('\n').length).toBeLessThan(
      40,
    );
    expect((await custody(['runbook', 'check', to])).exit).toBe(0);
  });

  test('never writes over a file, and leaves nothing half done', async () => {
    const to = path.join(folder, 'taken');
    const words = ['runbook', 'new', to, '--yes', '--account', '123456789012', ...TEAM];
    expect((await custody(words)).exit).toBe(0);
    const before = await readFile(path.join(to, 'people.yaml'), 'utf8');
    await rm(path.join(to, 'runbook.yaml'));
    const again = await custody([...words, '--person', 'zoe=soc']);
    expect(again.exit).toBe(3);
    expect(again.err).toContain('is there already');
    expect(await readdir(to)).toEqual(['authority.cedar', 'people.yaml']);
    expect(await readFile(path.join(to, 'people.yaml'), 'utf8')).toBe(before);
  });

  test('asks for what no option says', async () => {
    const to = path.join(folder, 'asked');
    const answers = ['123456789012, 210987654321', 'sam, erin', 'ivo', 'olga', 'deploy robot', ''];
    expect((await custody(['runbook', 'new', to], { answers })).exit).toBe(0);
    const { runbook, directory } = await loadFolder(to);
    expect(runbook.executors['identity-aws']?.accounts).toEqual(['123456789012', '210987654321']);
    expect(runbook.owners.map(({ identity, secret }) => [identity, secret])).toEqual([
      ['aws/*/iam-user/deploy%20robot', undefined],
    ]);
    expect(directory.people.ivo?.parties).toEqual(['identity']);
  });

  test.each([
    ['no account', TEAM, /--account NUMBER is missing/],
    ['no account number', ['--account', '12', ...TEAM], /"12" is not an AWS account number: 12 digits/],
    [
      'nobody of a team',
      ['--account', '123456789012', '--person', 'sam=soc'],
      /--person ID=identity is missing/,
    ],
    ['a person of no team', ['--account', '123456789012', '--person', 'sam'], /names no team/],
    [
      'a person in capitals',
      ['--account', '123456789012', '--person', 'Sam=soc'],
      /"Sam" is not the id of a person/,
    ],
    ['a team in capitals', ['--account', '123456789012', '--person', 'sam=SOC'], /"SOC" is not a team/],
  ])('with %s says what is missing, and writes nothing', async (_, words, says) => {
    const to = path.join(folder, 'never');
    const { exit, err } = await custody(['runbook', 'new', to, '--yes', ...words]);
    expect(exit).toBe(2);
    expect(err).toMatch(says);
    await expect(readdir(to)).rejects.toThrow('ENOENT');
  });

  test('one person cannot be two teams: the folder that could not be used is not written', async () => {
    const to = path.join(folder, 'alone');
    const { exit, err } = await custody([
      'runbook',
      'new',
      to,
      '--yes',
      '--account',
      '123456789012',
      '--person',
      'sam=soc,identity,service-owner',
    ]);
    expect(exit).toBe(3);
    expect(err).toContain('it could never be met');
    await expect(readdir(to)).rejects.toThrow('ENOENT');
  });

  test('writes what loads, for any answers', () => {
    const id = fc
      .stringMatching(/^[a-z0-9][a-z0-9._@-]{0,12}$/)
      .filter((one) => !['orchestrator', 'identity-aws', 'owner-aws', 'aws'].includes(one));
    const party = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const account = fc.stringMatching(/^[0-9]{12}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { minLength: 5, maxLength: 8 }),
        fc.uniqueArray(account, { minLength: 1, maxLength: 3 }),
        party,
        fc.string({ minLength: 1, maxLength: 40 }),
        fc.string({ maxLength: 60 }),
        (ids, accounts, extra, name, secret) => {
          const [a = '', b = '', c = '', d = '', ...more] = ids;
          const people = {
            [a]: ['soc'],
            [b]: ['soc'],
            [c]: ['identity'],
            [d]: ['service-owner'],
            ...Object.fromEntries(more.map((one) => [one, [extra]])),
          };
          const owned = { identity: `aws/${accounts[0]}/iam-user/x-*`, party: 'service-owner', secret };
          const read = readFolder(smallFolder({ name, accounts, people, owned, schemas: null }));
          expect(read.runbook).toMatchObject({ name, owners: [owned] });
          expect(read.runbook.checkers.aws?.accounts).toEqual(accounts);
          expect(Object.keys(read.directory.people).toSorted()).toEqual(ids.toSorted());
          expect(read.warnings).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('made runbooks/small', async () => {
    const texts = smallFolder({
      name: 'small',
      accounts: ['123456789012'],
      people: { sam: ['soc'], erin: ['soc'], ivo: ['identity'], olga: ['service-owner'] },
      owned: {
        identity: 'aws/123456789012/iam-user/deploy-robot',
        party: 'service-owner',
        secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:deploy-robot',
      },
      schemas: '../../docs/schema',
    });
    for (const [file, text] of Object.entries(texts))
      expect(await readFile(path.join(root, 'runbooks/small', file), 'utf8')).toBe(text);
    expect(texts['runbook.yaml'].trimEnd().split('\n').length).toBeLessThan(40);
  });
});

describe('runbook schema', () => {
  test('prints one, writes all', async () => {
    const printed = await custody(['runbook', 'schema', 'people']);
    expect(printed).toMatchObject({ exit: 0, out: jsonSchemaText('people') });
    const to = path.join(folder, 'schemas');
    expect((await custody(['runbook', 'schema', '--out', to])).exit).toBe(0);
    expect((await readdir(to)).toSorted()).toEqual([
      'people.schema.json',
      'policy.schema.json',
      'runbook.schema.json',
    ]);
    expect((await custody(['runbook', 'schema'])).exit).toBe(2);
    expect((await custody(['runbook', 'schema', 'other'])).exit).toBe(2);
  });
});

test('runbook check says what was probably not meant, and is content', async () => {
  const to = path.join(folder, 'mind');
  await custody([
    'runbook',
    'new',
    to,
    '--yes',
    '--account',
    '123456789012',
    '--person',
    'sam=soc',
    ...TEAM.slice(4),
  ]);
  const { exit, out } = await custody(['runbook', 'check', to]);
  expect(exit).toBe(0);
  expect(out).toMatch(/^Mind .*runbook\.yaml:\d+:\d+: a false positive takes two people to close/m);
  const json = await custody(['runbook', 'check', to, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    ok: true,
    problems: [],
    warnings: [{ file: 'runbook.yaml' }],
  });
});
