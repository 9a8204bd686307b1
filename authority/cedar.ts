// A set of Cedar policies: read and validated once, and asked. It answers with what policies say and with nothing of its own; an error
// while one is evaluated is a refusal, because Cedar leaves out a forbid that fails.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type CedarValueJson,
  type DetailedError,
  type EntityJson,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type TypeAndId,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Deciding } from './authority.ts';
import type { Problem } from './policy-file.ts';

export const CEDAR_FILE = 'authority.cedar';

/** Each a file beside this one, named `.cedarschema`. */
export type CedarSchema = 'authority' | 'executor';

export interface CedarRequest {
  principal: TypeAndId;
  action: string;
  resource: TypeAndId;
  context: Record<string, CedarValueJson>;
  entities: EntityJson[];
}

export interface CedarAnswer {
  allowed: boolean;
  /** The policies that decided; none where no policy allows it. */
  by: Deciding[];
  /** Why nothing could be decided, which is a refusal. */
  failed: string | null;
}

export interface PolicySet {
  ask(request: CedarRequest): CedarAnswer;
}

/** A party, person or machine that a policy names. */
export interface Named {
  type: string;
  id: string;
  at: Pick<Problem, 'line' | 'column'>;
}

export interface PoliciesRead {
  /** null where it could not be used; `problems` then says why. */
  policies: PolicySet | null;
  problems: Problem[];
  /** What may be so and was probably not meant. */
  warnings: Problem[];
  named: Named[];
}

interface Part {
  id: string;
  /** Where it begins in the text. */
  start: number;
  text: string;
  deciding: Deciding;
  named: TypeAndId[];
}

/**
 * Sets that were read, by their hash. Cedar keeps what it has parsed in its own memory, under a name and until the process ends, so a
 * note of it here costs nothing more; a folder that is read again and again is parsed once.
 */
const read = new Map<string, PoliciesRead>();

export function readPolicies(text: string, schema: CedarSchema): PoliciesRead {
  const name = `${schema} ${createHash('sha256').update(text, 'utf8').digest('hex')}`;
  const before = read.get(name);
  if (before !== undefined) return before;
  const fresh = readAnew(text, schema, name);
  if (fresh.policies !== null) read.set(name, fresh);
  return fresh;
}

function readAnew(text: string, schema: CedarSchema, name: string): PoliciesRead {
  const at = (offset: number, says: string): Problem => ({
    file: CEDAR_FILE,
    ...placeIn(text, offset),
    says,
  });
  const told = (error: DetailedError): Problem[] => {
    const [place] = error.sourceLocations ?? [];
    const offset = place === undefined ? 0 : Buffer.from(text).subarray(0, place.start).toString().length;
    return [at(offset, inWords(error)), ...(error.related ?? []).flatMap(told)];
  };
  const refused = (problems: Problem[]): PoliciesRead => ({
    policies: null,
    problems,
    warnings: [],
    named: [],
  });
  const validated = validate({ schema: schemaText(schema), policies: { staticPolicies: text } });
  if (validated.type === 'failure') return refused(validated.errors.flatMap(told));
  const parts = partsOf(text);
  const problems = [
    // Validation says `success` together with errors.
    ...validated.validationErrors.flatMap(({ error }) => told(error)),
    ...annotationProblems(parts).map(({ start, says }) => at(start, says)),
  ];
  if (parts.length === 0)
    problems.push(
      at(0, 'there is no policy in it, so nobody could say anything: begin with that of runbooks/small'),
    );
  if (problems.length > 0) return refused(problems);
  const [schemaKept, kept] = [
    preparseSchema(schema, schemaText(schema)),
    preparsePolicySet(name, { staticPolicies: text }),
  ];
  for (const answer of [schemaKept, kept])
    if (answer.type === 'failure') return refused(answer.errors.flatMap(told));
  const warnings = [
    ...validated.validationWarnings.flatMap(({ error }) => told(error)),
    ...validated.otherWarnings.flatMap(told),
  ];
  return {
    policies: { ask: (request) => asked(request, name, schema, parts) },
    problems: [],
    warnings,
    named: parts.flatMap(({ named, start, text: policy }) =>
      named.map((one) => ({ ...one, at: placeIn(text, start + placeOfName(policy, one)) })),
    ),
  };
}

function asked(
  { principal, action, resource, context, entities }: CedarRequest,
  name: string,
  schema: CedarSchema,
  parts: readonly Part[],
): CedarAnswer {
  const answer = statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: action },
    resource,
    context,
    entities,
    preparsedSchemaName: schema,
    validateRequest: true,
    preparsedPolicySetId: name,
  });
  if (answer.type === 'failure')
    return { allowed: false, by: [], failed: answer.errors.map(({ message }) => message).join('; ') };
  const { decision, diagnostics } = answer.response;
  const of = (id: string): Deciding =>
    parts.find((part) => part.id === id)?.deciding ?? { id, effect: 'forbid', says: null };
  if (diagnostics.errors.length > 0) {
    return {
      allowed: false,
      by: [],
      failed: diagnostics.errors
        .map(({ policyId, error }) => `${of(policyId).id}: ${error.message}`)
        .join('; '),
    };
  }
  return { allowed: decision === 'allow', by: diagnostics.reason.map(of), failed: null };
}

/** In the order of the text, as Cedar numbers them. What it splits a text into comes sorted by name, `policy10` before `policy2`. */
function partsOf(text: string): Part[] {
  const split = policySetTextToParts(text);
  if (split.type === 'failure') return [];
  const places = new Map<string, number>();
  const found = split.policies.map((policy) => {
    const start = text.indexOf(policy, places.get(policy) ?? 0);
    places.set(policy, start + policy.length);
    return { start, policy };
  });
  return found
    .toSorted((a, b) => a.start - b.start)
    .flatMap(({ start, policy }, i) => {
      const parsed = policyToJson(policy);
      if (parsed.type === 'failure') return [];
      const { effect, annotations, ...rest } = parsed.json;
      const deciding = { id: annotations?.['id'] ?? '', effect, says: annotations?.['says'] ?? null };
      return [{ id: `policy${i}`, start, text: policy, deciding, named: namedIn(rest) }];
    });
}

function annotationProblems(parts: readonly Part[]): { start: number; says: string }[] {
  const seen = new Set<string>();
  return parts.flatMap(({ start, deciding: { id } }) => {
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id))
      return [
        {
          start,
          says: 'a policy needs an @id in lower-case letters, digits and hyphens, by which people are told what decided',
        },
      ];
    if (seen.has(id)) return [{ start, says: `the @id ${id} is used twice: give each policy its own` }];
    seen.add(id);
    return [];
  });
}

/** Every entity that is written out, wherever in the policy it stands. */
function namedIn(json: unknown): TypeAndId[] {
  if (typeof json !== 'object' || json === null) return [];
  const { type, id } = json as Partial<TypeAndId>;
  if (typeof type === 'string' && typeof id === 'string') return type === 'Action' ? [] : [{ type, id }];
  return Object.values(json).flatMap(namedIn);
}

/** Within the policy; where it is written in another way (an escape), at the policy itself. */
const placeOfName = (policy: string, { type, id }: TypeAndId): number =>
  Math.max(0, policy.indexOf(`${type}::${JSON.stringify(id)}`));

const inWords = ({ message, help, sourceLocations }: DetailedError): string => {
  const [label] = (sourceLocations ?? []).flatMap((place) => place.label ?? []);
  const plain = message
    .replace(/^failed to parse policies from string: /, '')
    .replace(/^for policy `policy\d+`, /, '');
  return [plain, label, help].filter((one) => one != null && one !== '').join('; ');
};

function placeIn(text: string, offset: number): Pick<Problem, 'line' | 'column'> {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const schemaText = (schema: CedarSchema): string =>
  readFileSync(new URL(`./${schema}.cedarschema`, import.meta.url), 'utf8');
