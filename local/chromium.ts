// A real browser (Chromium) with a virtual authenticator, for demo and tests. Where none is found, both say so and do without.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** CUSTODY_CHROMIUM, or the first on PATH; null: there is none. */
export function chromiumHere(): string | null {
  const named = process.env.CUSTODY_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isProgram) ?? null;
}

export interface ABrowser {
  page: Page;
  /** Goes to a page of custody's and presses its button. */
  press(address: string): Promise<void>;
  /** Whether the authenticator finds its user, by finger or PIN. */
  verifiesUser(does: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function aBrowser(executablePath: string): Promise<ABrowser> {
  const browser: Browser = await chromium.launch({
    executablePath,
    // As root it does not start with one.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    // Whoever starts it ends it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    page,
    async press(address) {
      await page.goto(address);
      await page.getByRole('button', { disabled: false }).click();
    },
    verifiesUser: async (isUserVerified) => {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    close: () => browser.close(),
  };
}
