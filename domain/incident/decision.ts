// A decision under way: events found so far, and the state that they make. Keeps `decide` readable; nothing is mutated but itself.
import type { RefusalCode } from '../statement/refusal.ts';
import type { Instant } from '../instant/instant.ts';
import { event, type EventData, type EventType, type IncidentEvent } from './event.ts';
import { evolve } from './evolve.ts';
import type { Incident } from './incident.ts';

/** What the one who said it is answered. null: nobody waits for one (a result, the clock). */
export type Answered =
  | { accepted: true; says: string; seq: number }
  | { accepted: false; code: RefusalCode; reason: string }
  | null;

export interface Decision {
  events: IncidentEvent[];
  incident: Incident;
  answer: Answered;
}

export class Deciding {
  incident: Incident;
  readonly now: Instant;
  readonly events: IncidentEvent[] = [];

  constructor(incident: Incident, now: Instant) {
    this.incident = incident;
    this.now = now;
  }

  add<T extends EventType>(type: T, data: EventData[T]): this {
    const happened = event(type, data);
    this.events.push(happened);
    this.incident = evolve(this.incident, happened, this.now);
    return this;
  }

  /** People are told through the notifier; the record keeps what was said. */
  tell(to: string, says: string, person: string | null = null): this {
    const marked = this.incident.drill ? `DRILL: ${says}` : says;
    return this.add('told', {
      notice: `notice-${this.incident.counters.notice + 1}`,
      to,
      person,
      says: marked,
    });
  }

  done(answer: Answered = null): Decision {
    return { events: this.events, incident: this.incident, answer };
  }
}
