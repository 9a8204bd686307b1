// Broken runbooks: each mistake is named at its place, together with all others, and nothing crashes whatever a file says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../authority/folder.ts';
import { PolicyError } from '../../authority/policy-error.ts';
import type { Problem } from '../../authority/policy-file.ts';

const small = (file: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../runbooks/small', file), 'utf8');
const RUNBOOK = small('runbook.yaml');
const PEOPLE = small('people.yaml');
const AUTHORITY = small('authority.cedar');

function problemsOf(texts: Readonly<Record<string, string>>): readonly Problem[] {
  try {
    readFolder({ 'authority.cedar': AUTHORITY, ...texts });
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
}

type Edit = readonly [from: string, to: string];

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`not in the file: ${from}`);
    return before.replace(from, to);
  }, text);
}

/** `12:5` of the last character sequence `marker`, which must be in the text. */
function placeOf(text: string, marker: string): string {
  const offset = text.lastIndexOf(marker);
  if (offset === -1) throw new Error(`not in the file: ${marker}`);
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

interface Row {
  what: string;
  runbook?: readonly Edit[];
  people?: readonly Edit[];
  file?: 'people.yaml';
  /** The text at which the problem is reported. */
  at: string;
  says: RegExp;
}

const CLASS = '  - { name: standard, when: {}, strategies: [cut] }\n';
const OWNER = '  - { identity: aws/123456789012/iam-user/deploy-robot';
const row = (what: string, from: string, to: string, at: string, says: RegExp): Row => ({
  what,
  runbook: [[from, to]],
  at,
  says,
});
const classes = (what: string, text: string, at: string, says: RegExp): Row =>
  row(what, CLASS, text, at, says);
const inPeople = (what: string, from: string, to: string, at: string, says: RegExp): Row => ({
  what,
  people: [[from, to]],
  file: 'people.yaml',
  at,
  says,
});

const BY_HAND = '{ phase: containment, party: identity, does: lock the account, check: no login any more }';
const OFFICE = 'calendars: { office: { zone: Europe/Berlin, hours: { mon: [09:00-17:00] } } }';
const rotation = (people: string, more = '') =>
  `rotations: { nights: { zone: Europe/Berlin, start: 2026-01-05T09:00, length: 7d, people: [${people}]${more} } }`;

const ROWS: readonly Row[] = [
  classes(
    'a party that may break the glass and is not there',
    '  - { name: standard, when: {}, strategies: [cut], breakGlass: { parties: [nobody] } }\n',
    'nobody',
    /unknown party nobody/,
  ),
  row(
    'an assurance that nothing proves',
    'act: { quorum: 2, parties: [soc, identity] }',
    'act: { quorum: 2, parties: [soc, identity], assurance: certain }',
    'assurance',
    /assurance/,
  ),
  // Shape
  row('a version that is not known', 'version: 1', 'version: 2', 'version: 2', /version/),
  row('no name', 'name: small\n', '', 'version: 1', /name is missing: add it/),
  row('an unknown key at the top', 'name: small', 'name: small\nnotes: x', 'notes:', /notes: unknown key/),
  row(
    'an unknown key deep within',
    'repeat: 15m',
    'repeat: 15m\n    every: 5m',
    'every: 5m',
    /ladders\.page\.every: unknown key/,
  ),
  row('a duration without a unit', 'repeat: 15m', 'repeat: 15', 'repeat: 15', /put it in quotes/),
  row('a duration in words', 'pickUp: 2m', 'pickUp: soon', 'pickUp: soon', /a duration such as 90s/),
  row('a duration of nothing', 'pickUp: 2m', 'pickUp: 0m', 'pickUp: 0m', /a duration such as 90s/),
  row(
    'a party in capitals',
    '  identity: { title',
    '  Identity: { title',
    'Identity: { title',
    /not a name that fits/,
  ),
  row(
    'a party without a title',
    'soc: { title: Security operations }',
    'soc: {}',
    'soc: {}',
    /parties\.soc\.title is missing/,
  ),
  row(
    'an account without quotes',
    'part: owner }',
    'part: owner }\n  third: { party: identity, provider: aws, accounts: [012345678901], part: owner }',
    '012345678901',
    /put it in quotes/,
  ),
  row(
    'a part that no executor has',
    'part: source-of-truth',
    'part: cutter',
    'part: cutter',
    /executors\.identity-aws\.part/,
  ),
  row(
    'a fact that does not exist',
    'when: {}',
    'when: { secret: true }',
    'secret: true',
    /classes\[0\]\.when/,
  ),
  row(
    'a fact that is neither',
    'when: {}',
    'when: { ciCd: maybe }',
    'ciCd: maybe',
    /classes\[0\]\.when\.ciCd/,
  ),
  row('a strategy that does not exist', '[cut]', '[shred]', 'shred', /classes\[0\]\.strategies\[0\]/),
  row(
    'a strategy that stands twice',
    '[cut]',
    '[cut, restrict, cut]',
    'cut] }',
    /the strategy cut stands twice/,
  ),
  row(
    'a hard deadline that comes after the votes have ended',
    'strategies: [cut] }',
    'strategies: [cut, replace-then-cut], cutBy: 5h }',
    'cutBy: 5h',
    /containment steps end after 4h \(`validity.containment`\): make `cutBy` shorter/,
  ),
  row(
    'a hard deadline, left out, that does',
    'strategies: [cut] }',
    'strategies: [cut, restrict] }',
    '{ name: standard',
    /would be cut 4h after the plan/,
  ),
  {
    what: 'a hard deadline that comes after the replacement has ended',
    runbook: [
      ['strategies: [cut] }', 'strategies: [cut, replace-then-cut], cutBy: 3h }'],
      ['recovery: 24h', 'recovery: 2h'],
    ],
    at: 'cutBy: 3h',
    says: /recovery steps end after 2h/,
  },
  row(
    'a hard deadline in words',
    'strategies: [cut] }',
    'strategies: [cut], cutBy: later }',
    'cutBy: later',
    /a duration such as 90s/,
  ),
  row(
    'a class that is to be looked at again, sometimes',
    'strategies: [cut] }',
    'strategies: [cut], rediscover: sometimes }',
    'rediscover:',
    /classes\[0\]\.rediscover/,
  ),
  // Steps by hand
  row(
    'a step by hand that its own party confirms',
    'strategies: [cut] }',
    `strategies: [cut], byHand: [${BY_HAND.replace('}', ', confirms: identity }')}] }`,
    'confirms: identity',
    /identity would confirm its own step/,
  ),
  row(
    'a step by hand of the SOC, which confirms where nothing stands',
    'strategies: [cut] }',
    `strategies: [cut], byHand: [${BY_HAND.replace('party: identity', 'party: soc')}] }`,
    '{ phase: containment',
    /soc would confirm its own step/,
  ),
  row(
    'a step by hand of no party',
    'strategies: [cut] }',
    `strategies: [cut], byHand: [${BY_HAND.replace('party: identity', 'party: vendor')}] }`,
    'party: vendor',
    /unknown party vendor/,
  ),
  row(
    'a step by hand that no party confirms',
    'strategies: [cut] }',
    `strategies: [cut], byHand: [${BY_HAND.replace('}', ', confirms: auditor }')}] }`,
    'confirms: auditor',
    /unknown party auditor/,
  ),
  row(
    'a step by hand in triage',
    'strategies: [cut] }',
    `strategies: [cut], byHand: [${BY_HAND.replace('containment', 'triage')}] }`,
    'phase: triage',
    /byHand\[0\]\.phase/,
  ),
  row(
    'a step by hand that nobody could check',
    'strategies: [cut] }',
    `strategies: [cut], byHand: [${BY_HAND.replace(', check: no login any more', '')}] }`,
    '{ phase: containment',
    /byHand\[0\]\.check is missing/,
  ),
  // Reminders and the inward clock
  row(
    'a reminder that comes when the clock is over',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, remind: 8h }',
    'remind: 8h',
    /nobody would be reminded: the act clock is over after 8h/,
  ),
  row(
    'a reminder that does so for one severity',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, remind: 2h, levels: { high: { acknowledge: 1h, act: 1h } } }',
    'remind: 2h',
    /nobody would be reminded: the act clock is over after 1h/,
  ),
  row(
    'a reminder that is no duration',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, remind: daily }',
    'remind: daily',
    /a duration such as 90s/,
  ),
  row(
    'an inward clock of no party',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, inward: { party: board, every: 1h } }',
    'party: board',
    /unknown party board/,
  ),
  row(
    'an inward clock of the holder itself',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, inward: { party: service-owner, every: 1h } }',
    'party: service-owner, every',
    /service-owner holds recovery itself/,
  ),
  row(
    'an inward clock that is slower than the act clock',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, inward: { party: soc, every: 9h } }',
    'every: 9h',
    /soc would be told for the first time when the act clock \(8h\) is over/,
  ),
  row(
    'half an inward clock',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, inward: { party: soc } }',
    'inward:',
    /inward\.every is missing/,
  ),
  // Protected identities, follow-ups
  row(
    'a protected identity that is no pattern',
    'owners:\n',
    'protected: [{ identity: break-glass, why: x }]\nowners:\n',
    'identity: break-glass',
    /not a pattern/,
  ),
  row(
    'a protected identity that fits nothing',
    'owners:\n',
    'protected: [{ identity: aws/1/iam-user/x, why: x }]\nowners:\n',
    'identity: aws/1/',
    /an AWS account number has 12 digits/,
  ),
  row(
    'a protected identity behind a wider one',
    'owners:\n',
    "protected: [{ identity: 'aws/*/root/*', why: x, quorum: 2 }, { identity: aws/123456789012/root/r, why: y }]\nowners:\n",
    'identity: aws/123456789012/root',
    /never reached: aws\/\*\/root\/\* stands before it/,
  ),
  row(
    'a protected identity without a reason',
    'owners:\n',
    "protected: [{ identity: 'aws/*/root/*' }]\nowners:\n",
    "{ identity: 'aws/*/root",
    /protected\[0\]\.why is missing/,
  ),
  row(
    'a protected identity that one may have cut',
    'owners:\n',
    "protected: [{ identity: 'aws/*/root/*', why: x, quorum: 1 }]\nowners:\n",
    'quorum: 1 }]',
    /protected\[0\]\.quorum/,
  ),
  row(
    'a protected identity that needs more people than there are',
    'owners:\n',
    "protected: [{ identity: 'aws/*/root/*', why: x, quorum: 4 }]\nowners:\n",
    'quorum: 4',
    /in the class standard the gate act asks soc and identity, who have fewer than 4 people/,
  ),
  row(
    'follow-ups that are told again later than they are due',
    'name: small',
    'name: small\nfollowUps: { due: 3d, repeat: 4d }',
    'repeat: 4d',
    /told again every 4d, which is longer than the whole clock/,
  ),
  row(
    'exposures that are told again later than they are due',
    'name: small',
    'name: small\nfollowUps: { exposure: 4h }',
    'followUps:',
    /told again every 1d, which is longer than the whole clock \(14d, and 4h for an exposure\)/,
  ),
  row(
    'an unknown clock of follow-ups',
    'name: small',
    'name: small\nfollowUps: { after: 3d }',
    'after: 3d',
    /followUps\.after: unknown key/,
  ),
  row('no class', CLASS, '', 'classes:', /classes/),
  row('a quorum of nobody', 'close: { quorum: 1', 'close: { quorum: 0', 'quorum: 0', /quorum/),
  row(
    'a gate of no party',
    'close: { quorum: 1, parties: [soc] }',
    'close: { quorum: 1, parties: [] }',
    'parties: []',
    /parties/,
  ),
  row('an act in silence that does not exist', '{ do: hold }', '{ do: cut }', 'do: cut', /silence can do/),
  row('a ladder without rungs', '[{ after: 5m, tell: soc }]', '[]', 'rungs: []', /ladders\.page\.rungs/),
  row('broken YAML', 'parties:\n', 'parties: [\n', 'identity: { title', /Missing , between/),
  row('a key that stands twice', 'version: 1', 'version: 1\nversion: 1', 'version: 1', /unique/),
  row('an alias', 'name: small', 'name: &it small\nother: *it', '*it', /aliases/),
  // Defaults
  row(
    'a clock that stands nowhere',
    '    hardening: { acknowledge: 8h, act: 4d }\n',
    '',
    '{ name: standard',
    /classes\[0\]\.clocks\.hardening: is missing: add it here, or for every class under `defaults`/,
  ),
  row(
    'gates that stand nowhere',
    RUNBOOK.slice(RUNBOOK.indexOf('  gates:'), RUNBOOK.indexOf('classes:')),
    '',
    '{ name: standard',
    /classes\[0\]\.gates: is missing/,
  ),
  row(
    'half a clock in a class',
    'strategies: [cut] }',
    'strategies: [cut], clocks: { triage: { act: 2h } } }',
    'triage: { act: 2h',
    /classes\[0\]\.clocks\.triage\.acknowledge is missing/,
  ),
  row(
    'an act clock shorter than the acknowledge clock, in the defaults',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8m }',
    'act: 8m',
    /act clock \(8m\) is shorter/,
  ),
  row(
    'an act clock shorter than the acknowledge clock, in a class',
    'strategies: [cut] }',
    'strategies: [cut], clocks: { triage: { acknowledge: 2h, act: 1h } } }',
    'act: 1h } } }',
    /act clock \(1h\) is shorter/,
  ),
  row(
    'an unknown key in the defaults',
    'defaults:',
    'defaults:\n  mode: auto',
    'mode: auto',
    /defaults\.mode: unknown key/,
  ),
  // Terms by severity
  row(
    'an act clock shorter than the acknowledge clock, for one severity',
    'triage: { acknowledge: 15m, act: 1h }',
    'triage: { acknowledge: 15m, act: 1h, levels: { critical: { acknowledge: 5m, act: 4m } } }',
    'act: 4m',
    /act clock \(4m\) is shorter/,
  ),
  row(
    'half a clock for one severity',
    'triage: { acknowledge: 15m, act: 1h }',
    'triage: { acknowledge: 15m, act: 1h, levels: { critical: { acknowledge: 5m } } }',
    'critical: { acknowledge: 5m }',
    /clocks\.triage\.levels\.critical\.act is missing/,
  ),
  row(
    'a severity that does not exist',
    'triage: { acknowledge: 15m, act: 1h }',
    'triage: { acknowledge: 15m, act: 1h, levels: { urgent: { acknowledge: 5m, act: 20m } } }',
    'urgent:',
    /clocks\.triage\.levels/,
  ),
  row(
    'a mode that does not exist',
    'strategies: [cut] }',
    'strategies: [cut], mode: automatic }',
    'mode: automatic',
    /classes\[0\]\.mode/,
  ),
  row('a pause without an end', 'name: small', 'name: small\npause: forever', 'pause: forever', /a duration/),
  // Calendars and rotations
  row(
    'a zone that does not exist',
    'name: small',
    'name: small\ncalendars: { office: { zone: Europe/Atlantis, hours: always } }',
    'zone: Europe/Atlantis',
    /no such time zone/,
  ),
  row(
    'a calendar that is never open',
    'name: small',
    'name: small\ncalendars: { office: { zone: Europe/Berlin, hours: {} } }',
    'hours: {}',
    /never open/,
  ),
  row(
    'a clock by a calendar that is not there',
    'recovery: { acknowledge: 1h, act: 8h }',
    'recovery: { acknowledge: 1h, act: 8h, calendar: ofice }',
    'calendar: ofice',
    /unknown calendar ofice/,
  ),
  {
    what: 'a clock that takes longer than ten years of its calendar',
    runbook: [
      ['name: small', `name: small\n${OFFICE}`],
      [
        'recovery: { acknowledge: 1h, act: 8h }',
        'recovery: { acknowledge: 1h, act: 2000d, calendar: office }',
      ],
    ],
    at: 'act: 2000d',
    says: /more than ten years/,
  },
  {
    what: 'the same for one severity',
    runbook: [
      ['name: small', `name: small\n${OFFICE}`],
      [
        'recovery: { acknowledge: 1h, act: 8h }',
        'recovery: { acknowledge: 1h, act: 8h, calendar: office, levels: { low: { acknowledge: 1h, act: 2000d } } }',
      ],
    ],
    at: 'act: 2000d',
    says: /more than ten years/,
  },
  {
    what: 'a rung that never comes, by its calendar',
    runbook: [
      ['name: small', `name: small\n${OFFICE}`],
      ['recovery: { acknowledge: 1h, act: 8h }', 'recovery: { acknowledge: 1h, act: 8h, calendar: office }'],
      ['[{ after: 5m, tell: soc }]', '[{ after: 5m, tell: soc }, { after: 2000d, tell: soc }]'],
    ],
    at: 'after: 2000d',
    says: /more than ten years/,
  },
  {
    what: 'a repeat that never comes, by its calendar',
    runbook: [
      ['name: small', `name: small\n${OFFICE}`],
      ['recovery: { acknowledge: 1h, act: 8h }', 'recovery: { acknowledge: 1h, act: 8h, calendar: office }'],
      ['repeat: 15m', 'repeat: 2000d'],
    ],
    at: 'repeat: 2000d',
    says: /more than ten years/,
  },
  row(
    'a rung by a rotation that is not there',
    'tell: soc }',
    'tell: soc, rotation: nights }',
    'rotation: nights',
    /unknown rotation nights/,
  ),
  {
    what: 'a rung with a person and a rotation',
    runbook: [
      ['name: small', `name: small\n${rotation('sam, erin')}`],
      ['tell: soc }', 'tell: soc, rotation: nights, person: sam }'],
    ],
    at: 'person: sam',
    says: /either a person or a rotation/,
  },
  {
    what: 'a rotation with somebody of another party',
    runbook: [
      ['name: small', `name: small\n${rotation('sam, ivo')}`],
      ['tell: soc }', 'tell: soc, rotation: nights }'],
    ],
    at: 'rotation: nights',
    says: /ivo of nights: not among soc's people/,
  },
  {
    what: 'a rotation in which a stranger stands in',
    runbook: [
      [
        'name: small',
        `name: small\n${rotation('sam, erin', ', overrides: [{ from: 2026-01-05T09:00, to: 2026-01-06T09:00, person: zoe }]')}`,
      ],
      ['tell: soc }', 'tell: soc, rotation: nights }'],
    ],
    at: 'rotation: nights',
    says: /zoe of nights: not among soc's people/,
  },
  row(
    'a turn that is too short',
    'name: small',
    `name: small\n${rotation('sam').replace('length: 7d', 'length: 1h')}`,
    'length: 1h',
    /a turn takes from 4h to 366d/,
  ),
  // Names
  row(
    'a holder that is no party',
    'containment: identity,',
    'containment: identty,',
    'containment: identty',
    /unknown party identty/,
  ),
  row('a rung that tells no party', 'tell: soc', 'tell: sock', 'tell: sock', /unknown party sock/),
  row(
    'a rung that tells a stranger',
    'tell: soc }',
    'tell: soc, person: ivo }',
    'person: ivo',
    /ivo is not one of soc's people/,
  ),
  row(
    'a hand-off to no party',
    '[{ do: hold }]',
    '[{ do: hand-off, to: nobody }, { do: hold }]',
    'to: nobody',
    /unknown party nobody/,
  ),
  row(
    'a gate that asks no party',
    'parties: [soc, identity]',
    'parties: [soc, idendity]',
    'idendity]',
    /unknown party idendity/,
  ),
  row(
    'an executor of no party',
    'identity-aws: { party: identity',
    'identity-aws: { party: plattform',
    'party: plattform',
    /unknown party plattform/,
  ),
  row(
    'an owner that is no party',
    'deploy-robot, party: service-owner',
    'deploy-robot, party: payments',
    'party: payments',
    /unknown party payments/,
  ),
  row(
    'a ladder that is not there',
    'recovery: page',
    'recovery: pager',
    'recovery: pager',
    /unknown ladder pager/,
  ),
  row(
    'an executor that is no machine',
    '  owner-aws: {',
    '  owners-aws: {',
    'owners-aws',
    /owners-aws is not in people\.yaml/,
  ),
  row(
    'a checker that is no machine',
    '  aws: { provider',
    '  awz: { provider',
    'awz',
    /the checker awz is not in people\.yaml/,
  ),
  inPeople(
    'a person of no party',
    'parties: [identity]',
    'parties: [identity, vendors]',
    'vendors]',
    /unknown party vendors/,
  ),
  inPeople(
    'a machine that the runbook does not list',
    'machines:\n',
    'machines:\n  gcp: { role: executor, party: identity }\n',
    'gcp:',
    /unknown executor gcp/,
  ),
  inPeople(
    'an id that is a person and a machine',
    'machines:\n',
    'machines:\n  sam: { role: detector }\n',
    'sam: { role',
    /sam is a person too/,
  ),
  inPeople(
    'a role that does not exist',
    'role: checker',
    'role: looker',
    'role: looker',
    /machines\.aws\.role/,
  ),
  inPeople(
    'a person of no team',
    'parties: [identity]',
    'parties: []',
    'parties: []',
    /people\.ivo\.parties/,
  ),
  inPeople('a person in capitals', '  ivo:', '  Ivo:', 'Ivo:', /not a name that fits/),
  inPeople(
    "an identity that is no identity's key",
    'parties: [identity], keys: []',
    'parties: [identity], keys: [], identities: [ivo]',
    '[ivo]'.slice(1),
    /not an identity's key/,
  ),
  // Sense
  row('no SOC', '  soc: { title', '  sec: { title', 'parties:\n', /the party soc is missing/),
  row(
    'a party without people',
    'parties:\n',
    'parties:\n  vendor: { title: Vendor }\n',
    'vendor: {',
    /vendor has no people/,
  ),
  row(
    'a ladder that never ends',
    '[{ do: hold }]',
    '[{ do: hand-off, to: identity }]',
    '{ do: hand-off',
    /the last fallback must be `do: hold`/,
  ),
  row(
    'something after the end',
    '[{ do: hold }]',
    '[{ do: hold }, { do: hold }]',
    '{ do: hold }, {',
    /nothing comes after/,
  ),
  row(
    'rungs out of order',
    '{ after: 5m, tell: soc }',
    '{ after: 5m, tell: soc }, { after: 4m, tell: identity }',
    'after: 4m',
    /each rung comes later/,
  ),
  row(
    'a risk that the SOC does not decide',
    'risk: { quorum: 1, parties: [soc] }',
    'risk: { quorum: 1, parties: [identity] }',
    'parties: [identity] }',
    /the gate risk must ask soc/,
  ),
  row(
    'a gate for more people than there are',
    'close: { quorum: 1',
    'close: { quorum: 3',
    'quorum: 3',
    /asks for 3 people and soc have 2/,
  ),
  row(
    'a gate of too few for its parties',
    'act: { quorum: 2',
    'act: { quorum: 1',
    'quorum: 1, parties: [soc, identity]',
    /the quorum must be 2 at least/,
  ),
  row(
    'a party twice in a gate',
    'parties: [soc, identity]',
    'parties: [soc, soc]',
    'parties: [soc, soc]',
    /stands twice/,
  ),
  {
    what: 'a gate where one person would speak for two',
    runbook: [
      ['parties:\n', 'parties:\n  platform: { title: Platform team }\n'],
      [
        'act: { quorum: 2, parties: [soc, identity] }',
        'act: { quorum: 3, parties: [soc, identity, platform] }',
      ],
    ],
    people: [['parties: [identity]', 'parties: [identity, platform]']],
    at: 'parties: [soc, identity, platform]',
    says: /one person would have to speak for two/,
  },
  row(
    'a gate that the owner of an identity cannot meet',
    'deploy-robot, party: service-owner',
    'deploy-robot, party: identity',
    'parties: [identity, service-owner]',
    /where identity owns it: people\.yaml has too few people/,
  ),
  classes(
    'a last class that is for one plane alone',
    CLASS.replace('{},', '{}, provider: aws,'),
    'when: {}, provider',
    /the last class must fit everything .*no `provider`/,
  ),
  classes(
    'a class for one plane behind one for the same',
    `  - { name: databases, when: {}, provider: postgres, strategies: [cut] }\n  - { name: critical, when: { businessCritical: true }, provider: postgres, strategies: [cut] }\n${CLASS}`,
    'when: { businessCritical',
    /never reached: databases stands before it/,
  ),
  classes(
    'no class that fits all',
    CLASS.replace('{},', '{ ciCd: true },'),
    'when: { ciCd',
    /the last class must fit everything/,
  ),
  classes(
    'a class behind one that fits everything',
    `${CLASS}  - { name: late, when: {}, strategies: [cut] }\n`,
    'when: {}, strategies: [cut] }\nowners',
    /never reached: standard stands before it/,
  ),
  classes(
    'a class behind one that asks for less',
    `  - { name: pipe, when: { ciCd: true }, strategies: [cut] }\n  - { name: strong, when: { ciCd: true, privileged: true }, strategies: [cut] }\n${CLASS}`,
    'when: { ciCd: true, privileged',
    /never reached: pipe stands before it .* put strong first/,
  ),
  classes(
    'two classes of one name',
    `${CLASS.replace('{},', '{ ciCd: true },')}${CLASS}`,
    'name: standard',
    /a class standard stands before/,
  ),
  row(
    'an owners row behind a wider one',
    'owners:\n',
    "owners:\n  - { identity: 'aws/*/iam-user/deploy-*', party: service-owner }\n",
    'identity: aws/123456789012/iam-user/deploy-robot',
    /never reached: aws\/\*\/iam-user\/deploy-\* stands before it/,
  ),
  row(
    'an owners row by a pattern and a tag',
    'deploy-robot, party',
    'deploy-robot, tag: { key: team, value: shop }, party',
    '{ identity: aws',
    /either `identity` or `tag`: make two rows of it/,
  ),
  row(
    'an owners row by neither',
    'owners:\n',
    'owners:\n  - { party: service-owner }\n',
    '{ party: service-owner }',
    /say whose it is by `identity`, a pattern, or by `tag`/,
  ),
  row(
    'a consumer of no kind that is known',
    'deploy-robot, party',
    'deploy-robot, consumers: [{ pod: api }], party',
    '{ pod: api }',
    /one of `kubernetes`, `externalSecret`, `githubActions`, `aws` or `other`/,
  ),
  row(
    'an owners row by half a tag',
    'owners:\n',
    'owners:\n  - { tag: { key: team }, party: service-owner }\n',
    'tag: { key',
    /owners\[0\]\.tag\.value is missing/,
  ),
  row(
    'two owners rows by one tag',
    'owners:\n',
    'owners:\n  - { tag: { key: team, value: a }, party: soc }\n  - { tag: { key: team, value: a }, party: service-owner }\n',
    'tag: { key: team, value: a }, party: service-owner',
    /a row for the tag team=a stands before it/,
  ),
  row(
    'an owner by tag that is no party',
    'owners:\n',
    'owners:\n  - { tag: { key: team, value: a }, party: payments }\n',
    'party: payments',
    /unknown party payments/,
  ),
  row(
    'an owners row that is no pattern',
    'aws/123456789012/iam-user/deploy-robot',
    'deploy-robot',
    'identity: deploy-robot',
    /not a pattern/,
  ),
  row(
    'an owners row of an account that cannot be',
    OWNER,
    OWNER.replace('123456789012', '12345'),
    'identity: aws/12345/',
    /an AWS account number has 12 digits/,
  ),
  row(
    'an owners row of a kind that does not exist',
    OWNER,
    OWNER.replace('iam-user', 'user'),
    'identity: aws/123456789012/user',
    /user is no kind of AWS identity/,
  ),
  row(
    'an owners row that is not encoded',
    OWNER,
    OWNER.replace('deploy-robot', 'deploy@robot'),
    'identity: aws/123456789012/iam-user/deploy@',
    /write aws\/123456789012\/iam-user\/deploy%40robot/,
  ),
  row(
    'an account that cannot be',
    "checkers: # who looks\n  aws: { provider: aws, accounts: ['123456789012']",
    "checkers:\n  aws: { provider: aws, accounts: ['123456789012', 'prod']",
    "'prod'",
    /prod is no AWS account number/,
  ),
  row(
    'an executor that nobody can check',
    "checkers: # who looks\n  aws: { provider: aws, accounts: ['123456789012']",
    "checkers:\n  aws: { provider: aws, accounts: ['210987654321']",
    "'123456789012'], part: owner",
    /no checker covers aws account 123456789012/,
  ),
  row(
    'no time to propagate',
    'propagation: { aws: 60s }',
    'propagation: {}',
    'propagation:',
    /how long aws needs/,
  ),
  row(
    'two executors of one part',
    'checkers:',
    "  second: { party: identity, provider: aws, accounts: ['123456789012'], part: source-of-truth }\ncheckers:",
    "'123456789012'], part: source-of-truth }\nchecker",
    /identity-aws has this part in aws account/,
  ),
];

describe('a broken runbook', () => {
  it('is none: the small one that all these begin with', () => {
    expect(problemsOf({ 'runbook.yaml': RUNBOOK, 'people.yaml': PEOPLE })).toEqual([]);
  });

  it.each(ROWS)('$what', ({ runbook = [], people = [], file: inFile, at, says }) => {
    const file = inFile ?? 'runbook.yaml';
    const texts = { 'runbook.yaml': edited(RUNBOOK, runbook), 'people.yaml': edited(PEOPLE, people) };
    const found = problemsOf(texts).map(
      (problem) => `${problem.file}:${problem.line}:${problem.column}: ${problem.says}`,
    );
    const place = `${file}:${placeOf(texts[file], at)}: `;
    const here = found.filter((one) => one.startsWith(place)).map((one) => one.slice(place.length));
    expect(here, found.join('\n')).toContainEqual(expect.stringMatching(says));
  });

  it('is told all its mistakes at once, each once, though three classes share what is wrong', () => {
    const texts = {
      'runbook.yaml': edited(RUNBOOK, [
        [
          CLASS,
          `  - { name: a, when: { ciCd: true }, strategies: [cut] }\n  - { name: b, when: { human: true }, strategies: [cut] }\n${CLASS}`,
        ],
        ['recovery: page', 'recovery: pager'],
        ['containment: identity,', 'containment: identty,'],
      ]),
      'people.yaml': edited(PEOPLE, [['parties: [identity]', 'parties: [identity, vendors]']]),
    };
    expect(problemsOf(texts).map(({ file, says }) => `${file}: ${says.split(':')[0]}`)).toEqual([
      'runbook.yaml: unknown party identty',
      'runbook.yaml: unknown ladder pager',
      'people.yaml: unknown party vendors',
    ]);
  });

  it('is never more than problems: whatever line is lost, doubled or changed, and whatever stands in its place', () => {
    const lines = RUNBOOK.split('\n');
    const junk = fc.constantFrom(
      '',
      '- x',
      '{}',
      'soc: 1',
      '? [a]',
      '!!js 1',
      '\t',
      "'",
      '9e99',
      '~',
      '<<: *a',
      '\u0000',
    );
    const change = fc.record({
      line: fc.nat(lines.length - 1),
      cut: fc.nat(60),
      with: fc.oneof(junk, fc.string()),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (changes, inTheDirectory) => {
          const text = (inTheDirectory ? PEOPLE : RUNBOOK).split('\n');
          for (const one of changes) text[one.line] = (text[one.line] ?? '').slice(0, one.cut) + one.with;
          const problems = problemsOf(
            inTheDirectory
              ? { 'runbook.yaml': RUNBOOK, 'people.yaml': text.join('\n') }
              : { 'runbook.yaml': text.join('\n'), 'people.yaml': PEOPLE },
          );
          for (const { line, column, says } of problems)
            expect([line > 0, column > 0, says !== '']).toEqual([true, true, true]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what was probably not meant', () => {
  const warningsOf = (runbook: readonly Edit[], people: readonly Edit[] = []) =>
    readFolder({
      'runbook.yaml': edited(RUNBOOK, runbook),
      'people.yaml': edited(PEOPLE, people),
      'authority.cedar': AUTHORITY,
    }).warnings;

  it('is not in the small runbook', () => expect(warningsOf([])).toEqual([]));

  it.each<[string, readonly Edit[], readonly Edit[], string, RegExp]>([
    [
      'a ladder that nothing climbs',
      [
        [
          'ladders: #',
          'ladders:\n  spare: { rungs: [{ after: 1m, tell: soc }], repeat: 5m, fallback: [{ do: hold }] } #',
        ],
      ],
      [],
      'spare:',
      /no class climbs the ladder spare/,
    ],
    [
      'a calendar that no clock runs by',
      [['name: small', `name: small\n${OFFICE}`]],
      [],
      'office:',
      /no clock runs by the calendar office/,
    ],
    [
      'a rotation that no rung asks',
      [['name: small', `name: small\n${rotation('sam, erin')}`]],
      [],
      'nights:',
      /no rung tells whoever is on call by nights/,
    ],
    [
      'a rung after every end',
      [['{ after: 5m, tell: soc }', '{ after: 5m, tell: soc }, { after: 9h, tell: identity }']],
      [],
      'after: 9h',
      /never told in time: .* after 8 h, before this rung \(9h\)/,
    ],
    [
      'a second hand-off to the same party',
      [['[{ do: hold }]', '[{ do: hand-off, to: identity }, { do: hand-off, to: identity }, { do: hold }]']],
      [],
      '{ do: hand-off, to: identity }, { do: hold }',
      /offered to them before/,
    ],
    [
      'a false positive that nobody could close',
      [],
      [['  erin: { name: Erin, parties: [soc], keys: [] }\n', '']],
      'parties: [soc] }\nclasses',
      /a false positive takes two people to close, and soc have one/,
    ],
    [
      'a class for a plane in which nobody works',
      [[CLASS, `  - { name: databases, when: {}, provider: postgress, strategies: [cut] }\n${CLASS}`]],
      [],
      'provider: postgress',
      /no executor is of postgress, so nobody could cut what is of the class databases/,
    ],
    [
      'a class that observes before one that acts',
      [[CLASS, `  - { name: agents, when: { agent: true }, strategies: [cut], mode: observe }\n${CLASS}`]],
      [],
      'mode: observe',
      /keeps its steps from being taken: put classes that observe behind standard/,
    ],
    [
      'a class whose only way needs a replacement that nobody can make',
      [
        [
          "  owner-aws: { party: service-owner, provider: aws, accounts: ['123456789012'], part: owner }\n",
          '',
        ],
        ['strategies: [cut] }', 'strategies: [restrict], cutBy: 1h }'],
      ],
      [['  owner-aws: { role: executor, party: service-owner, keys: [] }\n', '']],
      'strategies: [restrict]',
      /no executor can make a replacement \(part: owner\), and standard offers no other way/,
    ],
    [
      'an act that takes what is merely told',
      [
        [
          'act: { quorum: 2, parties: [soc, identity]',
          'act: { assurance: told, quorum: 2, parties: [soc, identity]',
        ],
      ],
      [],
      'assurance: told',
      /nobody proved counts here beside a proven one/,
    ],
    [
      'a hardening that is over before the sessions are',
      [['hardening: 4d }', 'hardening: 36h }']],
      [],
      'hardening: 36h',
      /comes off 36h after the cut: after 36h/,
    ],
  ])('%s', (_, runbook, people, at, says) => {
    const text = edited(RUNBOOK, runbook);
    expect(warningsOf(runbook, people).map((one) => ({ ...one, says: says.test(one.says) }))).toEqual([
      {
        file: 'runbook.yaml',
        line: Number(placeOf(text, at).split(':')[0]),
        column: Number(placeOf(text, at).split(':')[1]),
        says: true,
      },
    ]);
  });
});
