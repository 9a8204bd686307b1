import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { exitCodeOf } from '../../cli/exit-code-of.ts';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { CliFailure } from '../../cli/failure.ts';
import { NobodyWorking, NoSuchIncident, Refused, SeveralFit, Unreachable } from '../../client/failure.ts';
import { custody } from './a-terminal.ts';

const DESIGNED = [
  'open',
  'show',
  'watch',
  'ack',
  'decline',
  'assess',
  'approve',
  'reject',
  'withdraw',
  'hand-off',
  'attest',
  'follow-up',
  'note',
  'passkey add',
  'pause',
  'undo',
  'close',
  'incident list',
  'plan show',
  'readiness',
  'record show',
  'record verify',
  'report coverage',
  'report metrics',
  'report observed',
  'runbook check',
  'runbook explain',
  'runbook adopt',
  'runbook sign',
  'runbook new',
  'runbook schema',
  'key new',
  'key show',
  'login check',
  'passkey approve',
  'whoami',
  'audit verify',
  'authority explain',
  'intake',
  'setup',
  'worker',
];

test('the table has every command of the grammar, once', () => {
  expect(new Set(COMMANDS.map(({ name }) => name))).toEqual(new Set(DESIGNED));
  expect(COMMANDS).toHaveLength(DESIGNED.length);
});

test('--help names every command and every exit code', async () => {
  const { exit, out } = await custody(['--help']);
  expect(exit).toBe(0);
  for (const { name } of COMMANDS) expect(out).toContain(name.split(' ')[0]);
  for (const [number, says] of Object.values(EXIT_CODES)) expect(out).toContain(`${number}  ${says}`);
});

describe.each(COMMANDS)('custody $name', ({ name, says, load }) => {
  test('--help says what it does, with an example of itself', async () => {
    const { exit, out } = await custody([...name.split(' '), '--help']);
    expect(exit).toBe(0);
    expect(out).toContain(`custody ${name}`);
    expect(out).toContain(says);
    expect(out).toMatch(new RegExp(`Examples:\n  # .+\n  .*custody ${name}\\b`));
  });

  test('--json where it prints', async () => {
    const { json } = await load();
    const { out } = await custody([...name.split(' '), '--help']);
    expect(out.includes('--json')).toBe(json);
    // A worker logs; every other command prints a result.
    expect(json).toBe(name !== 'worker');
  });

  test('an option that it does not have is a usage error', async () => {
    const { exit, err } = await custody([...name.split(' '), 'x', 'y', '--no-such-option']);
    expect(exit).toBe(2);
    // Commander names what is missing before what is too much.
    expect(err).toMatch(/^error: (unknown option '--no-such-option'|required option)/);
    expect(err).toContain('--help');
  });
});

test.each([
  [['dance']],
  [['incident', 'dance']],
  [['pause', 'k3j', '--reason', 'x']],
  [['pause', 'k3j', '--for', '2h', '--until', '2026-11-24T06:00:00Z', '--reason', 'x']],
  [['pause', 'k3j', '--for', 'a while', '--reason', 'x']],
  [['runbook', 'adopt', 'k3j', '--reason', 'x']],
  [['assess', 'k3j', '--reason', 'x']],
  [['assess', 'k3j', '--strategy', 'cut', '--reason', 'x']],
  [['assess', 'k3j', '--verdict', 'duplicate', '--reason', 'x']],
  [['assess', 'k3j', '--priority', 'p5', '--reason', 'x']],
  [['assess', 'k3j', '--mode', 'ask', '--reason', 'x']],
  [['follow-up', 'k3j', '--reason', 'x']],
  [['follow-up', 'k3j', '--add', 'a', '--id', 'follow-up-1', '--reason', 'x']],
  [['follow-up', 'k3j', '--add', 'a', '--as', 'done', '--reason', 'x']],
  [['follow-up', 'k3j', '--add', 'a', '--due', 'May', '--reason', 'x']],
  [['follow-up', 'k3j', '--id', 'follow-up-1', '--reason', 'x']],
  [['follow-up', 'k3j', '--id', 'follow-up-1', '--as', 'done', '--party', 'soc', '--reason', 'x']],
  [['follow-up', 'k3j', '--id', 'follow-up-1', '--as', 'ticketed', '--reason', 'x']],
  [['follow-up', 'k3j', '--id', 'follow-up-1', '--as', 'done', '--ticket', 'OPS-1', '--reason', 'x']],
  [['assess', 'k3j', '--verdict', 'maybe', '--impact', 'none', '--reason', 'x']],
])('%j is a usage error', async (words) => {
  const { exit, err, out } = await custody(words);
  expect(exit).toBe(2);
  expect(err).not.toBe('');
  expect(out).toBe('');
});

test('every exit code has a number of its own', () => {
  const numbers = Object.values(EXIT_CODES).map(([number]) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test.each([
  ['refused', new Refused('planChanged', 'look again')],
  ['notFound', new NoSuchIncident('none')],
  ['notFound', new SeveralFit('two')],
  ['unreachable', new Unreachable('down')],
  ['unreachable', new NobodyWorking('idle')],
  ['notSigned', new CliFailure('notSigned', 'no')],
  ['unexpected', new Error('?')],
  ['unexpected', 'a string'],
])('%s: %s', (code, error) => {
  expect(exitCodeOf(error)).toBe(code);
});

test('an error is one line without a stack, unless CUSTODY_DEBUG asks for it', async () => {
  const client = {
    incident: () => Promise.reject(new NoSuchIncident('No open incident: custody incident list.')),
  };
  const plain = await custody(['show', 'x'], { client });
  expect(plain.exit).toBe(5);
  expect(plain.err).toBe('custody: No open incident: custody incident list.\n');
  const debug = await custody(['show', 'x'], { client, env: { CUSTODY_DEBUG: '1' } });
  expect(debug.err).toContain('grammar.test.ts');
});
