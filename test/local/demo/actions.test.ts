import proto from '@temporalio/proto';
import { expect, test } from 'vitest';
import { costOf } from '../../../local/demo/actions.ts';

const { EventType } = proto.temporal.api.enums.v1;
const plain = (eventType: number) => ({ eventType });
const marker = (task: number, markerName = 'core_local_activity') => ({
  eventType: EventType.EVENT_TYPE_MARKER_RECORDED,
  markerRecordedEventAttributes: { markerName, workflowTaskCompletedEventId: task },
});

test('starts, messages, timers and search attributes are an Action each; workflow tasks are none', () => {
  const events = [
    plain(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED),
    plain(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
    plain(EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED),
    plain(EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED),
    plain(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
    plain(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED),
    plain(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED),
    plain(EventType.EVENT_TYPE_TIMER_STARTED),
    plain(EventType.EVENT_TYPE_TIMER_CANCELED),
    plain(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES),
  ];
  expect(costOf({ events })).toEqual({ events: 10, actions: 5 });
});

test('an activity is an Action each time that it was started', () => {
  const events = [
    plain(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
    {
      eventType: EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
      activityTaskStartedEventAttributes: { attempt: 3 },
    },
    plain(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED),
  ];
  expect(costOf({ events })).toEqual({ events: 3, actions: 3 });
});

test('the local activities of one workflow task are one Action', () => {
  const events = [marker(4), marker(4), marker(9), marker(9, 'another marker')];
  const history = proto.temporal.api.history.v1.History.fromObject({ events });
  expect(costOf(history)).toEqual({ events: 4, actions: 2 });
});
