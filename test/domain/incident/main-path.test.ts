import { describe, expect, it } from 'vitest';
import { HOUR, World } from './world.ts';

describe('the main path of an incident', () => {
  it('goes from triage to closed', () => {
    const world = new World().contained();
    expect(world.incident.phase).toBe('recovery');
    expect(world.incident.offer?.to).toBe('service-owner');
    world.recovered();
    expect(world.incident.phase).toBe('hardening');
    world.approve('ida', 'irreversible');
    world.applied();
    world.seenTwice();
    expect(world.incident.steps.map((step) => step.status)).toEqual([...Array(6).fill('seen'), 'waiting']);
    world.pass(37 * HOUR);
    world.applied();
    world.seenTwice();
    expect(world.gate('close')).not.toBe('none');
    world.say('close', 'sam', { body: { reason: 'done' } });
    expect(world.incident).toMatchObject({ phase: 'closed', outcome: 'closed', closedAs: 'resolved' });
  });
});
