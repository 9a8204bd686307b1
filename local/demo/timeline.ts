// The record as people read it afterwards: one line for each event that changed who holds it, what was decided, done or seen. Pure.
import { type Instant, inWords, epochMs } from '../../domain/instant/instant.ts';
import type { EventData, EventType } from '../../domain/incident/event.ts';
import type { RecordedEvent } from '../../domain/record/record.ts';

type Telling = { [T in EventType]?: (data: EventData[T]) => string };

const TELLING: Telling = {
  opened: ({ detection }) => `an alert from ${detection.source} opens the incident; soc holds it`,
  detectionJoined: ({ detections }) =>
    `${detections.length === 1 ? 'another alert joins' : `${detections.length} more alerts join`}`,
  rungTold: ({ to, person, rung }) => `nobody has answered: ${person ?? to} is told (rung ${rung + 1})`,
  silence: ({ does, to }) => `silence is answered: ${does}${to === null ? '' : ` to ${to}`}`,
  acknowledged: ({ person }) => `${person} takes it`,
  assessed: ({ person, verdict, strategy }) =>
    `${person} judges: ${verdict ?? 'a correction'}${strategy === null ? '' : `, ${strategy}`}`,
  voted: ({ person, verdict, gate }) => `${person} votes at ${gate}: ${verdict}`,
  planApproved: ({ plan }) => `plan ${plan.slice(0, 12)} is approved`,
  phaseEntered: ({ phase }) => `${phase} begins`,
  offered: ({ to, from }) => `${from} offers it to ${to}`,
  handedOff: ({ to, person }) => `${to} holds it now (${person})`,
  stepApplied: ({ step, wasSo }) => `step ${step} is done${wasSo ? ' (it was so already)' : ''}`,
  stepTrouble: ({ step, reason }) => `step ${step} has trouble: ${reason}`,
  undoneFound: ({ step }) => `step ${step} was undone by somebody, and is done again`,
  stepSeen: ({ steps }) => `${steps.join(', ')}: seen by the checker, and again after propagation`,
  reopened: ({ steps, saw }) => `OPEN AGAIN, ${steps.join(', ')} is done again: ${saw}`,
  contained: () => 'CONTAINED: the stolen credential is seen dead',
  attested: ({ person, verdict }) => `${person} attests: ${verdict}`,
  followUpsFound: ({ followUps }) =>
    `left to do: ${followUps.map(({ id, kind }) => `${id} (${kind})`).join(', ')}`,
  followUpEnded: ({ id, as, person, ticket }) =>
    `${person}: ${id} is ${as}${ticket === null ? '' : ` (${ticket})`}`,
  deadlineCame: ({ steps }) => `the hard deadline has come: ${steps.join(', ')} now`,
  planChanged: ({ why }) => `the plan is not what is needed any more: ${why}`,
  recovered: ({ interruptedSeconds }) =>
    `RECOVERED: the service works on the new credential${interruptedSeconds === undefined ? '' : `; it stood still for ${interruptedSeconds} s`}`,
  closed: ({ as }) => `closed as ${as}`,
};

export function timeline(events: readonly RecordedEvent[]): string[] {
  const opened = events[0]?.at;
  if (opened === undefined) return [];
  return events.flatMap(({ type, at, data }) => {
    const tell = TELLING[type as EventType] as ((data: unknown) => string) | undefined;
    return tell === undefined ? [] : [`${clock(at)}  ${after(opened, at).padStart(6)}  ${tell(data)}`];
  });
}

const clock = (at: Instant): string => at.slice(11, 19);
const after = (start: Instant, at: Instant): string => `+${inWords(epochMs(at) - epochMs(start))}`;
