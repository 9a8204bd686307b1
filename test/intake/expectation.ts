// How a reading is compared with what a right reader takes out of a payload: exactly, field by field.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { detectionSchema } from '../../domain/detection/detection.schema.ts';
import { readAlerts } from '../../intake/read.ts';

export type Fields = Record<string, unknown>;
/** null: nothing in it may be acted on. */
export type Expected = Record<string, Fields | Fields[] | null>;

export const expectedIn = (folder: string): Expected =>
  JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Expected;

export function expectReading(file: string, expected: Expected[string] | undefined): void {
  const { detections, refusal } = readAlerts(readFileSync(file, 'utf8'));
  for (const detection of detections) expect(detectionSchema.parse(detection)).toEqual(detection);
  if (expected === null) {
    expect(detections).toEqual([]);
    expect(refusal).toMatchObject({ format: expect.any(String), reason: expect.any(String) });
    return;
  }
  expect(refusal).toBeUndefined();
  const wanted = Array.isArray(expected) ? expected : [expected as Fields];
  expect(detections).toHaveLength(wanted.length);
  for (const [index, fields] of wanted.entries()) expect(detections[index]).toMatchObject(fields);
}
