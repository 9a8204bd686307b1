// What an incident would be closed as, in people's words. Pure.
import type { GateView } from '../../domain/incident/view.ts';

const CLOSES_AS: Record<string, string> = {
  resolved: 'resolved',
  observed: 'observed (nothing was cut)',
  falsePositive: 'a false alarm',
  drill: 'a drill',
  duplicate: 'a duplicate',
  handledByHand: 'handled by hand (what is not done here stays undone)',
};

/** null: the question is not about closing. */
export const closesAsSays = ({ closesAs }: Pick<GateView, 'closesAs'>): string | null =>
  closesAs === null ? null : (CLOSES_AS[closesAs] ?? closesAs);
