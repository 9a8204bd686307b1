// When what did not come about is looked at, or tried, once more.
import type { Incident } from './incident.ts';

export const againMs = (incident: Incident): number => incident.rules?.orders.againMs ?? 60_000;
