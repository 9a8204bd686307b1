// How alerts are told apart and compared.
import { base32Of } from '../encoding/canonical.ts';
import type { Detection, Level } from './detection.schema.ts';

/** One alert in one state: a source sends the same id again when it has seen more. */
export const alertMark = (detection: Detection): string =>
  base32Of(JSON.stringify([detection.source, detection.sourceId, detection.updatedAt]), 20);

const GRAVEST_FIRST: readonly Level[] = ['critical', 'high', 'medium', 'low', 'unknown'];

/** Whether `a` is less grave than `b`. */
export const isLower = (a: Level, b: Level): boolean => GRAVEST_FIRST.indexOf(a) > GRAVEST_FIRST.indexOf(b);

/** The graver of two; `unknown` is the least. */
export const strongerLevel = (a: Level, b: Level): Level =>
  GRAVEST_FIRST.indexOf(a) <= GRAVEST_FIRST.indexOf(b) ? a : b;

/** By which id an executor reads it again at its source; null where none can. A finding about several identities is several alerts. */
export const findingOf = ({ source, sourceId, isSample }: Detection): string | null =>
  source === FINDINGS_OF && !isSample ? sourceId.replace(/#\d+$/, '') : null;

/** The one source whose alerts executors can read again. */
export const FINDINGS_OF = 'guardduty';
