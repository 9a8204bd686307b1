// People look at an incident all the time. A query must never change what the incident does: a run that was looked at has to
// replay to the same record, or it stands still, with its clock, when its worker is restarted.
import { expect, it } from 'vitest';
import { canonical } from '../../domain/encoding/canonical.ts';
import { detection, KEY } from '../domain/incident/world.ts';
import { codeThatTells, replayed } from '../replay/replayed.ts';
import { prompt } from '../replay/short-clocks.ts';
import { ended, falsePositive, reached } from '../replay/stories.ts';
import { atWork, devServer, type Stage } from '../workflows/stage.ts';

/** Somebody looks, and again as soon as there is an answer. Returns how to stop that. */
function watched(stage: Stage): () => Promise<void> {
  let over = false;
  const watch = async () => {
    while (!over) await stage.view().catch(() => undefined);
  };
  const watching = watch();
  return async () => {
    over = true;
    await watching;
  };
}

it('an incident that is looked at all the time replays to the same record', async () => {
  const { stage, stop } = await devServer({ rules: prompt });
  try {
    const goHome = await atWork(stage);
    const lookAway = watched(stage);
    try {
      await stage.detect(detection());
      const { firstRun } = await reached(stage, 'the beginning', () => true);
      for (let i = 0; i < 3; i++) await stage.say('sam', 'note', { body: { text: `what I see: ${i}` } });
      await falsePositive(stage);
      await ended(stage);
      const name = { incident: `incident/${KEY}`, firstRun };
      const { events } = await stage.records.read(name);
      const history = await stage.client.workflow.getHandle(name.incident, firstRun).fetchHistory();
      const lines = await replayed(await codeThatTells(), history, name.incident);
      expect([...new Set(lines)]).toEqual(events.map((one) => canonical(one)));
    } finally {
      await lookAway();
      await goHome();
    }
  } finally {
    await stop();
  }
});
