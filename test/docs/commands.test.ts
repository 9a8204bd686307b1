// What the pages tell the reader to type: every `custody` command is understood, every script of npm exists, and what the README
// says must be on the machine is what the set-up asks for.
import { expect, test } from 'vitest';
import { grammar } from '../../cli/grammar.ts';
import { processTerminal } from '../../cli/terminal.ts';
import * as client from '../../client/index.ts';
import { heardDetection } from '../../domain/detection/heard.ts';
import { tools } from '../../local/tools.mjs';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../../workflows/messages.ts';
import { codeSpans, fences, page, pages } from './page.ts';

const readme = page('README.md');
const ours = pages().filter((file) => file !== 'docs/cli.md');

/** Command lines of a page: in fenced blocks (also after somebody's prompt), and in `code` that goes on after the verb. */
const typed = (text: string): string[] => [
  ...fences(text, '').flatMap((block) =>
    block.split('\n').flatMap((line) => /^\s*(?:\w+\$ |npx )(custody .+)$/.exec(line)?.[1] ?? []),
  ),
  ...codeSpans(text).flatMap((span) => /^(?:npx )?(custody [a-z][^…]*)$/.exec(span)?.[1] ?? []),
];

/** Into words as a shell does for what stands there: double quotes, nothing after `>` or `#`. */
const words = (line: string): string[] =>
  [...(line.split(/ > | +# /)[0] ?? '').matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare ?? '')
    .slice(1);

const lines = [...new Set(ours.flatMap((file) => typed(page(file))))];

test('there are commands to try', () => expect(lines.length).toBeGreaterThan(20));

test.each(lines)('is understood: %s', async (line) => {
  const argv = words(line);
  const { program, typed: command } = await grammar(argv, processTerminal(), () => {});
  expect(command, 'there is such a command').toBeDefined();
  // A command that is merely named has no arguments to be parsed.
  if (argv.length <= (command?.name().split(' ').length ?? 0) + 1 && !/[A-Z]|\./.test(line)) return;
  let understood = false;
  command?.action(() => {
    understood = true;
  });
  await program.parseAsync(argv, { from: 'user' });
  expect(understood).toBe(true);
});

test('every script of npm that is named exists', () => {
  const { scripts } = JSON.parse(page('package.json')) as { scripts: Record<string, string> };
  const named = ours.flatMap((file) =>
    [...page(file).matchAll(/\bnpm (?:run ([a-z-]+)|(test|start))\b/g)].map(
      ([, script, short]) => script ?? short ?? '',
    ),
  );
  expect(named).toEqual(expect.arrayContaining(['demo', 'start', 'test', 'build']));
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});

test('the README says what must be on the machine', () => {
  const { engines } = JSON.parse(page('package.json')) as { engines: { node: string } };
  const node = engines.node.replace('>=', '').replace(/\.0$/, '');
  expect(readme).toContain(`Node ≥ ${node}`);
  expect(readme).toContain(`Rust ≥ ${tools.cargo.atLeast}`);
  expect(readme).toContain('C linker');
});

test('the first screen has the sentence, the commands and the picture, then come the story and the recording', () => {
  const places = ['\nnpm run demo', '\nnpm test', '```mermaid', '## One incident', ' of 12 observed'].map(
    (what) => readme.indexOf(what),
  );
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('what the example of the typed client imports is there', () => {
  const [example = ''] = fences(readme, 'ts');
  const names = /import \{ (.+) \} from 'custody\/client'/.exec(example)?.[1]?.split(', ') ?? [];
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(client).toHaveProperty(name);
});

test('the plain start of a workflow is one that opens an incident', () => {
  const start = fences(readme, '').find((block) => block.startsWith('temporal workflow start')) ?? '';
  expect(start).toContain(`--type ${WORKFLOW_TYPE} --task-queue ${TASK_QUEUE} `);
  const input = JSON.parse(/--input '([\s\S]+)'/.exec(start)?.[1] ?? '') as { detection: unknown };
  expect(heardDetection(input.detection)).toMatchObject({
    detection: { key: 'aws/123456789012/iam-user/deploy-robot' },
  });
});
