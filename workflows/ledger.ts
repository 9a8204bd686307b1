// The record's open end: events are chained as they are decided and kept here until the record store has them.
import { type ActivityFailure, proxyActivities, rootCause } from '@temporalio/workflow';
import type { settleActivities } from '../activities/settle/settle.ts';
import type { IncidentEvent } from '../domain/incident/event.ts';
import type { Instant } from '../domain/instant/instant.ts';
import { chained, GENESIS, type Head, type RecordedEvent } from '../domain/record/record.ts';
import type { RecordName } from '../domain/record/store.ts';

/** Settled at a phase's end, at the close, before a run continues as new, and when so many wait. */
const TAIL_BEFORE_SETTLING = 50;
const SETTLES_AT: readonly string[] = ['phaseEntered', 'closed', 'forwarded'];

/** In characters of JSON: the server ends a workflow that hands an activity more than 2 MB. */
const MOST_AT_ONCE = 256 * 1_024;

/** While a run goes on anew its clock stands still, so neither may take long. */
const settling = (scheduleToCloseTimeout: '1 minute' | '30 seconds') =>
  proxyActivities<ReturnType<typeof settleActivities>>({
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout,
    retry: { maximumInterval: '15 seconds', nonRetryableErrorTypes: ['RecordFork'] },
  }).settle;

const sizeOf = (line: RecordedEvent): number => JSON.stringify(line).length;

export class Ledger {
  head: Head;
  tail: RecordedEvent[];
  private asked = false;
  /** After a failure it is tried again when so many more have come: a store that refuses is not asked in a loop. */
  private settlesFrom = TAIL_BEFORE_SETTLING;

  /** Of the tail, in JSON. */
  private characters: number;

  constructor(from: { head: Head; tail: RecordedEvent[] } = { head: GENESIS, tail: [] }) {
    this.head = from.head;
    this.tail = from.tail;
    this.characters = from.tail.reduce((sum, line) => sum + sizeOf(line), 0);
  }

  add(events: readonly IncidentEvent[], at: Instant): void {
    for (const one of events) {
      const line = chained(this.head, at, one);
      this.head = { seq: line.seq, hash: line.hash };
      this.tail.push(line);
      this.characters += sizeOf(line);
      if (SETTLES_AT.includes(line.type)) this.asked = true;
    }
  }

  get wantsToSettle(): boolean {
    if (this.tail.length === 0) return false;
    const failed = this.settlesFrom > TAIL_BEFORE_SETTLING;
    return this.asked || this.tail.length >= this.settlesFrom || (!failed && !this.isLight);
  }

  /** Whether the tail is small enough to go along into another run. */
  get isLight(): boolean {
    return this.characters <= MOST_AT_ONCE;
  }

  /** Stores the tail. Returns why it could not, or null. `briefly`: while the clock stands still. */
  async settle(name: RecordName, seal: boolean, briefly = false): Promise<string | null> {
    this.asked = false;
    const settle = settling(briefly ? '30 seconds' : '1 minute');
    const end = this.head.seq;
    try {
      for (;;) {
        const events = this.batch();
        const last = events.at(-1)?.seq ?? end;
        await settle({ name, events, seal: seal && last >= end });
        this.tail = this.tail.filter((line) => line.seq > last);
        this.characters = this.tail.reduce((sum, line) => sum + sizeOf(line), 0);
        if (last >= end) break;
      }
      this.settlesFrom = TAIL_BEFORE_SETTLING;
      return null;
    } catch (error) {
      this.settlesFrom = this.tail.length + TAIL_BEFORE_SETTLING;
      return rootCause(error as ActivityFailure) ?? 'the record store did not answer';
    }
  }

  /** The oldest of the tail that fit into one call; one at least. */
  private batch(): RecordedEvent[] {
    let characters = 0;
    const over = this.tail.findIndex((line) => (characters += sizeOf(line)) > MOST_AT_ONCE);
    return over === -1 ? this.tail : this.tail.slice(0, Math.max(1, over));
  }
}
