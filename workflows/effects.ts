// Starts what an incident wants done and cancels what it does not want any more. Results come back as items of their own.
import {
  ActivityCancellationType,
  CancellationScope,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import type { checkerActivities } from '../activities/checker.ts';
import type { executorActivities } from '../activities/executor.ts';
import type { forwardActivities } from '../activities/forward.ts';
import type { notifyActivities, OutgoingNotice } from '../activities/notify/notify.ts';
import type { recallActivities } from '../activities/recall.ts';
import type { resolveActivities } from '../activities/resolve.ts';
import type { timetableActivities } from '../activities/timetable.ts';
import type { Instants } from '../domain/custody/hold.ts';
import { handleOf } from '../domain/identity/identity.ts';
import type { FailureSort } from '../domain/incident/command.ts';
import { type Delivery, readDelivery } from '../domain/incident/delivery.ts';
import type { Earlier, Incident, Notice } from '../domain/incident/incident.ts';
import type { Effect } from '../domain/incident/wanted.ts';
import type { Instant } from '../domain/instant/instant.ts';
import type { Preflight } from '../domain/provider/provider.ts';
import type { Rules } from '../domain/runbook/rules.ts';
import type { Saying } from '../domain/statement/statement.schema.ts';
import { sorted } from './failure-sort.ts';
import { checkerQueue, executorQueue, NOTIFY_QUEUE } from './messages.ts';
import { readPreflight } from './preflight.ts';

export type Finished = { effect: Effect } & (
  | { result: 'rules'; rules: Rules }
  | { result: 'instants'; instants: Instants }
  | { result: 'saying'; saying: Saying }
  | { result: 'told'; delivery: Delivery | null }
  | { result: 'earlier'; earlier: Earlier | null }
  | { result: 'permissions'; said: Preflight }
  | { result: 'done' }
  | { result: 'failed'; sort: FailureSort; reason: string }
);

const FINAL = ['denied', 'impossible', 'refused'];
const retry = { initialInterval: '1 second', maximumInterval: '20 seconds', nonRetryableErrorTypes: FINAL };

const { resolve, timetable } = proxyActivities<
  ReturnType<typeof resolveActivities> & ReturnType<typeof timetableActivities>
>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '5 seconds', nonRetryableErrorTypes: FINAL },
});
const { recall } = proxyActivities<ReturnType<typeof recallActivities>>({
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '2 minutes',
  retry: { maximumInterval: '15 seconds', nonRetryableErrorTypes: FINAL },
});
const { forward } = proxyActivities<ReturnType<typeof forwardActivities>>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
});
/** A notice that cannot be delivered must be known to have failed: until then silence does not count. */
const { notify } = proxyActivities<ReturnType<typeof notifyActivities>>({
  taskQueue: NOTIFY_QUEUE,
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '2 minutes',
  retry: { maximumInterval: '15 seconds' },
});

/** An executor reads its own permissions: nothing is changed, and nothing waits for it but what people are shown. */
const PREFLIGHT_MS = 60_000;

export class Effects {
  readonly finished: Finished[] = [];
  private readonly running = new Map<string, { scope: CancellationScope; end: Promise<void> }>();

  /** What is cancelled is awaited before anything else is started. */
  async keepTo(incident: Incident, effects: readonly Effect[], head: string): Promise<void> {
    const wantedIds = new Set(effects.map((effect) => effect.id));
    await this.cancel((id) => !wantedIds.has(id));
    for (const effect of effects) {
      const unheard = this.finished.some((one) => one.effect.id === effect.id);
      if (!unheard && !this.running.has(effect.id)) this.start(incident, effect, head);
    }
  }

  async cancel(which: (id: string) => boolean = () => true): Promise<void> {
    const leaving = [...this.running].filter(([id]) => which(id));
    for (const [, one] of leaving) one.scope.cancel();
    await Promise.all(leaving.map(([, one]) => one.end));
  }

  /** Told once and aside, without an event: the record is closed and only its seal is missing. */
  tellUnsealed(incident: Incident, reason: string, at: Instant): void {
    const { hold, phase, level, drill } = incident;
    const holder = { party: hold.party, title: hold.party, person: hold.person };
    const says = `${incident.title}: closed, but its record cannot be sealed: ${reason}`;
    const then = 'it is tried again every minute';
    const answer = `custody show ${incident.key}`;
    const notice = {
      id: 'notice-unsealed',
      to: 'soc',
      person: null,
      says,
      at,
      holder,
      due: at,
      then,
      answer,
      phase,
      level,
      drill,
    };
    notify(outgoing(incident, notice)).catch(() => {});
  }

  private start(incident: Incident, effect: Effect, head: string): void {
    const scope = new CancellationScope();
    const end = scope
      .run(() => run(incident, effect, head))
      .then((finished) => void this.finished.push(finished))
      .catch((error: unknown) => {
        // Only what was cancelled here may end unheard: a worker could say so of itself.
        if (!isCancellation(error) || !scope.consideredCancelled)
          this.finished.push({ effect, result: 'failed', ...sorted(error) });
      })
      .finally(() => this.running.delete(effect.id));
    this.running.set(effect.id, { scope, end });
  }
}

async function run(incident: Incident, effect: Effect, head: string): Promise<Finished> {
  const orders = incident.rules?.orders ?? { pickUpMs: 60_000, runMs: 300_000 };
  const limits = {
    scheduleToStartTimeout: orders.pickUpMs,
    startToCloseTimeout: orders.runMs,
    scheduleToCloseTimeout: orders.pickUpMs + orders.runMs,
    heartbeatTimeout: '30 seconds' as const,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry,
  };
  switch (effect.type) {
    case 'resolve': {
      const { identity, facts, level, ownerNamed: owner } = incident;
      const { runbook, adopt } = effect;
      const tags = incident.discovery.found?.tags ?? [];
      const rules = await resolve({ identity, facts, level, tags, owner, runbook, adopt });
      return { effect, result: 'rules', rules };
    }
    case 'timetable': {
      const { runbook, since, rule, identity } = effect;
      return { effect, result: 'instants', instants: await timetable({ runbook, since, rule, identity }) };
    }
    case 'recall': {
      const { id, firstRun } = incident;
      return { effect, result: 'earlier', earlier: await recall({ incident: id, firstRun }) };
    }
    case 'preflight': {
      const { executor, permissions, targets, account } = effect;
      const { preflight } = proxyActivities<ReturnType<typeof executorActivities>>({
        scheduleToStartTimeout: orders.pickUpMs,
        startToCloseTimeout: PREFLIGHT_MS,
        scheduleToCloseTimeout: orders.pickUpMs + PREFLIGHT_MS,
        retry,
        taskQueue: executorQueue(executor),
      });
      const said = readPreflight(await preflight({ permissions, targets, account }));
      return { effect, result: 'permissions', said };
    }
    case 'discover': {
      const { discover } = checker(effect.checker, limits);
      return { effect, result: 'saying', saying: await discover(effect.request) };
    }
    case 'check': {
      const { check } = checker(effect.checker, limits);
      return { effect, result: 'saying', saying: await check(effect.request) };
    }
    case 'apply': {
      const executor = proxyActivities<ReturnType<typeof executorActivities>>({
        ...limits,
        taskQueue: executorQueue(effect.executor),
      });
      return { effect, result: 'saying', saying: await executor[effect.verb]({ ...effect.order, head }) };
    }
    case 'notify':
      return {
        effect,
        result: 'told',
        delivery: readDelivery(await notify(outgoing(incident, effect.notice))),
      };
    case 'forward':
      await forward({ to: effect.to, detections: effect.detections });
      return { effect, result: 'done' };
  }
}

const outgoing = ({ id, firstRun, key, title }: Incident, notice: Notice): OutgoingNotice => ({
  incident: id,
  firstRun,
  key,
  handle: handleOf(id),
  title,
  ...notice,
});

const checker = (name: string, limits: Parameters<typeof proxyActivities>[0]) =>
  proxyActivities<ReturnType<typeof checkerActivities>>({ ...limits, taskQueue: checkerQueue(name) });
