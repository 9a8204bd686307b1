// How a run begins that was not carried over: with the alert that it was started with.
import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { heardDetection } from '../domain/detection/heard.ts';
import { identityOf } from '../domain/identity/identity.ts';
import { isItsOwn, open } from '../domain/incident/decide.ts';
import type { Decision } from '../domain/incident/decision.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { isUndecodable, NOT_DECODED } from './converter.ts';
import { type Carried, type DetectPayload, MESSAGE_NAMES, type Waiting } from './messages.ts';

/** Whether a run was carried over. A start may be anything, or nothing at all. */
export const isCarried = (start: unknown): start is { carried: Carried } =>
  (start as { carried?: Partial<Carried> } | null | undefined)?.carried?.incident?.v === 1;

export function waitingIn(start: unknown): Waiting[] {
  if (isCarried(start)) return start.carried.waiting;
  const waiting = (start as { waiting?: unknown } | null | undefined)?.waiting;
  const known = (one: Partial<Waiting> | null): boolean => MESSAGE_NAMES.includes(one?.message as never);
  return Array.isArray(waiting) ? (waiting as Waiting[]).filter(known) : [];
}

/** A start that names nothing to hold ends at once, loudly; everything else opens an incident with a clock. */
export function begin(start: DetectPayload, at: Instant): Decision {
  const heard = isUndecodable(start)
    ? { reason: NOT_DECODED }
    : heardDetection((start as Partial<DetectPayload> | null | undefined)?.detection);
  if (!('detection' in heard)) {
    throw ApplicationFailure.nonRetryable(`Start it with { detection }. ${heard.reason}`, 'unreadableStart');
  }
  const { detection } = heard;
  const { workflowId, firstExecutionRunId, runId, continuedFromExecutionRunId } = workflowInfo();
  // An incident that begins where another was closed has a record of its own.
  const firstRun = continuedFromExecutionRunId === undefined ? firstExecutionRunId : runId;
  const identity = identityOf(detection.key ?? '');
  // Under another name than its identity's it would miss that one's alerts: it hands on what it has.
  const forwardTo = isItsOwn(workflowId, identity) ? null : identity;
  return open({ incident: workflowId, firstRun, identity, detection, forwardTo }, at);
}
