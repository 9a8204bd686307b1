// All that goes between a worker and whatever it acts on, whichever proxy it passes: what each call is, and what becomes of it. One wire a
// test file; a new server is a proxy that asks it.

import type { Place } from '../e2e/canaries.ts';

/**
 * `old`: what the same read answered before it last changed. `dropped`: it was done, and the answer is lost. `killedBefore`, `killedAfter`: the
 * worker's process dies before the call is passed on, or when it was done and the answer is on its way.
 */
export type Fault =
  | 'throttled'
  | 'broken'
  | 'silent'
  | 'dropped'
  | 'old'
  | 'denied'
  | 'full'
  | 'killedBefore'
  | 'killedAfter';

/** Answered in place of whoever was called. */
export const REFUSALS = ['throttled', 'broken', 'denied', 'full'] as const;
export type Refusal = (typeof REFUSALS)[number];
export const isRefusal = (fault: Fault | undefined): fault is Refusal =>
  fault !== undefined && (REFUSALS as readonly Fault[]).includes(fault);

export interface Call {
  /** `iam:AttachUserPolicy`, `github:PUT`, `postgres:ALTER ROLE`. */
  name: string;
  /** Of the request, as far as they name what it is about: UserName, SecretId, … Never a value. */
  names: Readonly<Record<string, string>>;
  writes: boolean;
  /** What was done to it; undefined: nothing, also where there was no older answer, or no process that could die. */
  became?: Fault;
  /** Made by a process that can be killed. */
  mortal?: boolean;
  /** Of the answer that was given, whether or not it arrived. */
  status?: number;
}

export interface Wire {
  calls: Call[];
  /** Asked about each call that a proxy can name, before it is passed on. */
  befalls: (call: Call) => Fault | undefined | Promise<Fault | undefined>;
  /** Once it was done, before its answer goes on. */
  done: (call: Call) => Promise<void>;
  /** The process that makes the calls; null: the test's own does. */
  process: { kill(): Promise<void> } | null;
  /** What came out of workers: results, failures, what they printed. */
  left: Place[];
}

export const newWire = (): Wire => ({
  calls: [],
  befalls: () => undefined,
  done: async () => {},
  process: null,
  left: [],
});

const KILLS: readonly (Fault | undefined)[] = ['killedBefore', 'killedAfter'];

/** What shall become of the call. */
export async function fateOf(wire: Wire, call: Call): Promise<Fault | undefined> {
  const fate = await wire.befalls(call);
  const fault = KILLS.includes(fate) && wire.process === null ? undefined : fate;
  if (wire.process !== null) call.mortal = true;
  wire.calls.push(call);
  // That an answer is old is not known before there is one.
  if (fault !== undefined && fault !== 'old') call.became = fault;
  if (fault === 'killedBefore') await wire.process?.kill();
  return fault;
}

/** It was done. */
export async function doneWith(wire: Wire, call: Call, fault: Fault | undefined): Promise<void> {
  await wire.done(call);
  if (fault === 'killedAfter') await wire.process?.kill();
}

/** Whether the answer goes to nobody. */
export const isLost = (fault: Fault | undefined): boolean => fault === 'dropped' || fault === 'killedAfter';
