// Runs one worker process until it is told to stop (SIGINT, SIGTERM): then it takes no more work and finishes what it has.
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import { checker } from './checker.ts';
import type { Environment } from './configuration.ts';
import { executor } from './executor.ts';
import { notifier } from './notifier.ts';
import { orchestrator } from './orchestrator.ts';

const COMPOSITIONS = { orchestrator, executor, checker, notifier } satisfies Record<
  string,
  (environment: Environment) => Promise<Worker>
>;

export type WorkerRole = keyof typeof COMPOSITIONS;

/** Throws `ConfigurationError`, `KeyError` or `PolicyError` before it takes any work. `onReady`: it polls from now on. */
export async function runWorker(
  role: WorkerRole,
  environment: Environment,
  onReady: () => void = () => {},
): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: ['SIGINT', 'SIGTERM'] });
  const worker = await COMPOSITIONS[role](environment);
  const running = worker.run();
  onReady();
  await running;
}
