// One finding, read again where it was made ("GetFindings", Amazon GuardDuty API reference): what an alert says of itself, anybody could
// have written. Where GuardDuty does not say it, it is not so.
import { type Finding, GetFindingsCommand } from '@aws-sdk/client-guardduty';
import { instant } from '../../domain/instant/instant.ts';
import type { SourceFinding } from '../../domain/provider/provider.ts';
import type { Aws } from './clients.ts';

export const FINDING_PERMISSIONS = ['guardduty:GetFindings'] as const;

/** Detectors are regional. */
export interface Detector {
  region: string;
  id: string;
}

/** null: none of these detectors has it. */
export async function findingOf(
  aws: Aws,
  detectors: readonly Detector[],
  id: string,
): Promise<SourceFinding | null> {
  for (const { region, id: DetectorId } of detectors) {
    const asked = new GetFindingsCommand({ DetectorId, FindingIds: [id] });
    const { Findings = [] } = await aws.guardDuty(region).send(asked);
    const found = Findings.find((one) => one.Id === id);
    if (found !== undefined) return read(found);
  }
  return null;
}

function read(finding: Finding): SourceFinding {
  const { Service: service, Resource: resource } = finding;
  const details = resource?.AccessKeyDetails;
  return {
    id: finding.Id ?? '',
    account: finding.AccountId ?? null,
    identity:
      details?.UserType === 'IAMUser' && details.UserName !== undefined
        ? { kind: 'iam-user', reference: details.UserName }
        : null,
    credential: details?.AccessKeyId ?? null,
    severity: finding.Severity ?? 0,
    archived: service?.Archived !== false,
    sample: isSample(finding),
    ownRule: ownRuleOf(finding),
    seenAt: at(service?.EventLastSeen ?? finding.UpdatedAt),
  };
}

/** Said in a flag, in JSON inside a text, or in the title alone ("Sample findings"). */
function isSample({ Title = '', Service: service }: Finding): boolean {
  if (/^\s*\[sample\]/i.test(Title)) return true;
  const { Value } = service?.AdditionalInfo ?? {};
  if (Value === undefined || Value === '') return false;
  try {
    const { sample } = JSON.parse(Value) as { sample?: unknown };
    return sample !== undefined && sample !== false && sample !== 'false';
  } catch {
    // Unread, it could say anything.
    return true;
  }
}

/** What the account's own people can make GuardDuty say: by a rule of theirs, or a list of addresses that they call malicious. */
function ownRuleOf({ CustomDetectionRuleName, Type = '' }: Finding): string | null {
  if (CustomDetectionRuleName !== undefined) return `the account's own rule ${CustomDetectionRuleName}`;
  return /\.Custom\b/.test(Type) ? "the account's own list of threats" : null;
}

function at(text: string | undefined): string | null {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : instant(ms);
}
