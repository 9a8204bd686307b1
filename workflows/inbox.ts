// Everything that comes to an incident, in the order in which it came. Handlers only fill it: they never throw but an
// update's coded refusal, and none of them can wedge the run.
import {
  ApplicationFailure,
  CancellationScope,
  defineSignal,
  defineUpdate,
  setDefaultSignalHandler,
  setHandler,
  Trigger,
} from '@temporalio/workflow';
import type { Answered } from '../domain/incident/decision.ts';
import { admissible } from '../domain/incident/said-checks.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { instant } from '../domain/instant/instant.ts';
import { heardDetection } from '../domain/detection/heard.ts';
import { openSaying } from '../domain/statement/read.ts';
import { isUndecodable } from './converter.ts';
import { MESSAGE_NAMES, type Outcome, type Waiting } from './messages.ts';

export interface Item extends Waiting {
  /** Present where an update waits for what comes of it. */
  answer?: Trigger<Outcome>;
}

export const CANCEL = 'cancel';

export class Inbox {
  readonly items: Item[];
  /** What an update's validator looks at; null until the incident is open. */
  incident: Incident | null = null;

  constructor(carried: readonly Waiting[]) {
    this.items = [...carried];
    for (const name of MESSAGE_NAMES) {
      setHandler(
        defineSignal<[unknown]>(name),
        (payload) => void this.items.push({ message: name, payload }),
      );
      setHandler(defineUpdate<Outcome, [unknown]>(name), (payload) => this.ask(name, payload), {
        validator: (payload) => this.admit(name, payload),
      });
    }
    setDefaultSignalHandler((message) => void this.items.push({ message, payload: null }));
    CancellationScope.current().cancelRequested.catch(() =>
      this.items.push({ message: CANCEL, payload: null }),
    );
  }

  /** Whether somebody waits for what comes of an item. */
  get isAwaited(): boolean {
    return this.items.some((item) => item.answer !== undefined);
  }

  /** Takes the alerts that stand at the front. */
  alertsThatFollow(): Item[] {
    const other = this.items.findIndex((item) => item.message !== 'detect');
    return this.items.splice(0, other === -1 ? this.items.length : other);
  }

  /** Waits for the outcome, never for a person. */
  private ask(message: string, payload: unknown): Promise<Outcome> {
    return CancellationScope.nonCancellable(async () => {
      const answer = new Trigger<Outcome>();
      this.items.push({ message, payload, answer });
      return await answer;
    });
  }

  /** Its refusals write no history. */
  private admit(message: string, payload: unknown): void {
    if (this.incident !== null && this.incident.outcome !== 'open') {
      throw refusalOf('closed', 'This incident is closed.');
    }
    if (isUndecodable(payload)) throw refusalOf('undecodable', payload.reason);
    if (message === 'detect') {
      const heard = heardDetection((payload as { detection?: unknown } | null)?.detection);
      if ('reason' in heard) throw refusalOf('malformed', heard.reason);
      return;
    }
    const opened = openSaying(message, payload);
    if ('reason' in opened) throw refusalOf('malformed', opened.reason);
    if ('told' in opened || this.incident === null) return;
    const refused = admissible(this.incident, opened.unproven, instant(Date.now()));
    if (refused !== null) throw refusalOf(refused.code, refused.reason);
  }
}

export const refusalOf = (code: string, reason: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(reason, code);

export function reply(item: Item, answered: Answered): void {
  if (item.answer === undefined || answered === null) return;
  if (answered.accepted) item.answer.resolve({ accepted: true, seq: answered.seq, says: answered.says });
  else item.answer.reject(refusalOf(answered.code, answered.reason));
}
