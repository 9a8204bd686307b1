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
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import type { Answered } from '../domain/incident/decision.ts';
import { admissible } from '../domain/incident/said-checks.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { instant } from '../domain/instant/instant.ts';
import { heardDetection } from '../domain/detection/heard.ts';
import { openSaying } from '../domain/statement/read.ts';
import { tellAudit } from './audit.ts';
import { isUndecodable, NOT_DECODED } from './converter.ts';
import { MESSAGE_NAMES, type Outcome, type Waiting } from './messages.ts';

export interface Item extends Waiting {
  /** Present where an update waits for what comes of it. */
  answer?: Trigger<Outcome>;
}

export const CANCEL = 'cancel';

/** In characters of JSON: far below what the server takes as a run's input (2 MB). */
const MOST_CARRIED = 256 * 1_024;

export class Inbox {
  readonly items: Item[];
  /** What an update's validator looks at; null until the incident is open. */
  incident: Incident | null = null;
  /** Takes what comes instead, once nothing is added to the record any more. */
  afterwards: ((item: Item) => void) | null = null;

  constructor(carried: readonly Waiting[]) {
    this.items = [...carried];
    takeReservedNamesToo();
    inTheirOrder(() => {
      for (const name of MESSAGE_NAMES) {
        setHandler(defineSignal<[unknown]>(name), (payload) => this.take({ message: name, payload }));
        setHandler(defineUpdate<Outcome, [unknown]>(name), (payload) => this.ask(name, payload), {
          validator: (payload) => audited(name, payload, () => this.admit(name, payload)),
        });
      }
      setDefaultSignalHandler((message) => this.take({ message, payload: null }));
    });
    CancellationScope.current().cancelRequested.catch(() => this.take({ message: CANCEL, payload: null }));
  }

  private take(item: Item): void {
    if (this.afterwards === null) this.items.push(item);
    else this.afterwards(item);
  }

  /** Whether somebody waits for what comes of an item. */
  get isAwaited(): boolean {
    return this.items.some((item) => item.answer !== undefined);
  }

  /** Whether what waits is little enough to go along into another run. */
  get isLight(): boolean {
    let characters = 0;
    return this.items.every(({ payload }) => {
      characters += 100 + (JSON.stringify(payload) ?? '').length;
      return characters < MOST_CARRIED;
    });
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
      this.take({ message, payload, answer });
      return await answer;
    });
  }

  /** Its refusals write no history. */
  private admit(message: string, payload: unknown): void {
    // An alert opens the next one.
    if (this.incident !== null && this.incident.outcome !== 'open' && message !== 'detect') {
      throw refusalOf('closed', 'This incident is closed.');
    }
    if (isUndecodable(payload)) throw refusalOf('undecodable', NOT_DECODED);
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

/**
 * Where there is a default handler, the SDK throws on a signal whose name it keeps for itself (`__temporal_…`): the workflow task
 * fails again and again, and anybody who can signal could stop the clock. No hook of its own comes before that, so such a signal
 * gets another name here, and is refused like any unknown one.
 */
function takeReservedNamesToo(): void {
  const activator = getActivator();
  const handle = activator.signalWorkflow.bind(activator);
  activator.signalWorkflow = (signal) =>
    handle(
      signal.signalName?.startsWith('__temporal_') === true
        ? { ...signal, signalName: `reserved ${signal.signalName}` }
        : signal,
    );
}

/**
 * Messages may be there before any handler is. As each handler is set, the SDK hands it all that wait for it: they would come sorted
 * by name, the approval before the acknowledgement that was sent first. So they wait until every handler stands.
 */
function inTheirOrder(setHandlers: () => void): void {
  const activator = getActivator();
  const signals = activator.bufferedSignals.splice(0);
  const updates = activator.bufferedUpdates.splice(0);
  setHandlers();
  activator.bufferedSignals.push(...signals);
  activator.bufferedUpdates.push(...updates);
  activator.dispatchBufferedSignals();
  activator.dispatchBufferedUpdates();
}

export const refusalOf = (code: string, reason: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(reason, code);

/** What a validator refuses is in no history: the audit log alone has it. */
function audited(message: string, payload: unknown, admit: () => void): void {
  try {
    admit();
  } catch (error) {
    if (error instanceof ApplicationFailure) {
      const [code, why] = [error.type ?? 'unknown', error.message];
      tellAudit(message, payload, 'update', { stage: 'validator', verdict: 'refused', code, why });
    }
    throw error;
  }
}

export function reply(item: Item, answered: Answered): void {
  if (answered === null) return;
  tellAudit(item.message, item.payload, item.answer === undefined ? 'signal' : 'update', {
    stage: 'incident',
    ...(answered.accepted
      ? { verdict: 'accepted', code: 'ok', why: answered.says }
      : { verdict: 'refused', code: answered.code, why: answered.reason }),
  });
  if (item.answer === undefined) return;
  if (answered.accepted) item.answer.resolve({ accepted: true, seq: answered.seq, says: answered.says });
  else item.answer.reject(refusalOf(answered.code, answered.reason));
}
