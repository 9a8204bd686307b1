// The default runbook's rows for what not everybody has: without their `#` they pass the check, and say what they are for.
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../domain/identity/identity.ts';
import { resolveRules } from '../../domain/runbook/resolve.ts';
import { readFolder } from '../../authority/folder.ts';
import { allRows } from '../../local/demo/rows.ts';
import { shippedTexts } from './shipped-authority.ts';

const texts = shippedTexts('default');
const folder = readFolder({
  ...texts,
  'runbook.yaml': allRows(texts['runbook.yaml']),
  'people.yaml': allRows(texts['people.yaml']),
});

describe('the rows behind a `#`', () => {
  it('pass the check with nothing unused', () => {
    expect(folder.warnings).toEqual([]);
    expect(Object.keys(folder.runbook.executors)).toEqual([
      'identity-aws',
      'owner-aws',
      'sessions-aws',
      'platform-orders-db',
      'owner-orders-db',
    ]);
  });

  it('have the platform team hold and approve what happens to a role of a database, and nothing of AWS', () => {
    const rules = (key: string) =>
      resolveRules(folder.runbook, folder.hash, { identity: identityOf(key), facts: [] });
    expect(rules('postgres/orders-db/role/orders_a')).toMatchObject({
      class: 'database-role',
      phases: { containment: { holder: 'platform' }, recovery: { holder: 'service-owner' } },
      gates: { act: { parties: ['soc', 'platform'] } },
      executors: {
        'source-of-truth': { name: 'platform-orders-db', party: 'platform' },
        owner: { name: 'owner-orders-db', party: 'service-owner' },
      },
      checker: 'orders-db',
    });
    expect(rules('aws/123456789012/iam-user/deploy-robot').class).toBe('ci-cd');
    expect(rules('aws/123456789012/iam-role/web')).toMatchObject({
      class: 'standard',
      apart: { 'aws/role-session-cut-off': { name: 'sessions-aws', party: 'identity' } },
    });
  });
});
