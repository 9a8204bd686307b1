// Sorts the errors of Temporal's client into the causes of failure.ts. What it does not know passes unchanged.
import {
  ApplicationFailure,
  isGrpcServiceError,
  QueryNotRegisteredError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { REFUSAL_CODES, type RefusalCode } from '../domain/statement/refusal.ts';
import { NobodyWorking, NoSuchIncident, Refused, Unreachable } from './failure.ts';

// The numbers of gRPC (Status codes and their use in gRPC).
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const FAILED_PRECONDITION = 9;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** The gRPC error in this error or in what caused it. */
function grpcStatus(error: unknown): { code: number; details: string } | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at)) return { code: at.code, details: at.details };
  }
  return undefined;
}

/** A refusal by the incident, if this error is one. */
export function refusalIn(error: unknown): Refused | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  const code = REFUSAL_CODES.find((known) => known === cause.type) as RefusalCode | undefined;
  return code === undefined ? undefined : new Refused(code, cause.message, { cause: error });
}

/** Nobody took it in time: it may still be taken later. */
export function notTakenInTime(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcStatus(error)?.code === DEADLINE_EXCEEDED
  );
}

/** The error to throw instead of this one. */
export function sorted(error: unknown, workflowId?: string): unknown {
  const refused = refusalIn(error);
  if (refused) return refused;
  const status = grpcStatus(error);
  if (workflowId !== undefined && (error instanceof WorkflowNotFoundError || status?.code === NOT_FOUND)) {
    return new NoSuchIncident(
      `No open incident ${workflowId}. \`custody incident list\` shows what there is.`,
      { cause: error },
    );
  }
  if (error instanceof QueryNotRegisteredError) {
    return new NobodyWorking(`${workflowId ?? 'This workflow'} is no incident of custody.`, { cause: error });
  }
  if (workflowId !== undefined && notTakenInTime(error)) return nobodyWorking(workflowId, error);
  switch (status?.code) {
    case UNAVAILABLE:
    case DEADLINE_EXCEEDED:
      return new Unreachable('Temporal does not answer. Is its address right (TEMPORAL_ADDRESS)?', {
        cause: error,
      });
    case UNAUTHENTICATED:
    case PERMISSION_DENIED:
      return new Unreachable(
        'Temporal does not let us in. Are namespace and credentials right (TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…)?',
        { cause: error },
      );
    case NOT_FOUND:
      return new Unreachable(`Temporal: ${status.details}. Is the namespace right (TEMPORAL_NAMESPACE)?`, {
        cause: error,
      });
    case FAILED_PRECONDITION:
      // What the server says to a query while no worker has polled the queue for some minutes.
      return workflowId === undefined ? error : nobodyWorking(workflowId, error);
    default:
      return error;
  }
}

function nobodyWorking(workflowId: string, cause: unknown): NobodyWorking {
  return new NobodyWorking(
    `No worker answers for ${workflowId}. Is an orchestrator running (\`custody worker orchestrator\`)?`,
    { cause },
  );
}

/** Runs `call`; what it throws is sorted. */
export async function sorting<T>(call: () => Promise<T>, workflowId?: string): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw sorted(error, workflowId);
  }
}
