// signers.yaml: who may sign policy folders. Whoever runs an executor pins it, apart from the folders that it is about.
import { z } from 'zod';
import { directorySchema } from '../../domain/runbook/runbook.schema.ts';

const { keyType: person, valueType: being } = directorySchema.shape.people;

export const signersSchema = z.strictObject({
  version: z.literal(1),
  quorum: z
    .int()
    .min(2)
    .max(10)
    .default(2)
    .describe('So many different people must have signed the same state of a folder'),
  people: z
    .record(person, being.pick({ name: true, keys: true }))
    .describe('Who may sign, each with their own keys'),
});

export type Signers = z.infer<typeof signersSchema>;
