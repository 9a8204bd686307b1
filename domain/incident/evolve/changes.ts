// The form of the tables below: for each event, the next state from a copy that already counts it. Never mutates what it holds.
import type { Instant } from '../../instant/instant.ts';
import type { EventData, EventType } from '../event.ts';
import type { Incident } from '../incident.ts';

export type Change<T extends EventType> = (next: Incident, data: EventData[T], at: Instant) => Incident;

export type Changes = { [T in EventType]?: Change<T> };
