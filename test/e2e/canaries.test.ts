// Whoever looks for secrets must find them in every form in which something could have let them out, and nothing where there is none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found } from './canaries.ts';

const numRuns = Number(process.env['CUSTODY_RUNS'] ?? 200);
/** As keys and passwords are, and worse. */
const secret = fc.string({ unit: 'binary-ascii', minLength: 16, maxLength: 60 });

const FORMS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'in JSON': (text) => JSON.stringify({ value: text }),
  'in JSON within JSON': (text) => JSON.stringify({ body: JSON.stringify({ value: text }) }),
  'in an address': (text) => `https://a.example/?q=${encodeURIComponent(text)}`,
  'in an address, in lower case': (text) =>
    encodeURIComponent(text).replaceAll(/%../g, (one) => one.toLowerCase()),
  'in a form': (text) => new URLSearchParams({ Action: 'Put', Value: text }).toString(),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64url': (text) => Buffer.from(text).toString('base64url'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'hexadecimal, in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

describe('a secret is found', () => {
  it.each(Object.entries(FORMS))('%s, whatever stands around it', (_, form) => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        const bytes = Buffer.from(`${before}${form(text)}${after}`);
        expect(found([text], [{ name: 'a log', bytes }])).toEqual([`a log: ${text.slice(0, 4)}…`]);
      }),
      { numRuns, seed: 8 },
    );
  });

  it('inside of what was encoded as a whole', () => {
    fc.assert(
      fc.property(
        secret,
        fc.string(),
        fc.string(),
        fc.constantFrom<BufferEncoding>('base64', 'base64url', 'hex'),
        (text, before, after, encoding) => {
          const bytes = Buffer.from(Buffer.from(`${before}${text}${after}`).toString(encoding));
          expect(found([text], [{ name: 'a proof', bytes }])).toHaveLength(1);
        },
      ),
      { numRuns, seed: 8 },
    );
  });

  it('and nothing else is', () => {
    const other = fc.string({ unit: fc.constantFrom(...'xyz{}":,'), maxLength: 200 });
    fc.assert(
      fc.property(secret, other, (text, around) => {
        fc.pre(!around.includes(text));
        expect(found([text], [{ name: 'a log', bytes: Buffer.from(around) }])).toEqual([]);
      }),
      { numRuns, seed: 8 },
    );
    expect(() => found([''], [])).toThrow(/no secret/);
  });
});
