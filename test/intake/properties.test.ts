// Whatever is handed in: no throw, no invalid detection, and nothing that looks like a secret comes out.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectionSchema } from '../../domain/detection/detection.schema.ts';
import { identityOf, keyOf } from '../../domain/identity/identity.ts';
import { readAlerts } from '../../intake/read.ts';

const numRuns = Number(process.env.CUSTODY_RUNS ?? 100);
/** More runs need more time. */
const timeout = Math.max(30_000, numRuns * 20);
const FOLDER = path.join(import.meta.dirname, 'samples');
const payloads = readdirSync(FOLDER)
  .filter((file) => file !== 'expected.json')
  .map((file) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as unknown);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const random = (length: number, alphabet: string) =>
  fc
    .array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length })
    .map((letters) => letters.join(''))
    .filter((word) => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word));

const canaries = fc.oneof(
  random(40, `${LETTERS}/+`),
  random(356, `${LETTERS}/+`),
  random(36, LETTERS).map((word) => `ghp_${word}`),
  random(24, LETTERS).map((word) => `xoxb-1234-${word}`),
  fc
    .tuple(random(30, LETTERS), random(43, LETTERS))
    .map(([body, mark]) => `eyJhbGciOiJFZERTQSJ9.${body}.${mark}`),
  random(64, LETTERS).map((body) => `-----BEGIN PRIVATE KEY-----\n${body}`),
);
/** How a secret stands in a text. */
const around = fc.constantFrom(
  (secret: string) => secret,
  (secret: string) => `used with ${secret} from a strange network`,
  (secret: string) => `AKIADEPLOYROBOT00001:${secret}`,
  (secret: string) => `AKIADEPLOYROBOT00001/${secret}`,
  (secret: string) => `aws_secret_access_key=${secret}`,
  (secret: string) => `${'long '.repeat(790)} ${secret} end`,
);

/** Puts `word` where the counter says: at a value, or in place of a field's name. */
function planted(value: unknown, word: string, count: { left: number; name: boolean }): unknown {
  if (Array.isArray(value)) return value.map((item) => planted(item, word, count));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        const here = count.left === 0 && count.name;
        if (here) count.left -= 1;
        return [here ? word : name, planted(inner, word, count)];
      }),
    );
  }
  if (typeof value === 'string' && value.startsWith('{')) {
    return JSON.stringify(planted(JSON.parse(value), word, count));
  }
  count.left -= 1;
  return count.left === -1 ? word : value;
}

/** How many places `planted` can choose from. */
function placesIn(payload: unknown, name: boolean): number {
  const count = { left: Number.MAX_SAFE_INTEGER, name };
  planted(payload, '', count);
  return Number.MAX_SAFE_INTEGER - count.left;
}

/** Every text with the word in one place. */
function* everywhere(payload: unknown, word: string): Generator<string> {
  for (const name of [false, true]) {
    for (let left = placesIn(payload, name) - 1; left >= 0; left -= 1) {
      yield JSON.stringify(planted(payload, word, { left, name }));
    }
  }
}

function expectSound(text: string): ReturnType<typeof readAlerts> {
  const reading = readAlerts(text);
  expect(reading.detections.length + (reading.refusal ? 1 : 0)).toBeGreaterThan(0);
  for (const detection of reading.detections) {
    expect(detectionSchema.parse(detection)).toEqual(detection);
    expect(detection.opens).toBe(detection.key !== null);
    const texts = Object.values(detection)
      .flat()
      .filter((value) => typeof value === 'string');
    // A lone surrogate can be neither hashed nor sent.
    expect(texts.filter((value) => /\p{Cs}/u.test(value))).toEqual([]);
    if (detection.key !== null) expect(keyOf(identityOf(detection.key))).toBe(detection.key);
  }
  return reading;
}

test('any text', { timeout }, () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => void expectSound(text)),
    { numRuns },
  );
});

test('any JSON', { timeout }, () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary', maxDepth: 6 }), (text) => void expectSound(text)),
    { numRuns },
  );
});

test('any value in any place of a real payload', { timeout }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...payloads),
      fc.jsonValue({ stringUnit: 'binary' }),
      fc.nat(),
      fc.boolean(),
      (payload, value, seed, name) => {
        const word = typeof value === 'string' ? value : JSON.stringify(value);
        const left = seed % placesIn(payload, name);
        expectSound(JSON.stringify(planted(payload, word, { left, name })));
        const mark = `here-${seed}`;
        const marked = JSON.stringify(planted(payload, mark, { left, name: false }));
        expectSound(marked.replace(JSON.stringify(mark), () => JSON.stringify(value)));
      },
    ),
    { numRuns },
  );
});

test('no secret comes out, wherever it went in', { timeout }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...payloads), canaries, around, (payload, canary, surround) => {
      for (const text of everywhere(payload, surround(canary))) {
        const told = JSON.stringify(readAlerts(text));
        // Not `expect` for each: most of the time would go there.
        if (told.includes(canary.slice(-24))) expect(told).not.toContain(canary.slice(-24));
      }
    }),
    { numRuns },
  );
});

test.each([
  '\uD800',
  'half \uDC00 a character',
  '\u001B[2Jcleared',
  '\u202Ereversed',
  '',
  ' ',
  '__proto__',
  'constructor',
  'a'.repeat(5_000),
  '[]',
  '{"a":',
])('%j in any place', (word) => {
  for (const text of payloads.flatMap((payload) => [...everywhere(payload, word)])) {
    for (const { title = '', why, exposures = [] } of expectSound(text).detections) {
      expect(title + why + exposures.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  }
});

test('a secret in what is no payload at all is not quoted', { timeout }, () => {
  fc.assert(
    fc.property(canaries, fc.json(), (canary, json) => {
      for (const text of [
        canary,
        `{"${canary}":`,
        JSON.stringify({ [canary]: json, format: 'custody/detection/1' }),
      ]) {
        expect(JSON.stringify(expectSound(text))).not.toContain(canary);
      }
    }),
    { numRuns },
  );
});

test('casing and separators of field names do not matter', () => {
  const [pascal] = payloads.filter((payload) => JSON.stringify(payload).includes('Findings'));
  const { detections } = expectSound(JSON.stringify(pascal));
  const cases = [
    (name: string) => name.toUpperCase(),
    (name: string) => name.toLowerCase(),
    (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_'),
    (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
  ];
  for (const recase of cases) {
    const rename = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(rename);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [recase(name), rename(inner)]));
    };
    const renamed = expectSound(JSON.stringify(rename(pascal))).detections;
    // The evidence names fields as the payload writes them.
    expect(renamed.map((detection) => ({ ...detection, classification: [] }))).toEqual(
      detections.map((detection) => ({ ...detection, classification: [] })),
    );
  }
});
