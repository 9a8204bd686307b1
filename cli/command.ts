// What one command file exports, and the option parsers that several of them use.
import { type Command, InvalidArgumentError } from 'commander';
import { DURATION_PATTERN, durationMs, type Instant, instant } from '../domain/instant/instant.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface CommandFile {
  /** It takes --json. */
  json: boolean;
  /** Each: the command line, and what it does. */
  examples: readonly (readonly [command: string, says: string])[];
  /** Adds arguments, options and the action to a command that has its name already. `done` says an exit code other than 0. */
  define(command: Command, terminal: Terminal, done: (code: ExitCode) => void): void;
}

/** For options that take one of a few words. */
export function oneOf<T extends string>(...words: readonly T[]): (value: string) => T {
  return (value) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new InvalidArgumentError(`It is one of ${words.join(', ')}.`);
    return word;
  };
}

/** `15m` -> milliseconds. */
export function duration(value: string): number {
  if (!DURATION_PATTERN.test(value))
    throw new InvalidArgumentError('It is a duration such as 90s, 15m, 36h, 2d.');
  return durationMs(value);
}

/** `2026-11-24T06:00:00Z` -> an instant. */
export function moment(value: string): Instant {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It is an instant such as 2026-11-24T06:00:00Z.');
  return instant(ms);
}

/** For options that count: 1, 2, 3 … */
export function whole(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError('It is a whole number, 1 or more.');
  return Number(value);
}

/** For options that may be given several times. */
export const collected = (value: string, before: string[] = []): string[] => [...before, value];
