// A detection as it arrives at an incident: from a client of ours, or by a bare `temporal workflow start`. Takes the known
// fields within their bounds and derives the rest; nothing else gets into the state. The schema's form, without its library:
// this runs inside the workflow. Whom it is about is never taken from the sender's own `key`.
import type { Detection, Fact, Level } from './detection.schema.ts';
import { opening } from './opening.ts';

export type Heard = { detection: Detection } | { reason: string };

const LEVELS: readonly string[] = ['critical', 'high', 'medium', 'low', 'unknown'];
const FACTS: readonly string[] = [
  'human',
  'workload',
  'agent',
  'privileged',
  'externallyExposed',
  'businessCritical',
  'ciCd',
  'thirdParty',
  'federated',
];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;

export function heardDetection(value: unknown): Heard {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('it is not an object');
  const sent = value as Record<string, unknown>;
  if (sent['format'] !== 'custody/detection/1') return wrong('`format` must be custody/detection/1');
  for (const [field, longest] of REQUIRED) {
    if (!isText(sent[field], longest))
      return wrong(`\`${field}\` must be a text of 1 to ${longest} characters`);
  }
  for (const [field, longest] of NULLABLE) {
    if ((sent[field] ?? null) !== null && !isText(sent[field], longest)) {
      return wrong(`\`${field}\` must be a text of 1 to ${longest} characters or null`);
    }
  }
  const text = (field: string) => sent[field] as string;
  const orNull = (field: string) => (sent[field] ?? null) as string | null;
  const identity = {
    provider: text('provider'),
    accountId: orNull('accountId'),
    identityKind: text('identityKind'),
    identityRef: orNull('identityRef'),
    credentialId: orNull('credentialId'),
    isSample: sent['isSample'] === true,
  };
  if (sent['opens'] === false) return wrong('its sender says that it opens nothing');
  const found = opening(identity);
  if (!found.opens || found.key === null) return wrong(found.why);
  const detection: Detection = {
    format: 'custody/detection/1',
    source: text('source'),
    sourceId: text('sourceId'),
    updatedAt: text('updatedAt'),
    ...(isText(sent['title'], 500) ? { title: sent['title'] } : {}),
    ...identity,
    severity: written(sent['severity']),
    level: LEVELS.includes(sent['level'] as string) ? (sent['level'] as Level) : 'unknown',
    occurredAt: written(sent['occurredAt']),
    occurredAtUtc:
      isText(sent['occurredAtUtc'], 64) && INSTANT.test(sent['occurredAtUtc']) ? sent['occurredAtUtc'] : null,
    opens: true,
    why: isText(sent['why'], 500) ? sent['why'] : found.why,
    key: found.key,
    classification: Array.isArray(sent['classification'])
      ? sent['classification'].slice(0, 32).flatMap(factOf)
      : [],
    ...exposuresIn(sent['exposures']),
  };
  return { detection };
}

const REQUIRED: readonly [string, number][] = [
  ['source', 64],
  ['sourceId', 512],
  ['updatedAt', 64],
  ['provider', 64],
  ['identityKind', 64],
];

const NULLABLE: readonly [string, number][] = [
  ['accountId', 128],
  ['identityRef', 2_048],
  ['credentialId', 256],
];

const wrong = (reason: string): Heard => ({ reason: `This detection cannot be used: ${reason}.` });

/** Half a character (a lone surrogate) is no text: it could be neither hashed nor stand in a key. */
const HALF = /\p{Cs}/u;

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest && !HALF.test(value);

const written = (value: unknown): string | number | null =>
  (typeof value === 'number' && Number.isFinite(value)) || (typeof value === 'string' && value.length <= 64)
    ? value
    : null;

/** A query, a fragment or a user's name in an address often lets in whoever has it: intake takes them off, and so does this. */
function exposuresIn(value: unknown): Pick<Detection, 'exposures'> {
  const texts = Array.isArray(value) ? value.filter((one): one is string => isText(one, 500)) : [];
  const places = texts.map((one) => one.replace(/[?#].*$/s, '').replace(/(^|\/\/)[^/\s@]*@/, '$1'));
  const named = [...new Set(places)].filter((one) => one !== '');
  return named.length === 0 ? {} : { exposures: named.slice(0, 20) };
}

function factOf(value: unknown): Fact[] {
  const { fact, value: holds, evidence } = (value ?? {}) as Record<string, unknown>;
  if (!FACTS.includes(fact as string) || typeof holds !== 'boolean' || typeof evidence !== 'string')
    return [];
  return [{ fact: fact as Fact['fact'], value: holds, evidence: evidence.slice(0, 500) }];
}
