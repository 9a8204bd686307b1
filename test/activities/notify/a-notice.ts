// A notice as the workflow sends it.
import type { OutgoingNotice } from '../../../activities/notify/notify.ts';

export const notice = (change: Partial<OutgoingNotice> = {}): OutgoingNotice => ({
  incident: 'incident/aws/123456789012/iam-user/deploy-robot',
  firstRun: 'first-run',
  key: 'aws/123456789012/iam-user/deploy-robot',
  handle: 'k3j2h4g5f6',
  title: 'The key of deploy-robot is used from a strange network',
  id: 'notice-4',
  to: 'soc',
  person: null,
  says: 'The key of deploy-robot is used from a strange network: SOC has not answered. Answer: custody ack aws/123456789012/iam-user/deploy-robot',
  at: '2026-11-24T03:13:00.000Z',
  holder: { party: 'soc', title: 'Security operations', person: null },
  due: '2026-11-24T03:22:00.000Z',
  then: 'it is offered to Platform team',
  answer: 'custody ack aws/123456789012/iam-user/deploy-robot',
  phase: 'triage',
  level: 'high',
  drill: false,
  ...change,
});

/** Never to be seen in anything that is returned, thrown or logged. */
export const CANARY = 'canary-7f3a9c51e2d84b60';

/** Everything that an error says of itself, with what caused it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.name, error.message, error.stack, JSON.stringify(error), wordsOf(error.cause ?? '')].join(
    ' ',
  );
}

export const quiet = new AbortController().signal;
