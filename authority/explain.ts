// Who may say what, asked beforehand: of an incident as it stands, or of one that there would be. The same judge answers as for what is
// really said; nothing is said by it. Pure.
import type { Level } from '../domain/detection/detection.schema.ts';
import { identityOf, keyOf } from '../domain/identity/identity.ts';
import type { GateName } from '../domain/plan/plan.schema.ts';
import { resolveRules, SOC } from '../domain/runbook/resolve.ts';
import type { HeldPhase, Rules } from '../domain/runbook/rules.ts';
import type { Runbook } from '../domain/runbook/runbook.schema.ts';
import { suspectsOf } from '../domain/runbook/suspects.ts';
import type { Assurance, Bearings } from '../domain/statement/judgement.ts';
import type { MachineMessage, Message } from '../domain/statement/statement.schema.ts';
import type { Deciding } from './authority.ts';
import { bearingsByRules } from './bearings-by-rules.ts';
import type { PolicyFolder } from './folder.ts';
import { PHASE_OF, ruleOf } from './runbook/answerers.ts';
import { memberOf } from './speaker.ts';

export interface ToExplain {
  person: string;
  message: Message | MachineMessage;
  assurance: Assurance;
  /** Of `decide`. */
  gate?: GateName;
  body: Record<string, unknown>;
}

export interface AuthorityExplanation {
  allowed: boolean;
  reason: string;
  /** The policies that decided; empty where none allows it, null where it was settled before any was asked. */
  by: Deciding[] | null;
  person: string;
  /** null: the directory does not know them. */
  parties: string[] | null;
  message: string;
  gate: string | null;
  /** Of `decide`: what they would say to the gate. */
  verdict: string | null;
  identity: string;
  class: string | null;
  phase: string;
  holder: string;
}

export function explainAuthority(
  { person, message, assurance, gate, body }: ToExplain,
  bearings: Bearings,
  { authority, directory }: Pick<PolicyFolder, 'authority' | 'directory'>,
): AuthorityExplanation {
  const speaker = memberOf(directory, person)?.speaker ?? null;
  const open = bearings.gates.find(({ name }) => name === gate);
  const answers = open?.id ?? gate ?? null;
  const { allowed, reason, by } = authority.may({ message, answers, body, speaker, assurance, bearings });
  return {
    allowed,
    reason,
    by,
    person,
    parties: speaker?.parties ?? null,
    message,
    gate: gate ?? null,
    verdict: message === 'decide' ? verdictIn(body) : null,
    identity: bearings.key,
    class: bearings.class,
    phase: bearings.phase,
    holder: bearings.holder,
  };
}

const verdictIn = ({ verdict, breakGlass }: Record<string, unknown>): string =>
  breakGlass === true ? 'breakGlass' : String(verdict);

export interface WouldBeAbout {
  /** KEY. */
  identity: string;
  /** Left out: the one that the runbook gives it, as far as is known without an alert. */
  class?: string;
  /** Left out: where the gate is asked; otherwise triage. */
  phase?: HeldPhase;
  gate?: GateName;
}

/** Facts that a class asks for are taken to hold. Throws `RangeError` for a class that the runbook does not have. */
export function bearingsThatWouldBe(
  { identity: key, class: name, phase, gate }: WouldBeAbout,
  { runbook, directory, hash }: Pick<PolicyFolder, 'runbook' | 'directory' | 'hash'>,
): Bearings {
  const identity = identityOf(key);
  const book = name === undefined ? runbook : ofClass(runbook, name);
  const facts = name === undefined ? [] : factsOf(runbook, name);
  const level: Level = 'high';
  const rules = resolveRules(book, hash, {
    identity,
    facts,
    level,
    suspects: suspectsOf(directory, keyOf(identity)),
  });
  return bearingsByRules({
    identity,
    rules,
    facts,
    level,
    drill: false,
    phase: phase ?? (isOfRules(gate) ? PHASE_OF[gate] : 'triage'),
    gates: gate === undefined ? [] : [{ name: gate, parties: partiesOf(gate, rules) }],
  });
}

const isOfRules = (gate: GateName | undefined): gate is keyof Rules['gates'] =>
  gate !== undefined && Object.hasOwn(PHASE_OF, gate);

/** What weakens the response or reviews it asks the SOC; the others whom the class says. */
const partiesOf = (gate: GateName, rules: Rules): string[] =>
  isOfRules(gate) ? ruleOf(gate, rules).parties : [SOC];

const classNamed = (runbook: Runbook, name: string) => {
  const found = runbook.classes.find((one) => one.name === name);
  if (found === undefined) {
    const names = runbook.classes.map((one) => one.name).join(', ');
    throw new RangeError(`the runbook has no class ${name}; it has ${names}`);
  }
  return found;
};

function ofClass(runbook: Runbook, name: string): Runbook {
  const fitsAll = { ...classNamed(runbook, name), when: {} };
  delete fitsAll.provider;
  return { ...runbook, classes: [fitsAll] };
}

const factsOf = (runbook: Runbook, name: string): Bearings['facts'] =>
  Object.entries(classNamed(runbook, name).when).map(([fact, value]) => ({
    fact: fact as Bearings['facts'][number]['fact'],
    value,
  }));
