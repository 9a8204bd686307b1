// What a runbook says of acts without people: what is refused, what is warned of, and what is fine.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readFolder } from '../../authority/folder.ts';
import { PolicyError } from '../../authority/policy-error.ts';

const small = (file: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../runbooks/small', file), 'utf8');

interface Written {
  executors: Record<string, Record<string, unknown>>;
  ladders: Record<string, { fallback: unknown[] }>;
  defaults: { ladders: Record<string, string> };
  classes: Record<string, unknown>[];
}

const CONTAIN = { do: 'contain-reversible' };
const HOLD = { do: 'hold' };
const robots = (change: Record<string, unknown> = {}) => ({
  name: 'robots',
  when: { workload: true },
  strategies: ['cut'],
  mode: 'auto',
  ...change,
});

function said(change: (runbook: Written) => void): { problems: string[]; warnings: string[] } {
  const runbook = parse(small('runbook.yaml')) as Written;
  change(runbook);
  try {
    const { warnings } = readFolder({
      'runbook.yaml': stringify(runbook, { aliasDuplicateObjects: false }),
      'people.yaml': small('people.yaml'),
      'authority.cedar': small('authority.cedar'),
    });
    return { problems: [], warnings: warnings.map(({ says }) => says) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { problems: error.problems.map(({ says }) => says), warnings: [] };
  }
}

const usual = said(() => {}).warnings;
const fresh = ({ problems, warnings }: ReturnType<typeof said>): string[] => [
  ...problems,
  ...warnings.filter((one) => !usual.includes(one)),
];

describe('a runbook', () => {
  it('may have a class in auto, and a ladder whose silence contains what can be taken back', () => {
    const found = said((runbook) => {
      runbook.classes.unshift(robots());
      runbook.ladders['page'] = { ...runbook.ladders['page'], fallback: [CONTAIN, HOLD] };
    });
    expect(fresh(found)).toEqual([]);
  });

  const rows: [string, RegExp, (runbook: Written) => void][] = [
    [
      'refuses auto without a cut',
      /people confirm what was put on without them by a cut/,
      ({ classes }) => classes.unshift(robots({ strategies: ['restrict'] })),
    ],
    [
      'refuses a ladder that ends in it',
      /the last fallback must be `do: hold`/,
      ({ ladders }) => Object.assign(ladders['page'] ?? {}, { fallback: [CONTAIN] }),
    ],
    [
      'warns of auto for whatever is not known',
      /fits whatever nobody knows anything about/,
      ({ classes }) => Object.assign(classes[0] ?? {}, { mode: 'auto' }),
    ],
    ...(['privileged', 'businessCritical', 'human'] as const).map(
      (fact): [string, RegExp, (runbook: Written) => void] => [
        `warns of auto for what is ${fact}`,
        new RegExp(`cuts without people what is ${fact}`),
        ({ classes }) => classes.unshift(robots({ when: { [fact]: true } })),
      ],
    ),
    [
      'warns of auto where nobody cuts on AWS',
      /nothing of robots is ever put on without people/,
      ({ classes, executors }) => {
        classes.unshift(robots());
        Object.assign(executors['identity-aws'] ?? {}, { part: 'owner' });
      },
    ],
    [
      'warns of silence that contains where nobody cuts on AWS',
      /silence never puts anything on/,
      ({ ladders, executors }) => {
        Object.assign(ladders['page'] ?? {}, { fallback: [CONTAIN, HOLD] });
        Object.assign(executors['identity-aws'] ?? {}, { part: 'owner' });
      },
    ],
    [
      'warns of silence that contains when people have decided',
      /it never contains: late is climbed by no triage and no containment/,
      ({ ladders, defaults }) => {
        ladders['late'] = { ...ladders['page'], fallback: [CONTAIN, HOLD] };
        defaults.ladders['hardening'] = 'late';
      },
    ],
    [
      'warns of silence that contains twice',
      /it stands before already/,
      ({ ladders }) => Object.assign(ladders['page'] ?? {}, { fallback: [CONTAIN, CONTAIN, HOLD] }),
    ],
  ];
  it.each(rows)('%s', (_, says, change) => {
    expect(fresh(said(change))).toContainEqual(expect.stringMatching(says));
  });
});
