// Every alert format that can be read: one file and one line here. The first that recognises a payload reads it.
import type { Format } from './alert.ts';
import { awsHealth } from './aws-health.ts';
import { generic } from './generic.ts';
import { guardduty } from './guardduty.ts';
import { trustedAdvisor } from './trusted-advisor.ts';

export const formats: readonly Format[] = [generic, guardduty, awsHealth, trustedAdvisor];
