// How long an executor takes to verify a warrant, the providers' keys at hand: `npm run bench`. Figures of one run on one machine, and a
// ratio to a bare signature verification beside it; no test. Everything is really signed, and nothing is asked over a network.
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { CompactSign, compactVerify, exportJWK, generateKeyPair } from 'jose';
import { newKey, openKey, type SigningKey } from '../authority/keys.ts';
import { executorPolicySchema } from '../authority/policy.schema.ts';
import { issuerJwkOf } from '../authority/proof/fetched-keys.ts';
import { statementDigest } from '../authority/proof/oidc.ts';
import { signedBy, stated, type ToState } from '../authority/sign.ts';
import { verifyWarrant } from '../authority/warrant.ts';
import { encode } from '../domain/encoding/base64url.ts';
import { hashOf } from '../domain/encoding/canonical.ts';
import { workflowIdOf } from '../domain/identity/identity.ts';
import type { Order } from '../domain/plan/order.schema.ts';
import type { Plan } from '../domain/plan/plan.schema.ts';
import { directorySchema } from '../domain/runbook/runbook.schema.ts';
import type { Proof, Saying } from '../domain/statement/statement.schema.ts';
import { proposalsFor } from '../providers/aws/proposals.ts';
import { awsProvider } from '../providers/aws/provider.ts';

const ROUNDS = 500;
const BAR_MS = 5;
const NOW = '2026-11-24T03:45:00.000Z';
const ORIGIN = 'http://localhost:8417';
const ISSUER = 'https://login.example.com';
const OF_EACH = 3;

const identity = { provider: 'aws', account: '123456789012', kind: 'iam-user', reference: 'deploy-robot' };
const { kinds } = awsProvider({ account: identity.account, region: 'us-east-1' });
const keyId = 'AKIAIOSFODNN7STOLEN1';
const { proposals } = proposalsFor(
  {
    userName: identity.reference,
    keyIds: [keyId],
    cut: [keyId],
    others: { ways: [], devices: [], groups: [] },
    become: [],
    replace: keyId,
    secretId: 'prod/deploy-robot',
    first: true,
    letsGo: false,
    retireSecretDays: null,
    restrictable: true,
    wayOf: () => 'attached',
    wearsAuto: false,
  },
  kinds,
);
const plan: Plan = {
  v: 1,
  incident: workflowIdOf(identity),
  firstRun: '0190f000-aaaa-7000-8000-000000000001',
  identity,
  class: 'ci-cd',
  strategy: 'cut',
  runbook: 'a'.repeat(64),
  drill: false,
  mode: 'ask',
  madeAt: '2026-11-24T03:25:00.000Z',
  steps: (proposals.cut ?? []).map((proposal, i) => ({
    ...proposal,
    id: `s${i + 1}`,
    executor: proposal.part === 'owner' ? 'owner-aws' : 'identity-aws',
    checker: 'aws',
    party: proposal.part === 'owner' ? 'service-owner' : 'identity',
    gate: proposal.reversibility === 'irreversible' ? 'irreversible' : 'act',
    notAfter: '2026-11-28T03:25:00.000Z',
  })),
};
const lift = plan.steps.find(({ verb }) => verb === 'undo');
if (lift === undefined) throw new Error('the plan lifts nothing');

const said = (what: Partial<ToState> & Pick<ToState, 'person' | 'message' | 'body'>): string =>
  stated({
    incident: plan.incident,
    firstRun: plan.firstRun,
    answers: 'act-2',
    plan: hashOf(plan),
    now: '2026-11-24T03:31:00.000Z',
    validForMs: 600_000,
    ...what,
  });

interface Voter {
  entry: object;
  proves(statement: string): Promise<Proof>;
}

async function withKey(id: string): Promise<Voter> {
  const { content, entry } = await newKey(id);
  const key = await openKey(content);
  return { entry: { keys: [entry] }, proves: (statement) => signedBy(key, statement) };
}

const provider = await generateKeyPair('RS256', { extractable: true });
const issuerJwk = issuerJwkOf({ ...(await exportJWK(provider.publicKey)), kid: 'k1', use: 'sig' });
if (issuerJwk === null) throw new Error('the provider has no key');

async function withLogin(id: string): Promise<Voter> {
  const proves = async (statement: string): Promise<Proof> => {
    const at = Date.parse('2026-11-24T03:31:00.000Z') / 1_000;
    const claims = { iss: ISSUER, sub: id, aud: 'custody', nonce: statementDigest(statement) };
    const token = new CompactSign(
      new TextEncoder().encode(
        JSON.stringify({ ...claims, iat: at + 20, exp: at + 320, auth_time: at + 15 }),
      ),
    ).setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'JWT' });
    return { type: 'oidc', idToken: await token.sign(provider.privateKey) };
  };
  return { entry: { keys: [], logins: [{ issuer: ISSUER, subject: id }] }, proves };
}

async function withPasskey(id: string): Promise<Voter> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // COSE: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]).toString('base64url');
  const credentialId = encode(`a-passkey-of-${id}`);
  const proves = async (statement: string): Promise<Proof> => {
    const client = JSON.stringify({
      type: 'webauthn.get',
      challenge: statementDigest(statement),
      origin: ORIGIN,
    });
    const sha256 = (text: string) => createHash('sha256').update(text).digest();
    // Present and verified; a counter of 1.
    const data = Buffer.concat([sha256('localhost'), Buffer.of(0x05, 0, 0, 0, 1)]);
    const signature = createSign('sha256').update(data).update(sha256(client)).sign(privateKey);
    return {
      type: 'passkey',
      credentialId,
      authenticatorData: data.toString('base64url'),
      clientDataJSON: encode(client),
      signature: signature.toString('base64url'),
    };
  };
  // In shape alone: the words are tried where a folder is loaded, and none is here.
  const enrolment = { said: { statement: 'e30' }, vouched: { statement: 'e30' } };
  const addedAt = '2026-11-01T00:00:00.000Z';
  const entry = { id: credentialId, publicKey: cose, counter: 0, addedAt, enrolment };
  return { entry: { keys: [], passkeys: [entry] }, proves };
}

const kindsOfProof = { key: withKey, login: withLogin, passkey: withPasskey } as const;
const voters = await Promise.all(
  Object.entries(kindsOfProof).flatMap(([type, make]) =>
    Array.from({ length: OF_EACH }, async (_, i) => {
      const id = `${type}-${i + 1}`;
      return { id, type, party: i === 0 ? 'soc' : 'identity', ...(await make(id)) };
    }),
  ),
);
const machine = await newKey('aws');
const machineKey: SigningKey = await openKey(machine.content);
const directory = directorySchema.parse({
  issuers: [{ issuer: ISSUER, audience: 'custody' }],
  passkeys: { rpId: 'localhost', origins: [ORIGIN] },
  people: Object.fromEntries(
    voters.map(({ id, party, entry }) => [id, { name: id, parties: [party], ...entry }]),
  ),
  machines: { aws: { role: 'checker', keys: [machine.entry] } },
});

const policy = executorPolicySchema.parse({
  version: 1,
  executor: 'identity-aws',
  provider: 'aws',
  accounts: [identity.account],
  kinds: Object.keys(kinds),
  gates: { act: { quorum: OF_EACH, parties: ['soc', 'identity'] } },
  protected: ['aws/*/iam-user/break-glass-*'],
});

const votes = await Promise.all(
  voters.map(async ({ id, type, proves }) => {
    const statement = said({ person: id, message: 'decide', body: { verdict: 'approve' } });
    const vote: Saying = { statement, proof: await proves(statement) };
    return { type, vote };
  }),
);
const seen = said({
  person: 'aws',
  message: 'checked',
  answers: 'check-1',
  now: '2026-11-24T03:40:00.000Z',
  body: {
    at: '2026-11-24T03:40:00.000Z',
    steps: plan.steps
      .filter(({ phase, verb }) => phase === 'containment' && verb === 'apply')
      .map(({ id }) => ({ step: id, holds: true, saw: 'it is so' })),
  },
});
const result: Saying = { statement: seen, proof: await signedBy(machineKey, seen) };

const orderOf = (decisions: Saying[]): Order => ({
  id: 'order-4',
  incident: plan.incident,
  firstRun: plan.firstRun,
  plan,
  step: lift.id,
  decisions,
  results: [result],
  head: 'b'.repeat(64),
  orderedAt: '2026-11-24T03:41:00.000Z',
});

const issuerKeys = { keyOf: () => Promise.resolve({ jwk: issuerJwk }) };
async function verify(order: Order): Promise<void> {
  const self = ['aws/123456789012/iam-role/custody-identity'];
  const given = { order, policy, authority: null, directory, kinds, self, acts: [], now: NOW, issuerKeys };
  const verdict = await verifyWarrant(given);
  if (!verdict.ok) throw new Error(`${verdict.check}: ${verdict.reason}`);
}

interface Took {
  median: number;
  p99: number;
  /** On all cores: what a busy machine does not make longer. */
  cpu: number;
}

async function timed(work: () => Promise<unknown>): Promise<Took> {
  const took: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) {
    const begun = performance.now();
    await work();
    took.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(before);
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (ROUNDS - 1))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), cpu: (user + system) / 1_000 / ROUNDS };
}

const pair = await generateKeyPair('EdDSA');
const jws = await new CompactSign(Buffer.from(seen))
  .setProtectedHeader({ alg: 'EdDSA' })
  .sign(pair.privateKey);
for (let i = 0; i < ROUNDS; i++) await compactVerify(jws, pair.publicKey, { algorithms: ['EdDSA'] });
const bare = await timed(() => compactVerify(jws, pair.publicKey, { algorithms: ['EdDSA'] }));

const ms = (figure: number): string => `${figure.toFixed(2).padStart(6)} ms`;
const line = (name: string, { median, p99, cpu }: Took) =>
  console.log(
    `${name.padEnd(40)} median ${ms(median)}  p99 ${ms(p99)}  of CPU ${ms(cpu)}  ${(cpu / bare.cpu).toFixed(1)} x a bare signature`,
  );
line('a bare signature (EdDSA)', bare);
const rows = [
  ...Object.keys(kindsOfProof).map((type) => ({
    name: `a warrant, ${OF_EACH} votes by ${type}, 1 result`,
    decisions: votes.filter((one) => one.type === type).map(({ vote }) => vote),
  })),
  { name: `a warrant, ${OF_EACH} votes by each, 1 result`, decisions: votes.map(({ vote }) => vote) },
];
// What is slow only the first time, the first row alone would pay.
for (const { decisions } of rows) for (let i = 0; i < ROUNDS; i++) await verify(orderOf(decisions));
const over: string[] = [];
for (const { name, decisions } of rows) {
  const took = await timed(() => verify(orderOf(decisions)));
  line(name, took);
  if (took.cpu >= BAR_MS) over.push(name);
}
console.log(
  over.length === 0
    ? `Each takes less than ${BAR_MS} ms.`
    : `Not less than ${BAR_MS} ms: ${over.join('; ')}.`,
);
