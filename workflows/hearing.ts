// Turns what came in into commands: alerts are folded, words and results are judged first. Whoever waits is answered.
import { proxyActivities } from '@temporalio/workflow';
import type { judgeActivities } from '../activities/judge.ts';
import type { Detection } from '../domain/detection/detection.schema.ts';
import { heardDetection } from '../domain/detection/heard.ts';
import { hashOf } from '../domain/encoding/canonical.ts';
import { bearingsOf } from '../domain/incident/bearings.ts';
import type { Command } from '../domain/incident/command.ts';
import type { Decision } from '../domain/incident/decision.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Instant } from '../domain/instant/instant.ts';
import type { Judgement } from '../domain/statement/judgement.ts';
import type { Refusal } from '../domain/statement/refusal.ts';
import { isUndecodable, NOT_DECODED } from './converter.ts';
import type { Finished } from './effects.ts';
import { CANCEL, type Inbox, type Item, reply } from './inbox.ts';
import { MESSAGE_NAMES } from './messages.ts';

// Not a local activity: where a query is answered while one runs, its result reaches the workflow a task later than it does in a
// replay, which then makes another record, or none.
const { judge } = proxyActivities<ReturnType<typeof judgeActivities>>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '60 seconds',
  retry: { maximumInterval: '5 seconds' },
});

/**
 * In characters of JSON: a statement, its proof and what is around them. The server ends a workflow that hands an activity more
 * than 2 MB, and a signal may be as large.
 */
const LONGEST_SAYING = 128 * 1_024;

type Decide = (command: Command) => Decision;

/** Alerts that arrive together are one event, so that a flood stays small. */
export function join(first: Item, inbox: Inbox, incident: Incident, decide: Decide): void {
  const taken: Item[] = [];
  const detections: Detection[] = [];
  for (const item of [first, ...inbox.alertsThatFollow()]) {
    const heard = alertIn(item.payload, incident);
    if ('detection' in heard) {
      taken.push(item);
      detections.push(heard.detection);
    } else
      reply(
        item,
        decide({ type: 'unheard', message: 'detect', digest: digestOf(item.payload), ...heard }).answer,
      );
  }
  if (detections.length === 0) return;
  const { seq } = decide({ type: 'detect', detections }).incident;
  for (const item of taken) reply(item, { accepted: true, says: 'The incident has this alert.', seq });
}

export function alertIn(payload: unknown, incident: Incident): { detection: Detection } | Refusal {
  if (isUndecodable(payload)) return { code: 'undecodable', reason: NOT_DECODED };
  const heard = heardDetection((payload as { detection?: unknown } | null)?.detection);
  if ('reason' in heard) return { code: 'malformed', reason: heard.reason };
  if (heard.detection.key === incident.key) return heard;
  return {
    code: 'notOurs',
    reason: 'This alert is about another identity: send it to the incident of that one.',
  };
}

export async function hear(
  item: Item,
  incident: Incident,
  now: () => Instant,
  decide: Decide,
): Promise<void> {
  const { message, payload } = item;
  const digest = digestOf(payload);
  const refused = unheard(message, payload);
  const command: Command =
    refused === null
      ? await said(message, payload, digest, incident, now())
      : { type: 'unheard', message, digest, ...refused };
  reply(item, decide(command).answer);
}

async function said(
  message: string,
  payload: unknown,
  digest: string | null,
  incident: Incident,
  now: Instant,
): Promise<Command> {
  const judgement = await judged(message, payload, incident, now);
  if (judgement !== null) return { type: 'said', message, digest, judgement };
  const reason = 'It could not be judged, because no worker could read the directory. Say it again.';
  return { type: 'unheard', message, code: 'judgeUnavailable', reason, digest };
}

/** null: nobody could judge it. */
async function judged(
  message: string,
  payload: unknown,
  incident: Incident,
  now: Instant,
): Promise<Judgement | null> {
  if ((JSON.stringify(payload) ?? '').length > LONGEST_SAYING) return null;
  try {
    return await judge({ message, payload, bearings: bearingsOf(incident), now });
  } catch {
    return null;
  }
}

/** What came of an effect; what a worker signed is judged like anybody's word. */
export async function commandOf(finished: Finished, incident: Incident, now: Instant): Promise<Command> {
  const effect = finished.effect.id;
  switch (finished.result) {
    case 'rules':
      return { type: 'resolved', effect, rules: finished.rules };
    case 'instants':
      return { type: 'timed', effect, instants: finished.instants };
    case 'earlier':
      return { type: 'recalled', effect, earlier: finished.earlier };
    case 'permissions':
      return { type: 'preflighted', effect, ...finished.said };
    case 'done':
      return { type: 'forwarded', effect };
    case 'told':
      return { type: 'notified', effect, delivery: finished.delivery };
    case 'failed':
      return { type: 'failed', effect, sort: finished.sort, reason: finished.reason };
    case 'saying': {
      const type = SAID_BY[finished.effect.type] ?? 'applied';
      const judgement = await judged(type, finished.saying, incident, now);
      return { type, effect, judgement: judgement ?? { readable: false, reason: 'It could not be judged.' } };
    }
  }
}

const SAID_BY: { [type: string]: 'discovered' | 'checked' | 'applied' } = {
  discover: 'discovered',
  check: 'checked',
  apply: 'applied',
};

function unheard(message: string, payload: unknown): Refusal | null {
  if (message === CANCEL) {
    return { code: 'cancelRefused', reason: 'An incident is not cancelled: it is closed by those who may.' };
  }
  if (!MESSAGE_NAMES.includes(message as never)) {
    const reason = `There is no message ${message.slice(0, 64)}; there are ${MESSAGE_NAMES.join(', ')}.`;
    return { code: 'unknownMessage', reason };
  }
  if ((JSON.stringify(payload) ?? '').length > LONGEST_SAYING)
    return { code: 'malformed', reason: 'It is longer than anything that can be said to an incident.' };
  return isUndecodable(payload) ? { code: 'undecodable', reason: NOT_DECODED } : null;
}

/** What was said stands in the record by its hash alone: it may be anything. */
function digestOf(payload: unknown): string | null {
  try {
    return payload === null || payload === undefined ? null : hashOf(payload);
  } catch {
    return null;
  }
}
