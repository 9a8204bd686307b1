// How a run begins that was not carried over: with the alert that it was started with.
import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { heardDetection } from '../domain/detection/heard.ts';
import { identityOf } from '../domain/identity/identity.ts';
import { isItsOwn, open } from '../domain/incident/decide.ts';
import type { Decision } from '../domain/incident/decision.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { isUndecodable } from './converter.ts';
import type { DetectPayload } from './messages.ts';

/** A start that names nothing to hold ends at once, loudly; everything else opens an incident with a clock. */
export function begin(start: DetectPayload, at: Instant): Decision {
  const heard = isUndecodable(start)
    ? start
    : heardDetection((start as Partial<DetectPayload> | null)?.detection);
  if (!('detection' in heard)) {
    throw ApplicationFailure.nonRetryable(`Start it with { detection }. ${heard.reason}`, 'unreadableStart');
  }
  const { detection } = heard;
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const identity = identityOf(detection.key ?? '');
  // Under another name than its identity's it would miss that one's alerts: it hands on what it has.
  const forwardTo = isItsOwn(workflowId, identity) ? null : identity;
  return open({ incident: workflowId, firstRun: firstExecutionRunId, identity, detection, forwardTo }, at);
}
