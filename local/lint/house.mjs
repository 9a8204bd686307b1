// The house's own lint rules, as an oxlint plugin. Which folder may import which is one table in arrows.mjs.
import { arrows } from './arrows.mjs';
import { noClock } from './no-clock.mjs';

export default {
  meta: { name: 'house' },
  rules: { arrows, 'no-clock': noClock },
};
