// What an incident can be asked: messages, results of effects, and its own clock.
import type { Detection } from '../detection/detection.schema.ts';
import type { Instants } from '../custody/hold.ts';
import type { Rules } from '../runbook/rules.ts';
import type { Judgement } from '../statement/judgement.ts';
import type { RefusalCode } from '../statement/refusal.ts';
import type { Delivery } from './delivery.ts';
import type { Earlier } from './incident.ts';

export type FailureSort = 'retry' | 'throttled' | 'denied' | 'impossible' | 'refused' | 'absent';

export type Command =
  | { type: 'detect'; detections: Detection[] }
  | { type: 'said'; message: string; digest: string | null; judgement: Judgement }
  /** Could not be decoded, is of an unknown name, asks to cancel, or could not be judged. */
  | { type: 'unheard'; message: string; code: RefusalCode; reason: string; digest: string | null }
  | { type: 'tick' }
  | { type: 'resolved'; effect: string; rules: Rules }
  | { type: 'timed'; effect: string; instants: Instants }
  | { type: 'discovered'; effect: string; judgement: Judgement }
  | { type: 'applied'; effect: string; judgement: Judgement }
  | { type: 'checked'; effect: string; judgement: Judgement }
  | { type: 'notified'; effect: string; delivery?: Delivery | null }
  | { type: 'forwarded'; effect: string }
  | { type: 'recalled'; effect: string; earlier: Earlier | null }
  | { type: 'preflighted'; effect: string; missing: string[]; unknown: string | null }
  | { type: 'failed'; effect: string; sort: FailureSort; reason: string }
  | { type: 'settleFailed'; reason: string };
