// One run of an incident: its state, what came in, what is under way, and the record's open end.
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Detection } from '../domain/detection/detection.schema.ts';
import { keyOf } from '../domain/identity/identity.ts';
import { bearingsOf } from '../domain/incident/bearings.ts';
import type { Command } from '../domain/incident/command.ts';
import { decide } from '../domain/incident/decide.ts';
import type { Decision } from '../domain/incident/decision.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { viewOf } from '../domain/incident/show.ts';
import { wanted } from '../domain/incident/wanted.ts';
import { instant } from '../domain/instant/instant.ts';
import type { Refusal } from '../domain/statement/refusal.ts';
import { begin, isCarried } from './begin.ts';
import { Clock } from './clock.ts';
import { Effects } from './effects.ts';
import { alertIn, commandOf, hear, join } from './hearing.ts';
import { type Inbox, type Item, reply } from './inbox.ts';
import { Ledger } from './ledger.ts';
import { Listing } from './listing.ts';
import { type Ended, type IncidentQuery, QUERY, type Start, type Waiting } from './messages.ts';

const now = () => instant(Date.now());

/** No incident comes near it; to pass it is a defect, and the next wake-up goes on from there. */
const MOST_TICKS = 1_000;

/** Alerts that are kept whole for the next incident; more of one moment would say nothing more. */
const LATE_KEPT = 20;

const CLOSED: Refusal = { code: 'closed', reason: 'This incident is closed.' };

const asWaiting = (detection: Detection): Waiting => ({ message: 'detect', payload: { detection } });

export class Run {
  private incident: Incident;
  private readonly inbox: Inbox;
  private readonly ledger: Ledger;
  private readonly effects = new Effects();
  private readonly clock = new Clock();
  private readonly listing = new Listing();
  private settling = false;
  private waitsForTheStore = false;
  /** Alerts that came after the close: they open the next incident. */
  private readonly late: Detection[] = [];

  constructor(start: Start, inbox: Inbox) {
    this.inbox = inbox;
    if (isCarried(start)) {
      this.ledger = new Ledger(start.carried.ledger);
      this.incident = start.carried.incident;
    } else {
      const at = now();
      const { events, incident } = begin(start, at);
      this.ledger = new Ledger();
      this.ledger.add(events, at);
      this.incident = incident;
    }
    this.inbox.incident = this.incident;
    setHandler(defineQuery<IncidentQuery>(QUERY), () => ({
      view: viewOf(this.incident, this.ledger.head, now()),
      tail: this.ledger.tail,
      bearings: bearingsOf(this.incident),
    }));
  }

  get hasNews(): boolean {
    const came = this.inbox.items.length > 0 || this.effects.finished.length > 0;
    const hasRoom = this.waitsForTheStore && this.ledger.isLight;
    return came || this.clock.due || this.shouldSettle || hasRoom;
  }

  /** Never with more than a run may begin with: the server would end it. Until the record store has taken the rest, this run goes on. */
  get isToGoOnAnew(): boolean {
    const { continueAsNewSuggested } = workflowInfo();
    this.waitsForTheStore = continueAsNewSuggested && !this.ledger.isLight;
    return continueAsNewSuggested && this.ledger.isLight;
  }

  get isOver(): boolean {
    const told = this.incident.notices.length === 0;
    return this.incident.outcome !== 'open' && told && this.inbox.items.length === 0;
  }

  /** Results and messages, one at a time and before any deadline. */
  async takeWhatCame(): Promise<void> {
    for (;;) {
      const finished = this.effects.finished.shift();
      if (finished !== undefined) {
        this.decide(await commandOf(finished, this.incident, now()));
        continue;
      }
      const item = this.inbox.items.shift();
      if (item === undefined) return;
      if (item.message === 'detect' && this.incident.outcome !== 'open') this.comesLate(item);
      else if (item.message === 'detect')
        join(item, this.inbox, this.incident, (command) => this.decide(command));
      else await hear(item, this.incident, now, (command) => this.decide(command));
      // What waits longer than the server wants goes along into the next run, so that a flood cannot hold this one open.
      const { isAwaited, isLight } = this.inbox;
      if (workflowInfo().continueAsNewSuggested && !isAwaited && isLight) return;
    }
  }

  /** The deadline is handled after everything that was there when it came. */
  keepTheClock(): void {
    let due = this.clock.due;
    for (let i = 0; due && i < MOST_TICKS; i++) {
      this.clock.due = false;
      this.decide({ type: 'tick' });
      const { deadline } = wanted(this.incident, now());
      due = deadline !== null && deadline <= now();
    }
    this.clock.set(wanted(this.incident, now()).deadline);
  }

  async doWhatIsWanted(): Promise<void> {
    await this.effects.keepTo(this.incident, wanted(this.incident, now()).effects, this.ledger.head.hash);
    if (this.shouldSettle) void this.settle();
    this.listing.show(this.incident, now());
  }

  /**
   * Sealed, or not over: a record store that does not answer is told about and asked again. Nothing is recorded meanwhile, but an
   * alert is never lost: it opens the next incident.
   */
  async end(): Promise<Ended> {
    this.clock.stop();
    this.inbox.afterwards = (item) => this.comesLate(item);
    await condition(() => !this.settling);
    for (let told = false; ; told = true) {
      const failed = await this.ledger.settle(this.name, true);
      if (failed === null) break;
      // No event: the seal may stand already, and its answer alone be lost.
      if (!told) this.effects.tellUnsealed(this.incident, failed, now());
      await sleep('1 minute');
      if (this.isToGoOnAnew) await this.carryOver([]);
    }
    await condition(allHandlersFinished);
    const [detection, ...more] = this.late.slice(0, LATE_KEPT);
    if (detection !== undefined) {
      const waiting = more.map(asWaiting);
      await continueAsNew<(start: Start) => Promise<Ended>>({ detection, waiting });
    }
    const { outcome, forwardTo } = this.incident;
    const head = this.ledger.head.hash;
    if (outcome === 'forwarded' && forwardTo !== null) return { outcome, to: keyOf(forwardTo), head };
    return { outcome: 'closed', head };
  }

  /** State, clocks, orders and what waits go along; what is under way is cancelled and wanted again, under the same ids. */
  async goOnAnew(): Promise<void> {
    this.clock.stop();
    await this.effects.cancel();
    await condition(() => !this.settling);
    await this.ledger.settle(this.name, false, true);
    for (;;) {
      await this.takeWhatCame();
      if (allHandlersFinished()) break;
      await condition(() => allHandlersFinished() || this.inbox.isAwaited);
    }
    await this.carryOver(this.inbox.items.map(({ message, payload }) => ({ message, payload })));
  }

  private async carryOver(waiting: Waiting[]): Promise<void> {
    const late = this.late.slice(0, LATE_KEPT).map(asWaiting);
    const { head, tail } = this.ledger;
    const carried = { incident: this.incident, ledger: { head, tail }, waiting: [...waiting, ...late] };
    await continueAsNew<(start: Start) => Promise<Ended>>({ carried });
  }

  /** What else is said to a closed incident has no effect, and is in no record any more. */
  private comesLate(item: Item): void {
    const heard = item.message === 'detect' ? alertIn(item.payload, this.incident) : CLOSED;
    if (!('detection' in heard)) return reply(item, { accepted: false, ...heard });
    this.late.push(heard.detection);
    const says = 'The incident before it is closed: this opens the next one.';
    reply(item, { accepted: true, says, seq: 1 });
  }

  private get name() {
    return { incident: this.incident.id, firstRun: this.incident.firstRun };
  }

  /** What is left at the close is settled with the seal. */
  private get shouldSettle(): boolean {
    return !this.settling && this.ledger.wantsToSettle && this.incident.outcome === 'open';
  }

  private decide(command: Command): Decision {
    const at = now();
    const decision = decide(this.incident, command, at);
    this.ledger.add(decision.events, at);
    this.incident = decision.incident;
    this.inbox.incident = decision.incident;
    return decision;
  }

  private async settle(): Promise<void> {
    this.settling = true;
    const failed = await this.ledger.settle(this.name, false);
    if (failed !== null) this.decide({ type: 'settleFailed', reason: failed });
    this.settling = false;
  }
}
