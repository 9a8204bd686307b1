// Records for reports: an incident of the small world that went all the way, and its events as a record has them.
import { chained, GENESIS, type Head, type RecordedEvent } from '../../domain/record/record.ts';
import { HOUR, World } from './incident/world.ts';
import { plus } from '../../domain/instant/instant.ts';

/** The chain of what has happened in this world. */
export function recordOf(world: Pick<World, 'events'>): RecordedEvent[] {
  let head: Head = GENESIS;
  return world.events.map(({ at, ...event }) => {
    const line = chained(head, at, event);
    head = line;
    return line;
  });
}

/** From the alert to the close: cut, replaced, attested, deleted. */
export function carried(world: World = new World()): World {
  world.look();
  world.assess();
  world.approve();
  applyAndSee(world, 3);
  applyAndSee(world, 1);
  applyAndSee(world, 1);
  world.say('attest', 'olga', {
    plan: world.incident.approved?.hash ?? null,
    body: { verdict: 'works', reason: 'the jobs run' },
  });
  world.approve('ida', 'irreversible');
  applyAndSee(world, 1);
  world.now = plus(world.now, 36 * HOUR);
  world.do({ type: 'tick' });
  applyAndSee(world, 1);
  world.say('close', 'sam', { answers: world.gate('close'), body: { reason: 'all is seen' } });
  return world;
}

/** A group is applied, and seen twice. */
export function applyAndSee(world: World, steps: number): void {
  for (let step = 0; step < steps; step++) world.applied();
  world.seen();
  world.now = plus(world.now, 10_000);
  world.seen();
}
