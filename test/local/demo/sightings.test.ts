import { expect, test } from 'vitest';
import type { Sighting } from '../../../local/demo/attempt.ts';
import { interruptionSeconds, sightingIn, useOf } from '../../../local/demo/sightings.ts';

const at = (second: number) => `2026-11-24T03:12:${String(second).padStart(2, '0')}.000Z`;
const seen = (second: number, answer: string, by = 'key'): Sighting => ({
  at: at(second),
  by,
  accessKeyId: 'AKIAEXAMPLE',
  answer,
});

test('a service that was refused and works again was interrupted from the one to the other', () => {
  const use = useOf(
    [seen(1, 'works'), seen(2, 'AccessDenied'), seen(3, 'AccessDenied'), seen(9, 'works')],
    'key',
  );
  expect(use).toMatchObject({
    tries: 4,
    works: 2,
    lastWorked: at(9),
    firstRefused: at(2),
    workedAgain: at(9),
  });
  expect(interruptionSeconds(use)).toBe(7);
  expect(use.refusedSince(at(3))).toBe(1);
});

test('a thief who is refused for good never works again', () => {
  const use = useOf(
    [seen(1, 'works'), seen(2, 'InvalidClientTokenId'), seen(3, 'InvalidClientTokenId')],
    'key',
  );
  expect(use).toMatchObject({ lastWorked: at(1), firstRefused: at(2), workedAgain: null });
  expect(interruptionSeconds(use)).toBeNull();
});

test('who never worked was not cut off, and no answer proves nothing', () => {
  expect(useOf([seen(1, 'AccessDenied')], 'key')).toMatchObject({ works: 0, firstRefused: null });
  expect(useOf([seen(1, 'works'), seen(2, 'no answer')], 'key')).toMatchObject({
    tries: 1,
    firstRefused: null,
  });
});

test('key and session are told apart', () => {
  const both = [
    seen(1, 'works'),
    seen(1, 'works', 'session'),
    seen(2, 'works'),
    seen(2, 'AccessDenied', 'session'),
  ];
  expect(useOf(both, 'key').firstRefused).toBeNull();
  expect(useOf(both, 'session').firstRefused).toBe(at(2));
});

test('only whole lines are sightings', () => {
  expect(sightingIn(JSON.stringify(seen(1, 'works')))).toEqual(seen(1, 'works'));
  for (const line of ['(node:1) Warning', '{"at":"now"}', 'null', '7']) expect(sightingIn(line)).toBeNull();
});
