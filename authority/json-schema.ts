// The JSON Schemas of the policy files, for editors: made from the schemas that read the files, never written by hand.
// An editor sees the shape alone; what must hold between names and files is `custody runbook check`'s to say.
import { z } from 'zod';
import { directorySchema, runbookSchema } from '../domain/runbook/runbook.schema.ts';
import { executorPolicySchema } from './policy.schema.ts';

export const POLICY_FILES = ['runbook', 'people', 'policy'] as const;
export type PolicyFileName = (typeof POLICY_FILES)[number];

const SCHEMAS: Record<PolicyFileName, { schema: z.ZodType; title: string }> = {
  runbook: { schema: runbookSchema, title: 'custody: runbook.yaml, what happens to an identity incident' },
  people: { schema: directorySchema, title: 'custody: people.yaml, who is who' },
  policy: { schema: executorPolicySchema, title: 'custody: policy.yaml, what an executor allows itself' },
};

/** JSON Schema 2020-12 of the file as it is written, before anything is filled in. */
export function jsonSchemaOf(file: PolicyFileName): Record<string, unknown> {
  const { schema, title } = SCHEMAS[file];
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, ...rest };
}

/** The published text. */
export const jsonSchemaText = (file: PolicyFileName): string =>
  `${JSON.stringify(jsonSchemaOf(file), null, 2)}\n`;
