// Texts that a person takes for another one, and a machine must not.
import type { Dice } from './dice.ts';

const CYRILLIC: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  o: 'о',
  p: 'р',
  s: 'ѕ',
  y: 'у',
};
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u202e'];

const fullWidth = (letter: string): string =>
  /[!-~]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter;

/** Letter by letter: of another alphabet, of another width (the same by NFKC), of another case. */
const swapped: readonly ((letter: string) => string)[] = [
  (letter) => CYRILLIC[letter] ?? letter,
  fullWidth,
  (letter) => letter.toUpperCase(),
  (letter) => `${letter}\u0301`,
];

/** Never the text itself. */
export function lookAlike(text: string, dice: Dice): string {
  const at = dice.below(text.length);
  const whole = [
    ...swapped.map((swap) => [...text].map(swap).join('')),
    ...swapped.map((swap) => text.slice(0, at) + swap(text[at] ?? '') + text.slice(at + 1)),
    text.slice(0, at) + dice.pick(INVISIBLE) + text.slice(at),
    `${text}${dice.pick(INVISIBLE)}`,
    `${text} `,
    ` ${text}`,
    `${text}\u0000`,
  ].filter((one) => one !== text);
  return dice.pick(whole);
}

/** What every object has, and nobody is called. */
export const PROTOTYPE_NAMES = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
] as const;
