// Makes a detection of an alert as read: strips secrets, keeps every field within its bounds, applies the rules.
// What leaves here is valid by the schema and holds nothing that looks like a secret.
import { type Detection, detectionSchema } from '../domain/detection/detection.schema.ts';
import { opening } from '../domain/detection/opening.ts';
import { digestOf } from '../domain/encoding/canonical.ts';
import { addressOf, withoutQueries } from './exposure.ts';
import type { Alert, Unread } from './alert.ts';
import { occurredAtUtc } from './occurred.ts';
import type { Place } from './place.ts';
import { looksSecret, withoutSecrets } from './secrets.ts';

export function normalise(alert: Alert, format: string, payload: Place): Detection | Unread {
  const identity = {
    provider: prose(alert.provider, 64),
    accountId: kept(alert.accountId, 128),
    identityKind: prose(alert.identityKind, 64),
    identityRef: kept(alert.identityRef, 2_048),
    credentialId: kept(alert.credentialId, 256),
    isSample: alert.isSample,
  };
  const draft: Detection = {
    format: 'custody/detection/1',
    source: prose(alert.source, 64),
    sourceId: told(alert.sourceId, 512),
    updatedAt: told(alert.updatedAt, 64),
    ...(alert.title === null ? {} : { title: prose(alert.title, 500) }),
    ...identity,
    severity: written(alert.severity),
    level: alert.level,
    occurredAt: written(alert.occurredAt),
    occurredAtUtc: alert.occurredAtUtc === undefined ? occurredAtUtc(alert.occurredAt) : alert.occurredAtUtc,
    ...openingOf(alert, identity),
    classification: alert.classification.map((fact) => ({ ...fact, evidence: prose(fact.evidence, 500) })),
    ...exposuresOf(alert),
  };
  const parsed = detectionSchema.safeParse(draft);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? 'payload');
  const reason = `the value that would be ${field} of the detection cannot be used; correct it at its source`;
  return { format, missing: field, path: payload.path, reason };
}

const MOST_EXPOSURES = 20;

/** Left out where there are none. */
function exposuresOf({ exposures = [] }: Alert): Pick<Detection, 'exposures'> {
  const places = exposures.map((place) => addressOf(place, 500) ?? prose(withoutQueries(place), 500).trim());
  const known = [...new Set(places)].filter((place) => place !== '').slice(0, MOST_EXPOSURES);
  return known.length === 0 ? {} : { exposures: known };
}

type IdentityFields = Parameters<typeof opening>[0];

function openingOf(alert: Alert, identity: IdentityFields): Pick<Detection, 'opens' | 'why' | 'key'> {
  if (alert.opensNothing !== null) {
    const said = alert.why ?? `${alert.opensNothing}: opens nothing`;
    return { opens: false, why: prose(said, 500), key: null };
  }
  const rule = opening(identity);
  if (rule.opens) return alert.why === undefined ? rule : { ...rule, why: prose(alert.why, 500) };
  const lost = (['accountId', 'identityRef', 'credentialId'] as const).filter(
    (field) => alert[field] !== null && identity[field] === null,
  );
  if (lost.length === 0) return rule;
  return {
    ...rule,
    why: `${rule.why} (${lost.join(', ')} was left out: too long, or it looks like a secret)`,
  };
}

/** An identifier, as given; null where it cannot be kept. */
function kept(value: string | null, longest: number): string | null {
  if (value === null || value === '' || value.length > longest) return null;
  const clean = wellFormed(value);
  return looksSecret(clean) ? null : clean;
}

/** Alerts are told apart by these, so what cannot be kept is replaced by its digest. */
function told(value: string, longest: number): string {
  return kept(value, longest) ?? digestOf(wellFormed(value));
}

function written(value: string | number | null): string | number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return kept(value, 64);
}

/** Text for people: one line, no control or direction characters, which could forge what a terminal shows. */
function prose(value: string, longest: number): string {
  const line = wellFormed(whole(value)).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
  const clean = withoutSecrets(line);
  return clean.length > longest ? wellFormed(`${clean.slice(0, longest - 1)}…`) : clean;
}

/** A cut must not leave half a secret, which nothing would recognise: cut between words. */
function whole(value: string): string {
  if (value.length <= 4_000) return value;
  const cut = value.slice(0, 4_000);
  return cut.slice(0, Math.max(0, cut.search(/\s\S*$/)));
}

/** A lone surrogate has no UTF-8: it could be neither hashed nor sent. */
const wellFormed = (value: string) => value.replace(/\p{Cs}/gu, '\uFFFD');
