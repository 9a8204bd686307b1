// The person's real terminal, where it is not a screen's or a clock's business.
import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { processTerminal } from '../../cli/terminal.ts';

afterEach(() => vi.unstubAllEnvs());

test('no browser is opened where the person wants none', async () => {
  // What would be opened is no browser's: nothing opens it.
  vi.stubEnv('CUSTODY_BROWSER', 'none');
  await expect(processTerminal().browse('custody-nobody:x')).rejects.toThrow('CUSTODY_BROWSER');
});

test('a folder in place of a file is said to be one', async () => {
  await expect(processTerminal().read(tmpdir())).rejects.toThrow(
    /it is a folder, and a file is needed here\.$/,
  );
});
