// Which mode an incident goes by once its class is known anew. Pure.
import type { Rules } from './rules.ts';

type Mode = Rules['mode'];

/** What has acted never only observes because of what is known now, and nothing is done without people that the class does not say. */
export const modeAfterwards = (before: Mode | null, said: Mode): Mode =>
  said === 'observe' && before !== null && before !== 'observe' ? 'ask' : said;
