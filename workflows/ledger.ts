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

const { settle } = proxyActivities<ReturnType<typeof settleActivities>>({
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '10 minutes',
  retry: { maximumInterval: '30 seconds', nonRetryableErrorTypes: ['RecordFork'] },
});

export class Ledger {
  head: Head;
  tail: RecordedEvent[];
  private asked = false;

  constructor(from: { head: Head; tail: RecordedEvent[] } = { head: GENESIS, tail: [] }) {
    this.head = from.head;
    this.tail = from.tail;
  }

  add(events: readonly IncidentEvent[], at: Instant): void {
    for (const one of events) {
      const line = chained(this.head, at, one);
      this.head = { seq: line.seq, hash: line.hash };
      this.tail.push(line);
      if (SETTLES_AT.includes(line.type)) this.asked = true;
    }
  }

  get wantsToSettle(): boolean {
    return this.tail.length > 0 && (this.asked || this.tail.length >= TAIL_BEFORE_SETTLING);
  }

  /** Stores the tail. Returns why it could not, or null. */
  async settle(name: RecordName, seal: boolean): Promise<string | null> {
    this.asked = false;
    try {
      const stored = await settle({ name, events: this.tail, seal });
      this.tail = this.tail.filter((line) => line.seq > stored.seq);
      return null;
    } catch (error) {
      return rootCause(error as ActivityFailure) ?? 'the record store did not answer';
    }
  }
}
