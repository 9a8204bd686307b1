// What the owner has to do for a consumer once a new version lies in the secret: words, with the exact command where there is one. It names
// the version and never the value, and may be done twice: the same version restarts nothing again. Pure.
import type { Consumer } from './consumer.schema.ts';

export interface NewVersion {
  /** The incident's. */
  handle: string;
  secret: string;
  versionId: string;
}

export function instructionFor(consumer: Consumer, { handle, secret, versionId }: NewVersion): string {
  const version = plain(versionId);
  const takes = `the new version ${version} of ${secret}`;
  if ('kubernetes' in consumer) {
    const { namespace, deployment } = consumer.kubernetes;
    const annotations = { 'custody/incident': plain(handle), 'custody/version': version };
    const patch = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
    return `Have the deployment ${deployment} in ${namespace} take ${takes}, and see its pods start: kubectl --namespace ${namespace} patch deployment ${deployment} --patch '${patch}'`;
  }
  if ('externalSecret' in consumer) {
    const { namespace, name } = consumer.externalSecret;
    return `Have the external secret ${name} in ${namespace} fetch ${takes}: kubectl --namespace ${namespace} annotate externalsecret ${name} force-sync=${version} --overwrite`;
  }
  if ('githubActions' in consumer) {
    const { repository, environment } = consumer.githubActions;
    const where = environment === undefined ? '' : ` --env ${environment}`;
    return `See that the jobs of ${repository} take ${takes}, and run them: gh secret list --repo ${repository}${where}`;
  }
  if ('aws' in consumer) {
    const { service, name } = consumer.aws;
    return `Have ${name} (${SERVICES[service]}) take ${takes}: ${STARTED_ANEW[service]}.`;
  }
  return `See that ${consumer.other} takes ${takes}.`;
}

const SERVICES = { ec2: 'EC2', ecs: 'ECS', lambda: 'Lambda' } as const;

const STARTED_ANEW = {
  ec2: 'restart what runs on the instance',
  ecs: 'force a new deployment of its service',
  lambda: 'publish its configuration anew, because running environments keep what they have read',
} as const;

/** It stands in a command: what an id cannot have, a shell might take for something else. */
const plain = (id: string): string => id.replace(/[^A-Za-z0-9._-]/g, '');
