// The verifier is the one that the server itself would have kept.
import { expect, test } from 'vitest';
import { newPassword, verifierOf } from '../../../providers/postgres/verifier.ts';
import { estateForThisFile, loginAs } from './estate.ts';

const estate = estateForThisFile();

test('as the server works it out of the password and the same salt', async () => {
  const password = newPassword();
  await estate().run(`CREATE ROLE known LOGIN PASSWORD '${password}'`);
  const [row] = await estate().run("SELECT rolpassword FROM pg_authid WHERE rolname = 'known'");
  const kept = String(row?.['rolpassword']);
  const salt = Buffer.from(/^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(kept)?.[1] ?? '', 'base64');
  expect(salt).toHaveLength(16);
  expect(verifierOf(password, salt)).toBe(kept);
});

test('the server keeps it as it is, and takes the password', async () => {
  const password = newPassword();
  await estate().run(`CREATE ROLE fresh LOGIN PASSWORD '${verifierOf(password)}'`);
  expect(await loginAs(estate(), { username: 'fresh', password })).toBe('in');
  expect(await loginAs(estate(), { username: 'fresh', password: newPassword() })).toBe('28P01');
  expect(password).toMatch(/^[\w-]{43}$/);
  expect(verifierOf(password)).not.toBe(verifierOf(password));
});
