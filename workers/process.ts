// What every worker process shares: its connection, its log, its own voice, and a clean end.
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import type { Speak } from '../activities/speak.ts';
import type { SigningKey } from '../authority/keys.ts';
import { say } from '../authority/sign.ts';
import { configuration } from '../client/connect.ts';
import { instant } from '../domain/instant/instant.ts';

/** A machine's word is about what it did just now. */
const VALID_MS = 24 * 60 * 60_000;

export const payloadConverterPath = fileURLToPath(new URL('../workflows/converter.js', import.meta.url));

export const now = () => instant(Date.now());

export const logOf = (role: string): Logger =>
  pino({ name: `custody-${role}` }, pino.destination({ dest: 2, sync: true }));

/** Signs with the process's own key. */
export const speakWith =
  (key: SigningKey): Speak =>
  (said) =>
    say({ ...said, key, now: now(), validForMs: VALID_MS });

export interface Link {
  connection: NativeConnection;
  namespace: string;
}

export async function link(): Promise<Link> {
  const { connectionOptions, namespace } = configuration();
  return {
    connection: await NativeConnection.connect({
      ...connectionOptions,
      address: connectionOptions.address ?? 'localhost:7233',
    }),
    namespace: namespace ?? 'default',
  };
}

export const worker = (
  { connection, namespace }: Link,
  options: Omit<WorkerOptions, 'connection' | 'namespace'>,
): Promise<Worker> =>
  Worker.create({
    dataConverter: { payloadConverterPath },
    shutdownGraceTime: '10 seconds',
    // By its answer a worker hears that an order was taken back, for which the incident waits.
    maxHeartbeatThrottleInterval: '5 seconds',
    ...options,
    connection,
    namespace,
  });
