// The reader as the responder: shows what could be said now, and runs what is typed. Return alone says what is suggested.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { IncidentView } from '../../domain/incident/view.ts';
import { checkout } from '../checkout.mjs';
import type { Narrator } from './narrator.ts';
import { nextWord, type Word } from './script.ts';
import type { Stage } from './stage.ts';
import { PEOPLE, type Person } from './staff.ts';
import type { Answering } from './story.ts';

/** Long enough to look into the UI and the logs between two answers. */
export const PATIENCE_MS = 30 * 60_000;

type Look = () => Promise<IncidentView | null>;

export const prompted =
  (stage: Stage, narrator: Narrator): Answering =>
  async (suggested, look) => {
    const { person, args, because } = suggested;
    narrator.line(`Your turn: you are ${PEOPLE[person].name}, who by the script ${because}:`);
    narrator.command(person, args);
    const people = Object.keys(PEOPLE).join(', ');
    narrator.more(
      `Return alone says that. Or type a command of your own (show, plan show, reject …); begin with a name to be somebody else (${people}). If you do nothing, see what silence does.`,
    );
    while (await stillAsked(suggested, look)) {
      const typed = await question(`${person}$ `, suggested, look, narrator);
      if (typed === undefined) return;
      const [who, words] = understood(typed, suggested);
      const code = await run(stage, who, words);
      if (code !== 0) narrator.more(`(exit code ${code}: see custody --help)`);
    }
  };

/** It may be answered from another terminal, or by silence. */
async function stillAsked({ answers }: Word, look: Look): Promise<boolean> {
  const view = await look();
  return view === null || nextWord(view)?.answers === answers;
}

/** What was typed; empty where nobody is at the terminal, undefined where it is not asked any more. */
async function question(
  text: string,
  asked: Word,
  look: Look,
  narrator: Narrator,
): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const over = new AbortController();
  const typed = Promise.race([
    lines.question(text, { signal: over.signal }),
    once(lines, 'close', { signal: over.signal }).then(() => ''),
  ]).finally(() => over.abort());
  const moved = meanwhile(asked, look, over.signal, () => lines.prompt(true), narrator);
  try {
    return await Promise.race([typed, moved]);
  } finally {
    over.abort();
    lines.close();
    await Promise.allSettled([typed, moved]);
  }
}

/** Ends when it is not asked any more; what is told meanwhile is followed by the prompt. */
async function meanwhile(
  asked: Word,
  look: Look,
  over: AbortSignal,
  promptAgain: () => void,
  narrator: Narrator,
): Promise<undefined> {
  while (!over.aborted) {
    await pause(1_000, undefined, { signal: over });
    const before = narrator.written;
    if (!(await stillAsked(asked, look))) return undefined;
    if (narrator.written > before && !over.aborted) promptAgain();
  }
  return undefined;
}

function understood(typed: string, { person, args }: Word): [Person, string[]] {
  const words =
    typed.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')) ?? [];
  const who = words[0] !== undefined && Object.hasOwn(PEOPLE, words[0]) ? (words.shift() as Person) : person;
  if (words[0] === 'custody') words.shift();
  // Whoever only presses Return has read what is suggested; whoever is not there cannot be asked.
  return words.length === 0 ? [who, [...args, '--yes']] : [who, words];
}

/** With the terminal itself, so that it asks before it signs. */
async function run(stage: Stage, person: Person, words: readonly string[]): Promise<number> {
  const main = path.join(checkout, 'dist', 'cli', 'main.js');
  const env = { ...process.env, ...stage.shellOf(person) };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
