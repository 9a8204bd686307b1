// A terminal that keeps what was printed, with an incident behind it that keeps what was said to it.
import type { CustodyClient } from '../../client/client.ts';
import { Unreachable } from '../../client/failure.ts';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Message } from '../../domain/statement/statement.schema.ts';
import type { SayingPayload } from '../../workflows/messages.ts';
import { CliFailure } from '../../cli/failure.ts';
import { run } from '../../cli/grammar.ts';
import { oneLine } from '../../cli/screen/harmless.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { HANDLE, INCIDENT, NOW } from './an-incident.ts';

export interface Scene {
  /** What the query returns, one look after another; the last stays. */
  views?: IncidentView[];
  env?: Record<string, string>;
  /** Answer of the person; without, nobody is there. */
  answer?: string;
  /** Answers to one question after another. */
  answers?: string[];
  live?: boolean;
  files?: Record<string, string>;
  client?: Partial<CustodyClient>;
  /** What the person does with a page that is opened for them. */
  browse?: (url: string) => Promise<void>;
  /** Otherwise the clock stands at NOW, and moves while a command waits. */
  now?: () => Date;
}

export interface Ran {
  exit: number;
  out: string;
  err: string;
  said: { incident: string; message: Message; saying: SayingPayload }[];
}

/** Runs `custody` with these words. */
export async function custody(words: readonly string[], scene: Scene = {}): Promise<Ran> {
  const printed = { out: '', err: '' };
  const said: Ran['said'] = [];
  const views = [...(scene.views ?? [])];
  const answers = [...(scene.answers ?? [])];
  let now = NOW.getTime();
  const client: CustodyClient = {
    detect: () => Promise.reject(new Error('nothing is opened here')),
    detectAndWait: () => Promise.reject(new Error('nothing is opened here')),
    say(incident, message, saying) {
      said.push({ incident, message, saying });
      return Promise.resolve({ by: 'update', outcome: { accepted: true, seq: 6, says: 'Counted.' } });
    },
    incident() {
      const view = views.length > 1 ? views.shift() : views[0];
      return view === undefined ? Promise.reject(new Error('no view')) : Promise.resolve({ view, tail: [] });
    },
    async *list() {},
    polled: () => Promise.reject(new Unreachable('There is no Temporal here.')),
    askExecutor: () => Promise.reject(new Unreachable('There is no Temporal here.')),
    find: (typed) => Promise.resolve(HANDLE.startsWith(typed) ? INCIDENT : typed),
    close: () => Promise.resolve(),
    ...scene.client,
  };
  const terminal: Terminal = {
    out: (text) => void (printed.out += `${text}\n`),
    lines: (lines, to = 'out') => void (printed[to] += lines.map((line) => `${oneLine(line)}\n`).join('')),
    data: (text) => void (printed.out += `${text}\n`),
    err: (text) => void (printed.err += `${text}\n`),
    redraw: (lines) => void (printed.out += `<screen>\n${lines.join('\n')}\n`),
    env: scene.env ?? {},
    live: scene.live ?? false,
    interactive: scene.answer !== undefined || scene.answers !== undefined,
    ask: () => Promise.resolve(answers.shift() ?? scene.answer ?? ''),
    askHidden: () => Promise.resolve(answers.shift() ?? scene.answer ?? ''),
    read(path) {
      const text = scene.files?.[path];
      return text === undefined
        ? Promise.reject(new CliFailure('input', `Cannot read ${path}: there is no such file.`))
        : Promise.resolve(text);
    },
    browse: scene.browse ?? (() => Promise.reject(new Error('there is no browser'))),
    now: scene.now ?? (() => new Date(now)),
    wait(ms) {
      now += ms;
      return Promise.resolve();
    },
    client: () => Promise.resolve(client),
  };
  const exit = await run(words, terminal);
  return { exit, ...printed, said };
}
