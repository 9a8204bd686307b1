// By what a workload could work in place of a key that lasts: a role that only it can become, with the trust policy written out for whoever
// makes the role. Where it runs says the runbook; what the log's user agents hint at is a guess for people, for a thief chooses those. Pure.
import type { Consumer } from '../../domain/consumer/consumer.schema.ts';
import type { Document } from '../../domain/plan/plan.schema.ts';

const VERSION = '2012-10-17';
const GITHUB = 'token.actions.githubusercontent.com';
/** What the SDKs and GitHub's action ask for ("Configuring OpenID Connect in Amazon Web Services"). */
const AUDIENCE = 'sts.amazonaws.com';

export interface Where {
  account: string;
  partition: string;
}

interface Statement {
  Principal: { Federated: string } | { Service: string };
  Action: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/** `agents`: user agents by which the key was used. They count only where the runbook says of nobody where it runs. */
export function shortLivedFor(
  where: Where,
  consumers: readonly Consumer[],
  agents: readonly string[],
): Document[] {
  const named = consumers.flatMap((consumer) => ofConsumer(where, consumer) ?? []);
  if (named.length > 0) return named;
  return SERVICES.filter(({ hint }) => hint !== null && agents.some((agent) => agent.includes(hint))).map(
    (service) =>
      written(
        `Trust policy of a role for ${service.called}, where the key seems to be used by its user agent, which a thief could have chosen`,
        ofService(where, service),
      ),
  );
}

/** null: nothing says by what it could prove who it is. */
function ofConsumer(where: Where, consumer: Consumer): Document | null {
  const title = (whom: string) => `Trust policy of a role that only ${whom} can become`;
  if ('githubActions' in consumer) {
    const { repository, environment, branch } = consumer.githubActions;
    const [jobs, sub] =
      environment === undefined
        ? [`the branch ${branch}`, `ref:refs/heads/${branch}`]
        : [`the environment ${environment}`, `environment:${environment}`];
    return written(
      title(`jobs of ${repository} in ${jobs}`),
      federated(where, GITHUB, `repo:${repository}:${sub}`),
    );
  }
  if ('kubernetes' in consumer) {
    const { namespace, serviceAccount, issuer } = consumer.kubernetes;
    if (serviceAccount === undefined) return null;
    const whom = title(`pods of the service account ${serviceAccount} in ${namespace}`);
    return issuer === undefined
      ? written(whom, podIdentity(namespace, serviceAccount))
      : written(whom, federated(where, issuer, `system:serviceaccount:${namespace}:${serviceAccount}`));
  }
  if ('aws' in consumer) {
    const { service, name } = consumer.aws;
    const known = SERVICES.find(({ id }) => id === service);
    return known === undefined
      ? null
      : written(`Trust policy of a role for ${name} (${known.called})`, ofService(where, known));
  }
  return null;
}

/** The issuer must be an OIDC identity provider of the account; both claims are bound as they are, never by a pattern. */
const federated = ({ account, partition }: Where, issuer: string, subject: string): Statement => ({
  Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${issuer}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${issuer}:aud`]: AUDIENCE, [`${issuer}:sub`]: subject } },
});

/** "Create IAM role with trust policy required by EKS Pod Identity". */
const podIdentity = (namespace: string, serviceAccount: string): Statement => ({
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  Condition: {
    StringEquals: {
      'aws:RequestTag/kubernetes-namespace': namespace,
      'aws:RequestTag/kubernetes-service-account': serviceAccount,
    },
  },
});

interface Service {
  id: 'ec2' | 'ecs' | 'lambda';
  called: string;
  principal: string;
  /** In the user agent of the SDKs there; null: it says nothing. */
  hint: string | null;
  /** It says for whom it acts ("Amazon ECS task IAM role"). */
  saysForWhom: boolean;
}

const SERVICES: readonly Service[] = [
  { id: 'ec2', called: 'Amazon EC2', principal: 'ec2.amazonaws.com', hint: null, saysForWhom: false },
  {
    id: 'ecs',
    called: 'Amazon ECS',
    principal: 'ecs-tasks.amazonaws.com',
    hint: 'exec-env/AWS_ECS_',
    saysForWhom: true,
  },
  {
    id: 'lambda',
    called: 'AWS Lambda',
    principal: 'lambda.amazonaws.com',
    hint: 'exec-env/AWS_Lambda_',
    saysForWhom: false,
  },
];

const ofService = ({ account, partition }: Where, { principal, saysForWhom }: Service): Statement => ({
  Principal: { Service: principal },
  Action: 'sts:AssumeRole',
  ...(saysForWhom
    ? {
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:ecs:*:${account}:*` },
        },
      }
    : {}),
});

const written = (title: string, statement: Statement): Document => ({
  title: title.slice(0, 200),
  content: JSON.stringify({ Version: VERSION, Statement: [{ Effect: 'Allow', ...statement }] }, null, 2),
});
