// One durable timer for the earliest deadline. A later deadline lets it fire and arms it anew; only an earlier one cancels it.
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Instant } from '../domain/instant/instant.ts';
import { epochMs } from '../domain/instant/instant.ts';

export class Clock {
  /** Set when the timer has fired; whoever handles it clears it. */
  due = false;
  private armed: { at: Instant; scope: CancellationScope } | null = null;

  set(deadline: Instant | null): void {
    if (this.armed !== null && deadline !== null && this.armed.at <= deadline) return;
    this.stop();
    if (deadline === null) return;
    const scope = new CancellationScope();
    this.armed = { at: deadline, scope };
    scope
      .run(async () => {
        await sleep(Math.max(1, epochMs(deadline) - Date.now()));
        this.armed = null;
        this.due = true;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  stop(): void {
    this.armed?.scope.cancel();
    this.armed = null;
  }
}
