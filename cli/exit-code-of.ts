// Which exit code an error means. What it does not know is `unexpected`, never something kinder.
import type { ExitCode } from './exit-codes.ts';
import { CliFailure } from './failure.ts';

/** Codes of the client's failures (client/failure.ts) that are no refusal by an incident. */
const CLIENT_FAILURES: Record<string, ExitCode> = {
  noSuchIncident: 'notFound',
  severalFit: 'notFound',
  unreachable: 'unreachable',
  nobodyWorking: 'unreachable',
  nothingToAnswer: 'refused',
  opensNothing: 'input',
  searchAttributesDiffer: 'input',
};

const BY_NAME: Record<string, ExitCode> = {
  Refused: 'refused',
  KeyError: 'usage',
  LedgerError: 'input',
  PolicyError: 'input',
  AuditError: 'usage',
  StateError: 'usage',
  // What a checker's look met: a permission that is missing, an identity that nobody can read.
  ProviderError: 'input',
  RecordFork: 'broken',
  ConfigurationError: 'usage',
  // A worker's connection (@temporalio/worker).
  TransportError: 'unreachable',
};

/** By name and code, not by class: so that no command loads the client only to sort an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliFailure) return error.exit;
  if (!(error instanceof Error)) return 'unexpected';
  const named = BY_NAME[error.name];
  if (named !== undefined) return named;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CLIENT_FAILURES[code] ?? 'unexpected';
}
