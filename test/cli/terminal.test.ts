// The person's real terminal, where it is not a screen's or a clock's business.
import { afterEach, expect, test, vi } from 'vitest';
import { processTerminal } from '../../cli/terminal.ts';

afterEach(() => vi.unstubAllEnvs());

test('no browser is opened where the person wants none', async () => {
  // What would be opened is no browser's: nothing opens it.
  vi.stubEnv('CUSTODY_BROWSER', 'none');
  await expect(processTerminal().browse('custody-nobody:x')).rejects.toThrow('CUSTODY_BROWSER');
});
