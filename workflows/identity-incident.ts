// One identity incident, from its first alert to its sealed record. The rules are in `domain/incident`; this is the shell that
// lasts: it takes what comes one at a time, decides, records, does what is wanted, and waits for the one next deadline.
//
// When nobody answers: the clock is due, the ladder's next rung is told, and at its end silence is answered as the runbook says.
// When a worker is absent: its order fails as `absent`, which is recorded, told, and ordered again under the same id.
// When this process dies: another one replays the history up to here and goes on; nothing was kept anywhere else.
import { CancellationScope, condition } from '@temporalio/workflow';
import { waitingIn } from './begin.ts';
import { Inbox } from './inbox.ts';
import type { Ended, Start } from './messages.ts';
import { Run } from './run.ts';

export async function identityIncident(start: Start): Promise<Ended> {
  // Handlers first: a message may be there before anything else has happened.
  const inbox = new Inbox(waitingIn(start));
  const run = new Run(start, inbox);
  // A request to cancel is recorded and refused; it must not end what holds an incident.
  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      await run.takeWhatCame();
      run.keepTheClock();
      await run.doWhatIsWanted();
      if (run.isOver) return run.end();
      if (run.isToGoOnAnew) await run.goOnAnew();
      await condition(() => run.hasNews);
    }
  });
}
