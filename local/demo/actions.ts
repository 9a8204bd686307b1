// Counts what an incident costs on Temporal, from its history: events, and Actions as Temporal Cloud names its billable operations
// ("Temporal Cloud Actions"). What leaves no event is not counted: queries, heartbeats, and updates that a validator refused.
import proto from '@temporalio/proto';

type History = proto.temporal.api.history.v1.IHistory;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

const { EventType } = proto.temporal.api.enums.v1;

/** Each is one Action. */
const ONE_EACH: readonly (number | null | undefined)[] = [
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
];

export interface Cost {
  events: number;
  actions: number;
}

export function costOf({ events }: History): Cost {
  const all = events ?? [];
  const single = all.filter(({ eventType }) => ONE_EACH.includes(eventType)).length;
  return { events: all.length, actions: single + activityAttempts(all) + localActivityTasks(all) };
}

/** Each start of an activity, first or again. */
const activityAttempts = (events: readonly HistoryEvent[]): number =>
  events.reduce((sum, { activityTaskStartedEventAttributes: started }) => sum + (started?.attempt ?? 0), 0);

/** However many local activities one workflow task runs, they are one Action. */
const localActivityTasks = (events: readonly HistoryEvent[]): number =>
  new Set(
    events.flatMap(({ markerRecordedEventAttributes: marker }) =>
      marker?.markerName === 'core_local_activity' ? [String(marker.workflowTaskCompletedEventId)] : [],
    ),
  ).size;
