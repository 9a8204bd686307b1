// What would become weaker, in words and as the hash that is agreed to. Whoever signs computes both from the content that they were shown.
import { hashOf } from '../encoding/canonical.ts';
import type { Weakening } from './gate.ts';

export const weakeningHash = (weakens: Weakening): string => hashOf(weakens);

/** After "that". */
export function weakeningInWords(weakens: Weakening): string {
  if (weakens.do === 'pause') return `the clocks stand until ${weakens.until}`;
  if (weakens.do === 'undo')
    return weakens.verdict === null
      ? 'what custody has put on this identity is taken off, and its sessions stay dead'
      : 'this identity is cleared, and all that custody has put on it is taken off';
  if (weakens.do === 'waive') return `this is left undone: ${weakens.says ?? weakens.followUp}`;
  const { level, facts, mode } = weakens;
  return [
    ...(level === null ? [] : [`the severity is lowered to ${level}`]),
    ...facts.map(({ fact }) => `it counts as not ${fact}`),
    ...(mode === null ? [] : ['nothing is cut from now on, only observed']),
  ].join(', and ');
}
