// One identity incident, from its first alert to its sealed record. The rules are in `domain/incident`; this is the shell
// that lasts: it takes what comes one at a time, decides, records, does what is wanted, and waits for the one next deadline.
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  proxyLocalActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { judgeActivities } from '../activities/judge.ts';
import { heardDetection } from '../domain/detection/heard.ts';
import type { Detection } from '../domain/detection/detection.schema.ts';
import { hashOf } from '../domain/encoding/canonical.ts';
import { identityOf, keyOf } from '../domain/identity/identity.ts';
import type { Command } from '../domain/incident/command.ts';
import { bearingsOf } from '../domain/incident/bearings.ts';
import { decide, isItsOwn, open } from '../domain/incident/decide.ts';
import type { Decision } from '../domain/incident/decision.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { searchable, viewOf } from '../domain/incident/show.ts';
import { wanted } from '../domain/incident/wanted.ts';
import { instant } from '../domain/instant/instant.ts';
import type { Judgement } from '../domain/statement/judgement.ts';
import { Clock } from './clock.ts';
import { isUndecodable } from './converter.ts';
import { Effects, type Finished } from './effects.ts';
import { CANCEL, Inbox, type Item, reply } from './inbox.ts';
import { Ledger } from './ledger.ts';
import { type Ended, type IncidentQuery, MESSAGE_NAMES, QUERY, type Start } from './messages.ts';

const { judge } = proxyLocalActivities<ReturnType<typeof judgeActivities>>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '60 seconds',
  retry: { maximumInterval: '5 seconds' },
});

const now = () => instant(Date.now());

export async function identityIncident(start: Start): Promise<Ended> {
  const inbox = new Inbox('carried' in start ? start.carried.waiting : []);
  const run = new Run(start, inbox);
  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      await run.takeWhatCame();
      run.keepTheClock();
      await run.doWhatIsWanted();
      if (run.isOver) return run.end();
      if (workflowInfo().continueAsNewSuggested) await run.goOnAnew();
      await condition(() => run.hasNews);
    }
  });
}

class Run {
  private incident: Incident;
  private readonly inbox: Inbox;
  private readonly ledger: Ledger;
  private readonly effects = new Effects();
  private readonly clock = new Clock();
  private shown = '';
  private settling = false;

  constructor(start: Start, inbox: Inbox) {
    this.inbox = inbox;
    if ('carried' in start) {
      this.ledger = new Ledger(start.carried.ledger);
      this.incident = start.carried.incident;
    } else {
      this.ledger = new Ledger();
      const { decision, at } = begin(start);
      this.ledger.add(decision.events, at);
      this.incident = decision.incident;
    }
    this.inbox.incident = this.incident;
    setHandler(defineQuery<IncidentQuery>(QUERY), () => ({
      view: viewOf(this.incident, this.ledger.head, now()),
      tail: this.ledger.tail,
    }));
  }

  get hasNews(): boolean {
    return (
      this.inbox.items.length > 0 ||
      this.effects.finished.length > 0 ||
      this.clock.due ||
      (!this.settling && this.ledger.wantsToSettle)
    );
  }

  get isOver(): boolean {
    return (
      this.incident.outcome !== 'open' && this.incident.notices.length === 0 && this.inbox.items.length === 0
    );
  }

  /** Results and messages, one at a time and before any deadline. */
  async takeWhatCame(): Promise<void> {
    for (;;) {
      const finished = this.effects.finished.shift();
      if (finished !== undefined) {
        this.decide(await this.resultOf(finished));
        continue;
      }
      const item = this.inbox.items.shift();
      if (item === undefined) return;
      if (item.message === 'detect') this.join(item);
      else await this.hear(item);
      // What waits longer than the server wants goes along into the next run, so that a flood cannot hold this one open.
      if (workflowInfo().continueAsNewSuggested && !this.inbox.items.some((one) => one.answer !== undefined))
        return;
    }
  }

  /** The deadline is handled after everything that was there when it came. */
  keepTheClock(): void {
    for (let due = this.clock.due; due; due = (wanted(this.incident, now()).deadline ?? '~') <= now()) {
      this.clock.due = false;
      this.decide({ type: 'tick' });
    }
    this.clock.set(wanted(this.incident, now()).deadline);
  }

  async doWhatIsWanted(): Promise<void> {
    await this.effects.keepTo(this.incident, wanted(this.incident, now()).effects, this.ledger.head.hash);
    if (!this.settling && this.ledger.wantsToSettle && this.incident.outcome === 'open') void this.settle();
    if (!this.effects.isLocal) this.show();
  }

  /** Sealed, or not over: a record store that does not answer is told about and asked again. */
  async end(): Promise<Ended> {
    this.clock.stop();
    await condition(allHandlersFinished);
    await condition(() => !this.settling);
    for (;;) {
      const failed = await this.ledger.settle(this.name, true);
      if (failed === null) break;
      this.decide({ type: 'settleFailed', reason: failed });
      await sleep('1 minute');
    }
    const { outcome, forwardTo } = this.incident;
    const head = this.ledger.head.hash;
    return outcome === 'forwarded' && forwardTo !== null
      ? { outcome, to: keyOf(forwardTo), head }
      : { outcome: 'closed', head };
  }

  async goOnAnew(): Promise<void> {
    this.clock.stop();
    await this.effects.cancel();
    await condition(() => !this.settling);
    await this.ledger.settle(this.name, false);
    await this.takeWhatCame();
    await condition(allHandlersFinished);
    const { head, tail } = this.ledger;
    const waiting = this.inbox.items.map(({ message, payload }) => ({ message, payload }));
    await continueAsNew<typeof identityIncident>({
      carried: { incident: this.incident, ledger: { head, tail }, waiting },
    });
  }

  private get name() {
    return { incident: this.incident.id, firstRun: this.incident.firstRun };
  }

  private decide(command: Command): Decision {
    const at = now();
    const decision = decide(this.incident, command, at);
    this.ledger.add(decision.events, at);
    this.incident = decision.incident;
    this.inbox.incident = decision.incident;
    return decision;
  }

  /** Alerts that arrive together are one event with a count. */
  private join(first: Item): void {
    const items = [first];
    while (this.inbox.items[0]?.message === 'detect') items.push(this.inbox.items.shift() as Item);
    const detections: Detection[] = [];
    for (const item of items) {
      const heard = isUndecodable(item.payload)
        ? item.payload
        : heardDetection((item.payload as { detection?: unknown } | null)?.detection);
      if (
        'detection' in heard &&
        isItsOwn(`incident/${this.incident.key}`, identityOf(heard.detection.key ?? ''))
      )
        detections.push(heard.detection);
      else {
        const reason =
          'reason' in heard
            ? heard.reason
            : 'This alert is about another identity: send it to the incident of that one.';
        const code = isUndecodable(item.payload)
          ? 'undecodable'
          : 'detection' in heard
            ? 'notOurs'
            : 'malformed';
        reply(
          item,
          this.decide({ type: 'unheard', message: 'detect', code, reason, digest: digestOf(item.payload) })
            .answer,
        );
      }
    }
    if (detections.length === 0) return;
    this.decide({ type: 'detect', detections });
    const answer = { accepted: true as const, says: 'Joined the incident.', seq: this.incident.seq };
    for (const item of items) reply(item, answer);
  }

  private async hear(item: Item): Promise<void> {
    const { message, payload } = item;
    const digest = digestOf(payload);
    const unheard = unheardFor(message, payload);
    const command: Command =
      unheard !== null
        ? { type: 'unheard', message, digest, ...unheard }
        : await this.judged(message, payload, digest);
    reply(item, this.decide(command).answer);
  }

  private async judged(message: string, payload: unknown, digest: string | null): Promise<Command> {
    try {
      const judgement = await judge({ message, payload, bearings: bearingsOf(this.incident), now: now() });
      return { type: 'said', message, digest, judgement };
    } catch {
      const reason = 'It could not be judged, because no worker could read the directory. Say it again.';
      return { type: 'unheard', message, code: 'judgeUnavailable', reason, digest };
    }
  }

  private async resultOf(finished: Finished): Promise<Command> {
    const effect = finished.effect.id;
    switch (finished.result) {
      case 'rules':
        return { type: 'resolved', effect, rules: finished.rules };
      case 'done':
        return { type: finished.effect.type === 'forward' ? 'forwarded' : 'notified', effect };
      case 'failed':
        return { type: 'failed', effect, sort: finished.sort, reason: finished.reason };
      case 'saying': {
        const message =
          ({ discover: 'discovered', check: 'checked' } as Record<string, string>)[finished.effect.type] ??
          'applied';
        const said = await this.judged(message, finished.saying, null);
        const judgement: Judgement =
          said.type === 'said' ? said.judgement : { readable: false, reason: 'It could not be judged.' };
        return { type: message as 'discovered' | 'checked' | 'applied', effect, judgement };
      }
    }
  }

  private async settle(): Promise<void> {
    this.settling = true;
    const failed = await this.ledger.settle(this.name, false);
    if (failed !== null) this.decide({ type: 'settleFailed', reason: failed });
    this.settling = false;
  }

  /** At most once a workflow task, and only what changed. */
  private show(): void {
    const seen = searchable(this.incident, now());
    const text = JSON.stringify(seen);
    if (text === this.shown) return;
    this.shown = text;
    upsertSearchAttributes([
      { key: PHASE, value: seen.phase },
      { key: HOLDER, value: seen.holder },
      { key: SEVERITY, value: seen.severity },
      { key: DUE, value: new Date(seen.due) },
      { key: CLASS, value: seen.class },
    ]);
  }
}

const PHASE = defineSearchAttributeKey('custodyPhase', 'KEYWORD');
const HOLDER = defineSearchAttributeKey('custodyHolder', 'KEYWORD');
const SEVERITY = defineSearchAttributeKey('custodySeverity', 'KEYWORD');
const DUE = defineSearchAttributeKey('custodyDue', 'DATETIME');
const CLASS = defineSearchAttributeKey('custodyClass', 'KEYWORD');

/** A start that names nothing to hold ends at once, loudly; everything else opens an incident with a clock. */
function begin(start: Start): { decision: Decision; at: string } {
  const heard = isUndecodable(start)
    ? start
    : heardDetection((start as { detection?: unknown } | null)?.detection);
  if (!('detection' in heard))
    throw ApplicationFailure.nonRetryable(`Start it with { detection }. ${heard.reason}`, 'unreadableStart');
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const identity = identityOf(heard.detection.key ?? '');
  const forwardTo = isItsOwn(workflowId, identity) ? null : identity;
  const at = now();
  return {
    at,
    decision: open(
      {
        incident: workflowId,
        firstRun: firstExecutionRunId,
        identity,
        detection: heard.detection,
        forwardTo,
      },
      at,
    ),
  };
}

function unheardFor(
  message: string,
  payload: unknown,
): Pick<Extract<Command, { type: 'unheard' }>, 'code' | 'reason'> | null {
  if (message === CANCEL)
    return { code: 'cancelRefused', reason: 'An incident is not cancelled: it is closed by those who may.' };
  if (!MESSAGE_NAMES.includes(message as never))
    return {
      code: 'unknownMessage',
      reason: `There is no message ${message.slice(0, 64)}; there are ${MESSAGE_NAMES.join(', ')}.`,
    };
  if (isUndecodable(payload)) return { code: 'undecodable', reason: payload.reason };
  return null;
}

/** What was said stands in the record by its hash alone: it may be anything. */
function digestOf(payload: unknown): string | null {
  try {
    return payload === null || payload === undefined ? null : hashOf(payload);
  } catch {
    return null;
  }
}
