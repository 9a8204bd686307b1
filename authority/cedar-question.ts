// What is said to an incident as Cedar is asked about it: principal, action, resource and context of authority.cedarschema. Pure.
import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { FactName } from '../domain/runbook/explain.ts';
import type { Identity } from '../domain/identity/identity.ts';
import type { Bearings, Speaker } from '../domain/statement/judgement.ts';
import type { Body } from '../domain/statement/statement.schema.ts';
import type { Asked } from './always.ts';
import type { CedarRequest } from './cedar.ts';

/** `facts`: as they are known, the runbook's own word among them. Throws `RangeError` for what is refused before policies are asked. */
export function requestOf(asked: Asked, facts: Readonly<Partial<Record<FactName, boolean>>>): CedarRequest {
  const { speaker, bearings } = asked;
  const principal = { type: speaker.role === null ? 'Person' : 'Machine', id: speaker.id };
  const resource = { type: 'Incident', id: bearings.incident };
  const { action, context } = actionOf(asked);
  return {
    principal,
    action,
    resource,
    context: { assurance: asked.assurance, ...context },
    entities: [
      personOrMachine(principal, speaker),
      { uid: resource, attrs: attributesOf(bearings, facts), parents: [] },
    ],
  };
}

export const party = (id: string): { __entity: TypeAndId } => ({ __entity: { type: 'Party', id } });

export const personOrMachine = (
  uid: TypeAndId,
  { role, identities, parties }: Pick<Speaker, 'role' | 'identities' | 'parties'>,
): EntityJson => ({
  uid,
  attrs: role === null ? { identities } : { role },
  parents: parties.map((id) => ({ type: 'Party', id })),
});

export const identityAttribute = (
  { provider, account, kind, reference }: Identity,
  key: string,
): Record<string, CedarValueJson> => ({
  key,
  provider,
  ...(account === null ? {} : { account }),
  kind,
  reference,
});

function attributesOf(
  bearings: Bearings,
  facts: Readonly<Partial<Record<FactName, boolean>>>,
): Record<string, CedarValueJson> {
  const { class: name, offeredTo, owner } = bearings;
  return {
    identity: identityAttribute(bearings.identity, bearings.key),
    ...(name === null ? {} : { class: name }),
    level: bearings.level,
    phase: bearings.phase,
    drill: bearings.drill,
    facts: { ...facts },
    holder: party(bearings.holder),
    ...(offeredTo === null ? {} : { offeredTo: party(offeredTo) }),
    ...(owner === null ? {} : { owner: party(owner) }),
    parts: bearings.parts.map(party),
    awaited: bearings.machines.map((id) => ({ __entity: { type: 'Machine', id } })),
  };
}

interface Action {
  action: string;
  context: Record<string, CedarValueJson>;
}

function actionOf(asked: Asked): Action {
  const { message, bearings } = asked;
  switch (message) {
    case 'decide':
      return answer(asked);
    case 'assess': {
      const { verdict, strategy } = asked.body as Body<'assess'>;
      const context = { ...(verdict && { verdict }), ...(strategy && { strategy }) };
      return { action: message, context };
    }
    case 'undo':
      return { action: message, context: { parties: bearings.undo.map(party) } };
    case 'handOff': {
      const { to } = asked.body as Body<'handOff'>;
      return { action: message, context: { to: party(to) } };
    }
    case 'attest': {
      const { step } = asked.body as Body<'attest'>;
      if (step === undefined) return { action: message, context: {} };
      const byHand = found(bearings.byHand.find((one) => one.step === step));
      return { action: 'attest.step', context: { parties: byHand.parties.map(party) } };
    }
    case 'followUp': {
      const body = asked.body as Body<'followUp'>;
      if ('add' in body) return { action: 'followUp.add', context: {} };
      const left = found(bearings.followUps.find(({ id }) => id === body.id));
      return { action: 'followUp.end', context: { party: party(left.party), as: body.as } };
    }
    default:
      return { action: message, context: {} };
  }
}

function answer({ body, answers, bearings }: Asked): Action {
  const { verdict, breakGlass } = body as Body<'decide'>;
  const gate = found(bearings.gates.find(({ id }) => id === answers));
  return {
    action: `${breakGlass === true ? 'breakGlass' : verdict}.${gate.name}`,
    context: { parties: gate.parties.map(party), breakGlass: bearings.breakGlass.map(party) },
  };
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new RangeError('this is refused before any policy is asked');
  return one;
}
