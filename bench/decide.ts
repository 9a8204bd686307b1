// How many decisions a second one core makes: `npm run bench`. A figure of one run on one machine, and ratios within it; no test.
// Hashing is apart: plans and records are hashed where they are made, and are measured beside it.
import { chained, GENESIS, type Head } from '../domain/record/record.ts';
import type { Detection } from '../domain/detection/detection.schema.ts';
import type { Command } from '../domain/incident/command.ts';
import { decide, open } from '../domain/incident/decide.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Judgement } from '../domain/statement/judgement.ts';

const NOW = '2026-11-24T03:12:00.000Z';
const ROUNDS = 200_000;

const identity = { provider: 'aws', account: '123456789012', kind: 'iam-user', reference: 'deploy-robot' };
const detection: Detection = {
  format: 'custody/detection/1',
  source: 'guardduty',
  sourceId: 'finding-1',
  updatedAt: NOW,
  provider: 'aws',
  accountId: '123456789012',
  identityKind: 'aws-iam-user-access-key',
  identityRef: 'deploy-robot',
  credentialId: 'AKIAIOSFODNN7STOLEN1',
  severity: 8,
  level: 'high',
  occurredAt: NOW,
  occurredAtUtc: NOW,
  isSample: false,
  opens: true,
  why: 'names an IAM user: opens an incident',
  key: 'aws/123456789012/iam-user/deploy-robot',
  classification: [],
};

const said = (message: 'note' | 'decide', body: Record<string, unknown>): Command => {
  const statement = {
    v: 1,
    incident: incident.id,
    firstRun: 'run',
    message,
    answers: message === 'decide' ? 'act-9' : null,
    plan: null,
    body,
    person: 'sam',
    iat: Math.floor(Date.parse(NOW) / 1_000),
    exp: Math.floor(Date.parse(NOW) / 1_000) + 600,
    jti: '0123456789abcdef',
  };
  const judgement: Judgement = {
    readable: true,
    statement: statement as Extract<Judgement, { readable: true }>['statement'],
    saying: { statement: 'x', proof: { type: 'key', jws: 'x' } },
    proof: { holds: true, assurance: 'signed', kid: 'k' },
    speaker: { id: 'sam', parties: ['soc'], identities: [], role: null },
    authority: { allowed: true, reason: 'soc may' },
  };
  return { type: 'said', message, digest: null, judgement };
};

const start = {
  incident: `incident/${detection.key}`,
  firstRun: 'run',
  identity,
  detection,
  forwardTo: null,
};
const incident: Incident = open(start, NOW).incident;

const commands: Record<string, Command> = {
  'a note, taken': said('note', { text: 'seen' }),
  'a vote, refused': said('decide', { verdict: 'approve' }),
  'a notice, delivered': { type: 'notified', effect: incident.notices[0]?.id ?? '' },
  'the clock, not due': { type: 'tick' },
};

const perSecond = (work: () => void): number => {
  for (let i = 0; i < ROUNDS / 10; i++) work();
  const begun = performance.now();
  for (let i = 0; i < ROUNDS; i++) work();
  return Math.round(ROUNDS / ((performance.now() - begun) / 1_000));
};

const figures = Object.entries(commands).map(([name, command]) => {
  return [name, perSecond(() => void decide(incident, command, NOW))] as const;
});
let head: Head = GENESIS;
const hashed = perSecond(() => {
  const { seq, hash } = chained(head, NOW, { type: 'noted', data: { person: 'sam', text: 'seen' } });
  head = { seq, hash };
});

for (const [name, figure] of [...figures, ['a record line, hashed', hashed] as const]) {
  console.log(
    `${name.padEnd(24)} ${figure.toLocaleString('en').padStart(12)} a second  ${(figure / hashed).toFixed(1)} x hashing`,
  );
}
