// Each lint rule of ours must fail on its fixture, and pass the files beside it; the ordinary lint must not see them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const FIXTURES = 'test/lint/fixtures';

interface Report {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly message: string;
  }[];
  readonly number_of_files: number;
}

/** oxlint exits 1 when it finds something, so the exit code is not looked at. */
async function lint(...args: string[]): Promise<Report> {
  const oxlint = promisify(execFile)('node_modules/.bin/oxlint', ['--type-aware', '-f', 'json', ...args]);
  const { stdout } = await oxlint.catch((failure: { stdout?: string }) => ({ stdout: failure.stdout ?? '' }));
  return JSON.parse(stdout) as Report;
}

const expected: Record<string, string> = {
  'activities/floats': 'typescript(no-floating-promises)',
  'activities/imports-authority-type': 'house(arrows)',
  'activities/imports-provider': 'house(arrows)',
  'activities/misuses': 'typescript(no-misused-promises)',
  'authority/imports-intake': 'house(arrows)',
  'cli/imports-provider': 'house(arrows)',
  'cli/imports-worker': 'house(arrows)',
  'client/imports-workflow': 'house(arrows)',
  'domain/cycle/one': 'import(no-cycle)',
  'domain/cycle/two': 'import(no-cycle)',
  'domain/imports-authority': 'house(arrows)',
  'domain/imports-cloud': 'house(arrows)',
  'domain/imports-lazily': 'house(arrows)',
  'domain/imports-node': 'house(arrows)',
  'domain/imports-schema-value': 'house(arrows)',
  'domain/imports-temporal': 'house(arrows)',
  'domain/imports-zod': 'house(arrows)',
  'domain/imports-zone-data': 'house(arrows)',
  'domain/incident/imports-calendar': 'house(arrows)',
  'domain/runbook/imports-calendar.schema': 'house(arrows)',
  'domain/reads-clock': 'house(no-clock)',
  'intake/imports-authority': 'house(arrows)',
  'providers/aws/imports-authority': 'house(arrows)',
  'shed/imports-domain': 'house(arrows)',
  'workers/imports-cli': 'house(arrows)',
  'workflows/async-validator': 'typescript(no-misused-promises)',
  'workflows/imports-activity-inline-type': 'house(arrows)',
  'workflows/imports-calendar': 'house(arrows)',
  'workflows/imports-activity-value': 'house(arrows)',
  'workflows/imports-cloud-type': 'house(arrows)',
  'workflows/imports-jose': 'house(arrows)',
  'workflows/imports-node': 'house(arrows)',
  'workflows/imports-zod': 'house(arrows)',
  'workflows/imports-zone-data': 'house(arrows)',
};

const report = await lint('-c', `${FIXTURES}/oxlint.json`, FIXTURES);
const fileOf = (filename: string) => filename.replace(/^.*fixtures\/house\//, '').replace(/\.ts$/, '');

test.each(Object.entries(expected))('%s breaks %s', (file, rule) => {
  const codes = report.diagnostics
    .filter((found) => fileOf(found.filename) === file)
    .map((found) => found.code);
  expect(codes).toContain(rule);
});

test('all that reads a clock is found', () => {
  const found = report.diagnostics.filter(({ filename }) => fileOf(filename) === 'domain/reads-clock');
  expect(found.map(({ message }) => /: (.*) is banned/.exec(message)?.[1])).toEqual([
    'Date.now',
    'new Date() without an argument',
    'Math.random',
  ]);
});

test('what the house allows passes', () => {
  const broken = new Set(report.diagnostics.map((found) => fileOf(found.filename)));
  expect([...broken].filter((file) => !(file in expected))).toEqual([]);
  expect(report.number_of_files).toBeGreaterThan(Object.keys(expected).length);
});

test('the ordinary lint leaves the fixtures out', async () => {
  const ordinary = await lint('--no-error-on-unmatched-pattern', FIXTURES);
  expect(ordinary.diagnostics).toEqual([]);
});
