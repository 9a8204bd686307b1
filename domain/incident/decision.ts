// A decision under way: events found so far, and the state that they make. Keeps `decide` readable; nothing is mutated but itself.
import type { Gate } from '../gate/gate.ts';
import type { RefusalCode } from '../statement/refusal.ts';
import type { Instant } from '../instant/instant.ts';
import { dueOf } from './due.ts';
import { event, type EventData, type EventType, type IncidentEvent } from './event.ts';
import { evolve } from './evolve/evolve.ts';
import { type Incident, takesNoStep, title } from './incident.ts';

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

const markOf = (incident: Incident): string =>
  incident.drill ? 'DRILL: ' : takesNoStep(incident) ? 'OBSERVE: ' : '';

type Verb = 'ack' | 'approve' | 'attest' | 'close' | 'show';

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

  /**
   * People are told through the notifier; the record keeps what was said, who holds it, until when, and what silence does.
   * `answer`: the command that answers what is said, which ends with it; left out, the one that fits whoever is told.
   */
  tell(to: string, says: string, more: { person?: string | null; answer?: Verb } = {}): this {
    const { incident } = this;
    const { hold } = incident;
    const awaited = incident.offer?.to === to || (hold.party === to && hold.acknowledgedAt === null);
    const answer = `custody ${more.answer ?? (awaited ? 'ack' : 'show')} ${incident.key}`;
    const text = more.answer === undefined ? says : `${says} ${answer}`;
    const due = dueOf(incident, this.now);
    return this.add('told', {
      notice: `notice-${incident.counters.notice + 1}`,
      to,
      person: more.person ?? null,
      says: `${markOf(incident)}${text}`,
      holder: { party: hold.party, title: title(incident, hold.party), person: hold.person },
      due: due.at,
      then: due.then,
      answer,
    });
  }

  /** A gate that was opened in this very decision. */
  gate(id: string): Gate {
    const gate = this.incident.gates.find((one) => one.id === id);
    if (gate === undefined) throw new Error(`there is no gate ${id}`);
    return gate;
  }

  done(answer: Answered = null): Decision {
    return { events: this.events, incident: this.incident, answer };
  }
}
