// Alerts about the demo's robot, as their sources send them.
import { ACCOUNT, REGION, type Workload } from './estate.ts';

/** A GuardDuty finding as EventBridge delivers it ("GuardDuty finding format"; "Processing GuardDuty findings with Amazon EventBridge"). */
export function guardDutyFinding({ user, stolenKey }: Workload, seenAt: Date): Record<string, unknown> {
  const id = '5ac4b6e07f1d4e0c9b8a7d6c5b4a3f2e';
  const detector = 'aa11bb22cc33dd44ee55ff6677889900';
  const at = seenAt.toISOString();
  return {
    version: '0',
    id: '0b7c1d3e-6f1a-4d55-9a51-2f6f0f6c7a10',
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: ACCOUNT,
    time: at,
    region: REGION,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: ACCOUNT,
      region: REGION,
      partition: 'aws',
      id,
      arn: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/${detector}/finding/${id}`,
      type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
      resource: {
        resourceType: 'AccessKey',
        accessKeyDetails: {
          accessKeyId: stolenKey.accessKeyId,
          principalId: 'AIDACKCEVSQ6C2EXAMPLE',
          userType: 'IAMUser',
          userName: user,
        },
      },
      service: {
        serviceName: 'guardduty',
        detectorId: detector,
        action: {
          actionType: 'AWS_API_CALL',
          awsApiCallAction: {
            api: 'GetSecretValue',
            serviceName: 'secretsmanager.amazonaws.com',
            callerType: 'Remote IP',
            remoteIpDetails: {
              ipAddressV4: '198.51.100.23',
              organization: {
                asn: '64500',
                asnOrg: 'Example Hosting',
                isp: 'Example Hosting',
                org: 'Example Hosting',
              },
              country: { countryName: 'Nowhere' },
            },
          },
        },
        resourceRole: 'TARGET',
        additionalInfo: { threatListName: 'ours', value: '{"threatListName":"ours"}', type: 'default' },
        evidence: { threatIntelligenceDetails: [{ threatListName: 'ours', threatNames: [] }] },
        eventFirstSeen: at,
        eventLastSeen: at,
        archived: false,
        count: 3,
      },
      severity: 8,
      createdAt: at,
      updatedAt: at,
      title: `API GetSecretValue was called by ${user} from an address on a custom threat list.`,
      description: `The access key of ${user} was used from 198.51.100.23, which is on the custom threat list "ours".`,
    },
  };
}

/** AWS Health: a key was found in public. It names the key alone, so whose it is has to be found out. */
export function exposedKey({ stolenKey }: Workload, foundAt: Date): Record<string, unknown> {
  const at = foundAt.toUTCString();
  return {
    version: '0',
    id: '7d0e0000-0000-4000-8000-000000000001',
    'detail-type': 'AWS Health Event',
    source: 'aws.health',
    account: ACCOUNT,
    time: foundAt.toISOString(),
    region: REGION,
    resources: [stolenKey.accessKeyId],
    detail: {
      eventArn: `arn:aws:health:${REGION}::event/RISK/AWS_RISK_CREDENTIALS_EXPOSED/AWS_RISK_CREDENTIALS_EXPOSED_1`,
      service: 'RISK',
      eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
      eventTypeCategory: 'issue',
      startTime: at,
      lastUpdatedTime: at,
      eventMetadata: { accountId: ACCOUNT, publicKey: stolenKey.accessKeyId },
      affectedEntities: [{ entityValue: stolenKey.accessKeyId }],
      affectedAccount: ACCOUNT,
    },
  };
}
