// The statements of an identity's policy document. Pure. Half a document proves nothing: what cannot be read is null, never empty.
import { matches } from './wildcard.ts';

export interface Statement {
  /** Its `Sid`, or its place in the document, from 1. */
  name: string;
  allows: boolean;
  conditional: boolean;
  /** null: all but those that it names. */
  resources: readonly string[] | null;
  covers(action: string): boolean;
}

const textsOf = (value: unknown): string[] | null => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((one) => typeof one === 'string') ? list : null;
};

/** `document`: URL-encoded JSON, as IAM answers. null where it is not a policy that can be understood. */
export function statementsOf(document: string | undefined): Statement[] | null {
  let said: unknown;
  try {
    said = (JSON.parse(decodeURIComponent(document ?? '')) as { Statement?: unknown } | null)?.Statement;
  } catch {
    return null;
  }
  const list: unknown[] = Array.isArray(said) ? said : [said];
  const statements = list.map((one, index) => statementOf(one, index + 1));
  return statements.every((one) => one !== null) ? statements : null;
}

function statementOf(said: unknown, place: number): Statement | null {
  if (typeof said !== 'object' || said === null) return null;
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = said as Record<
    string,
    unknown
  >;
  if (Effect !== 'Allow' && Effect !== 'Deny') return null;
  const actions = textsOf(Action ?? NotAction);
  const resources = textsOf(Resource ?? NotResource);
  if (actions === null || resources === null) return null;
  const isNamed = (action: string) => actions.some((pattern) => matches(pattern, action));
  return {
    name: typeof Sid === 'string' && Sid !== '' ? Sid : String(place),
    allows: Effect === 'Allow',
    conditional: Condition !== undefined,
    resources: Resource === undefined ? null : resources,
    covers: Action === undefined ? (action) => !isNamed(action) : isNamed,
  };
}
