// Every way in which AWS says no, sorted by who acts next; and nothing of what was sent or received goes along.
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../../domain/provider/provider.ts';
import { sorted } from '../../../providers/aws/errors.ts';

const thrown = (name: string, httpStatusCode?: number, message = 'the request said canary') =>
  Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode, requestId: 'r-1' },
    $response: { body: 'canary' },
  });

describe('an error of AWS', () => {
  it.each([
    ['AccessDenied', 403, 'denied'],
    ['AccessDeniedException', 400, 'denied'],
    ['InvalidClientTokenId', 403, 'denied'],
    ['CredentialsProviderError', undefined, 'denied'],
    ['Throttling', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['SomethingNew', 429, 'throttled'],
    ['ServiceUnavailable', 503, 'retry'],
    ['InternalFailure', 500, 'retry'],
    ['TimeoutError', undefined, 'retry'],
    ['ECONNREFUSED', undefined, 'retry'],
    ['ExpiredTokenException', 400, 'retry'],
    ['ConcurrentModificationException', 409, 'retry'],
    ['SyntaxError', 200, 'retry'],
    ['NoSuchEntityException', 404, 'impossible'],
    ['LimitExceededException', 409, 'impossible'],
    ['UnmodifiableEntityException', 400, 'impossible'],
    ['ResourceNotFoundException', 400, 'impossible'],
    ['SomethingNew', 400, 'impossible'],
  ] as const)('%s (%s) is %s', (name, status, sort) => {
    const error = sorted(thrown(name, status), 'iam:AttachUserPolicy');
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.sort).toBe(sort);
    expect(error.message).toContain(name);
    expect(error.message).toContain('iam:AttachUserPolicy');
    expect(error.cause).toMatchObject({ name, requestId: 'r-1' });
    const { cause } = error;
    const all = [error, cause].map(
      (one) => JSON.stringify(one, Object.getOwnPropertyNames(one)) + String(one),
    );
    expect(all.join('\n')).not.toContain('canary');
  });

  it('names the permission that is missing, that of the key of a secret too', () => {
    expect(sorted(thrown('AccessDenied', 403), 'iam:GetUser').permission).toBe('iam:GetUser');
    expect(sorted(thrown('InvalidClientTokenId', 403), 'iam:GetUser').permission).toBeUndefined();
    const kms = sorted(
      thrown('AccessDeniedException', 400, 'Access to KMS is not allowed'),
      'secretsmanager:PutSecretValue',
    );
    expect(kms.permission).toMatch(/kms:Decrypt/);
  });

  it.each(['Region is missing', 'Region not accepted: region="" is not a valid hostname component.'])(
    'says what to do where no region is configured: %s',
    (said) => {
      const error = sorted(new Error(said), 'iam:GetUser');
      expect(error).toMatchObject({ sort: 'impossible', message: expect.stringContaining('AWS_REGION') });
    },
  );

  it('says where to look only where AWS gave no answer at all', () => {
    expect(sorted(new Error('ECONNREFUSED'), 'iam:GetUser').message).toMatch(/tried again\. .*reaches AWS/);
    expect(sorted(thrown('InternalFailure', 500), 'iam:GetUser').message).toMatch(/tried again\.$/);
  });

  it('is sorted once', () => {
    const error = sorted(thrown('AccessDenied', 403), 'iam:GetUser');
    expect(sorted(error, 'iam:ListUsers')).toBe(error);
  });
});
