// A clock that workers go by and a test moves. It begins so far behind that a cut-off, which is written ahead of time, lies at the true
// present: the emulator's own clock cannot be moved.
import type { Clock } from '../../../../providers/aws/clients.ts';
import { SPREAD_MS } from '../../../../providers/aws/role/cut-off.ts';

export interface MovedClock extends Clock {
  move(milliseconds: number): void;
}

export function movedClock(): MovedClock {
  let behind = 2 * SPREAD_MS;
  const move = (milliseconds: number) => {
    behind -= milliseconds;
  };
  return {
    now: () => Date.now() - behind,
    pause: async (milliseconds) => move(milliseconds),
    move,
  };
}
