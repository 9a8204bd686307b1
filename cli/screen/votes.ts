// A vote in words, and what nobody has proved called by its name. Pure.
import type { GateView } from '../../domain/incident/view.ts';

export const TOLD_COUNTS =
  'an approval that is merely TOLD, and that nobody proves, counts here beside a proven one';

export const verdictSays = ({ verdict, assurance }: GateView['votes'][number]): string =>
  `${verdict === 'approve' ? 'approves' : 'rejects'}${assurance === 'told' ? ' (TOLD: nobody proved it)' : ''}`;
