// What the reader of the demo sees: plain lines, each with the time since the beginning, broken where a screen ends.
import { harmless } from '../../cli/screen/harmless.ts';

const MARGIN = 8;
const WIDTH = 110;

export class Narrator {
  readonly #began = Date.now();
  readonly #write: (text: string) => void;
  /** How often something was written. */
  written = 0;

  constructor(write: (text: string) => void) {
    this.#write = (text) => {
      this.written += 1;
      write(text);
    };
  }

  get seconds(): number {
    return (Date.now() - this.#began) / 1_000;
  }

  heading(text: string): void {
    this.#write(`\n${text}\n`);
  }

  line(text: string): void {
    const time = `${this.seconds.toFixed(1)}s`.padStart(MARGIN - 2);
    this.#put(`${time}  `, text, hang(text));
  }

  /** Belongs to the line before. */
  more(text: string): void {
    for (const one of text.trimEnd().split('\n')) this.#put(' '.repeat(MARGIN), one, hang(one));
  }

  /** To be copied: in one piece. */
  verbatim(text: string): void {
    this.#write(`${' '.repeat(MARGIN)}${harmless(text)}\n`);
  }

  /** As it would be typed. */
  command(who: string, args: readonly string[]): void {
    this.verbatim(`${who}$ custody ${args.map(quoted).join(' ')}`);
  }

  #put(lead: string, text: string, hanging: number): void {
    const [first = '', ...rest] = broken(harmless(text), WIDTH - MARGIN, hanging);
    this.#write(`${[lead + first, ...rest.map((one) => ' '.repeat(MARGIN + hanging) + one)].join('\n')}\n`);
  }
}

/** Lines after the first stand under the words, not under the label or mark before them. */
const hang = (text: string): number =>
  /^(\s*(held by|due|silence|asked|s\d+|[✓✗~>!]( s\d+)?)\s+|\s+)/.exec(text)?.[0].length ?? 0;

function broken(text: string, width: number, hanging: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    const room = width - (lines.length === 0 ? 0 : hanging);
    if (line.trim() !== '' && line.length + word.trimEnd().length > room) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

const quoted = (word: string): string =>
  /^(>|[\w./:=@+,-]+)$/.test(word) ? word : `"${word.replace(/(["\\$`])/g, '\\$1')}"`;
