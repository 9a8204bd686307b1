// Where there is no Chromium the demo says so, and does without a passkey.
import { afterEach, expect, test, vi } from 'vitest';
import { browserForPasskey } from '../../../local/demo/passkey.ts';

afterEach(() => vi.unstubAllEnvs());

test('no program is on PATH', async () => {
  vi.stubEnv('CUSTODY_CHROMIUM', '');
  vi.stubEnv('PATH', '/nowhere');
  expect(await browserForPasskey()).toMatch(/^No Chromium is on PATH/);
});

test('the one that is named cannot be started', async () => {
  vi.stubEnv('CUSTODY_CHROMIUM', '/nowhere/chromium');
  expect(await browserForPasskey()).toMatch(/^\/nowhere\/chromium does not start \(/);
});
