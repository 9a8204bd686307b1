// What is kept of alerts: counts and marks, and whole only what must be handed on to another incident.
import { alertMark, findingOf, isLower } from '../../detection/alert.ts';
import type { Detection } from '../../detection/detection.schema.ts';
import { type Identity, isToBeFound } from '../../identity/identity.ts';
import { earliest, type Instant } from '../../instant/instant.ts';
import type { Incident } from '../incident.ts';

const MARKS_KEPT = 200;
export const CREDENTIALS_KEPT = 50;
const FORWARDED_KEPT = 20;
export const EXPOSED_KEPT = 50;

export function withDetections(
  known: Incident['detections'],
  detections: readonly Detection[],
  at: Instant,
): Incident['detections'] {
  const credentials = detections.flatMap((one) => (one.credentialId === null ? [] : [one.credentialId]));
  const since = earliest(known.since, ...detections.map((one) => one.occurredAtUtc ?? undefined));
  return {
    count: known.count + detections.length,
    first: known.first,
    last: at,
    sources: [...new Set([...known.sources, ...detections.map((one) => one.source)])].slice(0, 20),
    credentials: keptCredentials([...new Set([...known.credentials, ...credentials])]),
    finding: detections.reduce(graver, known.finding),
    seen: [...known.seen, ...detections.map(alertMark)].slice(-MARKS_KEPT),
    ...(since === undefined ? {} : { since }),
  };
}

/** Executors refuse a light one. */
function graver(known: Incident['detections']['finding'], detection: Detection): typeof known {
  const id = findingOf(detection);
  const { level } = detection;
  return id === null || (known !== null && isLower(level, known.level)) ? known : { id, level };
}

/** The first ones stay, whatever comes: a flood must not push out what was stolen. Of the rest the newest. */
export const keptCredentials = (all: readonly string[]): string[] =>
  all.length <= CREDENTIALS_KEPT
    ? [...all]
    : [...all.slice(0, CREDENTIALS_KEPT / 2), ...all.slice(-CREDENTIALS_KEPT / 2)];

/** What must be handed on to another incident is kept whole, the rest only as marks. */
export function keeping(
  kept: readonly Detection[],
  detections: readonly Detection[],
  forwardTo: Identity | null,
  identity: Identity,
): Detection[] {
  if (forwardTo === null && !isToBeFound(identity)) return [];
  return [...kept, ...detections].slice(0, FORWARDED_KEPT);
}
