// docs/cli.md against the program: every command, with an example that the program takes, and every exit code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { grammar } from '../../cli/grammar.ts';
import { processTerminal } from '../../cli/terminal.ts';

const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| `custody ([a-z -]+)` \| (.+) \| `(custody .+)` \|$/gm)].map(
  ([, name, , example]) => ({ name, example }),
);

test('every command of the table stands there, and no other', () => {
  expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(COMMANDS.map(({ name }) => name)));
  expect(rows).toHaveLength(COMMANDS.length);
});

/** A command line into words, as a shell does for what stands there: double quotes, and nothing after `>`. */
const words = (line: string) =>
  [...(line.split(' > ')[0] ?? '').matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare ?? '')
    .slice(1);

test.each(rows)('the example is understood: $example', async ({ name, example = '' }) => {
  const argv = words(example);
  expect(argv.join(' ').startsWith(name ?? '?')).toBe(true);
  const { program, typed } = await grammar(argv, processTerminal(), () => {});
  // Parsed and not run: the action is replaced.
  let understood = false;
  typed?.action(() => {
    understood = true;
  });
  await program.parseAsync(argv, { from: 'user' });
  expect(understood).toBe(true);
});

test('every exit code stands there with its meaning', () => {
  for (const [number, says] of Object.values(EXIT_CODES)) expect(text).toContain(`| ${number} | ${says} |`);
  expect(text.match(/^\| \d+ \|/gm)).toHaveLength(Object.keys(EXIT_CODES).length);
});
