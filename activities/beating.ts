// Tells the server that the work goes on, for as long as it does: a lost worker is noticed, and slow work is not begun a second time
// beside itself. Each call that the work makes has a limit of its own.
import { Context } from '@temporalio/activity';

/** Well within the heartbeat limit of the workflow (30 s). */
const EVERY_MS = 5_000;

export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
