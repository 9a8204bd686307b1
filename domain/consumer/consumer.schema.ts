// Who works with an owner's credential, as the runbook's owners row names them: what has to be done where a new one lies in the secret, and
// where the workload runs, which decides by what it could work without a key that lasts. Names only: they stand in commands that people copy.
import { z } from 'zod';

const label = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    'a name as Kubernetes takes it: lower-case letters, digits, - and .',
  );
const as = z
  .string()
  .min(1)
  .max(2_048)
  .optional()
  .describe(
    'The principal by which it reads the secret, as a resource policy names it: its ARN, with `*` for any run of characters. A reader that no row names is a follow-up of the owner',
  );

const kubernetes = z.strictObject({
  as,
  kubernetes: z
    .strictObject({
      namespace: label,
      deployment: label,
      serviceAccount: label
        .optional()
        .describe('Its pods run as this one: a role is proposed that only they can become'),
      issuer: z
        .string()
        .regex(
          /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com\/id\/[A-Z0-9]{1,64}$/,
          "the cluster's OIDC issuer without https://, oidc.eks.REGION.amazonaws.com/id/…",
        )
        .optional()
        .describe('Of an EKS cluster that has an IAM OIDC provider; left out: EKS Pod Identity'),
    })
    .describe('A deployment that takes the new version when its pods start'),
});
const externalSecret = z.strictObject({
  as,
  externalSecret: z
    .strictObject({ namespace: label, name: label })
    .describe('Of the External Secrets Operator, which is asked to read it again'),
});
const githubActions = z.strictObject({
  as,
  githubActions: z
    .strictObject({
      repository: z.string().regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'owner/name'),
      environment: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits and . _ -')
        .optional()
        .describe('Only jobs of this environment could become the role that is proposed'),
      branch: z
        .string()
        .regex(/^[A-Za-z0-9._/-]{1,200}$/, 'letters, digits and . _ - /')
        .default('main')
        .describe('Where no environment is named, only jobs of this branch'),
    })
    .describe('Jobs of a repository on GitHub'),
});
const aws = z.strictObject({
  as,
  aws: z
    .strictObject({
      service: z.enum(['ec2', 'ecs', 'lambda']),
      name: z.string().min(1).max(200).describe('What people call it'),
    })
    .describe('What runs on AWS itself'),
});
const other = z.strictObject({
  as,
  other: z.string().min(1).max(200).describe('Whoever else it is, in words for its owner'),
});

export const consumerSchema = z.union([kubernetes, externalSecret, githubActions, aws, other], {
  error: 'one of `kubernetes`, `externalSecret`, `githubActions`, `aws` or `other`, with what belongs to it',
});

export type Consumer = z.infer<typeof consumerSchema>;
