// A small runbook to begin with, from a few answers: the texts of runbook.yaml, people.yaml and authority.cedar. Pure. Whoever reads it must understand
// every line, so it stays under 40 lines and says nothing twice.
import { stringify } from 'yaml';
import { SMALL_AUTHORITY } from './small-authority.ts';

export interface SmallAnswers {
  name: string;
  /** AWS account numbers. */
  accounts: readonly string[];
  /** Ids of people, each with the parties that they belong to. */
  people: Readonly<Record<string, readonly string[]>>;
  /** The first identity that is somebody's: a pattern over keys, its party, and where its credential lies. */
  owned: { identity: string; party: string; secret: string | null } | null;
  /** Where the JSON Schemas lie, as seen from the folder: for editors. */
  schemas: string | null;
}

/** The teams that a small runbook needs, and what they are asked for. */
export const SMALL_PARTIES = {
  soc: 'Security operations',
  identity: 'Identity team',
  'service-owner': 'Service owners',
} as const;

export function smallFolder(
  answers: SmallAnswers,
): Record<'runbook.yaml' | 'people.yaml' | 'authority.cedar', string> {
  return {
    'runbook.yaml': runbookText(answers),
    'people.yaml': peopleText(answers),
    'authority.cedar': SMALL_AUTHORITY,
  };
}

function runbookText({ name, accounts, people, owned, schemas }: SmallAnswers): string {
  const others = new Set([...Object.values(people).flat(), ...(owned === null ? [] : [owned.party])]);
  for (const party of Object.keys(SMALL_PARTIES)) others.delete(party);
  const parties = [...Object.entries(SMALL_PARTIES), ...[...others].map((party) => [party, titleOf(party)])];
  const where = `provider: aws, accounts: [${accounts.map((account) => `'${account}'`).join(', ')}]`;
  return `${[
    ...schemaLine(schemas, 'runbook'),
    '# Who holds an identity incident, until when, and what silence does. `custody runbook check` names every mistake with its line.',
    'version: 1',
    `name: ${inline(name)}`,
    'parties:',
    ...parties.map(([party = '', title = '']) => `  ${party}: { title: ${inline(title)} }`),
    'executors: # who acts: the first cuts, the second makes the replacement',
    `  identity-aws: { party: identity, ${where}, part: source-of-truth }`,
    `  owner-aws: { party: service-owner, ${where}, part: owner }`,
    'checkers: # who looks',
    `  aws: { ${where} }`,
    'propagation: { aws: 60s } # IAM takes a while to be the same everywhere',
    'orders: { pickUp: 2m, run: 10m, again: 30s }',
    'ladders: # whom to tell when, and what silence does at the end',
    '  page:',
    '    rungs: [{ after: 5m, tell: soc }]',
    '    repeat: 15m',
    '    fallback: [{ do: hold }]',
    'defaults: # of every class, where it says nothing else',
    '  holders: { triage: soc, containment: identity, recovery: service-owner, hardening: identity }',
    '  ladders: { triage: page, containment: page, recovery: page, hardening: page }',
    '  clocks:',
    '    triage: { acknowledge: 15m, act: 1h }',
    '    containment: { acknowledge: 15m, act: 1h }',
    '    recovery: { acknowledge: 1h, act: 8h }',
    '    hardening: { acknowledge: 8h, act: 4d }',
    '  gates: # how many of whom decide',
    '    risk: { quorum: 1, parties: [soc] }',
    '    act: { quorum: 2, parties: [soc, identity] }',
    '    irreversible: { quorum: 2, parties: [identity, service-owner] }',
    '    close: { quorum: 1, parties: [soc] }',
    'classes: # the first that fits is the incident’s; the last fits all',
    '  - { name: standard, when: {}, strategies: [cut] }',
    ...ownersLines(owned),
    'validity: { containment: 4h, recovery: 24h, hardening: 4d }',
  ].join('\n')}\n`;
}

const schemaLine = (schemas: string | null, file: string): string[] =>
  schemas === null ? [] : [`# yaml-language-server: $schema=${schemas}/${file}.schema.json`];

function ownersLines(owned: SmallAnswers['owned']): string[] {
  if (owned === null) return ['owners: [] # an identity that is nobody’s is held by the SOC'];
  const secret = owned.secret === null ? '' : `, secret: ${inline(owned.secret)}`;
  return ['owners:', `  - { identity: ${inline(owned.identity)}, party: ${owned.party}${secret} }`];
}

function peopleText({ people, schemas }: SmallAnswers): string {
  return `${[
    ...schemaLine(schemas, 'people'),
    '# Who is who. `custody key new` makes a key and prints what goes under `keys`; without one a person can only acknowledge and note.',
    'people:',
    ...Object.entries(people).map(
      ([id, parties]) =>
        `  ${inline(id)}: { name: ${inline(titleOf(id))}, parties: [${parties.join(', ')}], keys: [] }`,
    ),
    'machines:',
    '  orchestrator: { role: orchestrator, keys: [] }',
    '  identity-aws: { role: executor, party: identity, keys: [] }',
    '  owner-aws: { role: executor, party: service-owner, keys: [] }',
    '  aws: { role: checker, keys: [] }',
  ].join('\n')}\n`;
}

/** `pay-team` -> `Pay team`. */
const titleOf = (id: string): string => {
  const words = id.replaceAll(/[-._]+/g, ' ').trim();
  return words === '' ? id : words.charAt(0).toUpperCase() + words.slice(1);
};

/** One YAML scalar, quoted where it must be to stay a text within { }. */
const inline = (text: string): string =>
  stringify([text], {
    collectionStyle: 'flow',
    lineWidth: 0,
    singleQuote: true,
    flowCollectionPadding: false,
  })
    .trim()
    .slice(1, -1);
