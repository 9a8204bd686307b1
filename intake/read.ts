// Alerts in, detections out. Pure: reads no file and no clock. Never throws on any text, never lets a secret through,
// and says of everything that it could not read what was seen, what is missing, and where.
import type { Detection } from '../domain/detection/detection.schema.ts';
import { isUnread, type Unread } from './alert.ts';
import { formats } from './formats.ts';
import { normalise } from './normalise.ts';
import { parse, type Place } from './place.ts';
import { unreadFormat } from './unread-formats.ts';
import { unwrap } from './unwrap.ts';

export interface Reading {
  /** In the order of the payload. Those with `opens: false` are printed and open nothing. */
  detections: Detection[];
  /** Set where anything could not be read, also beside detections: the first such, and how many more. */
  refusal?: Unread;
}

/** `text`: one JSON document, or JSON Lines. `fileName` is shown in the refusal's reason. */
export function readAlerts(text: string, { fileName }: { fileName?: string } = {}): Reading {
  const detections: Detection[] = [];
  const unread: Unread[] = [];
  for (const document of documents(text)) {
    const results = 'reason' in document ? [document] : readDocument(document);
    for (const result of results) {
      if ('reason' in result) unread.push(result);
      else detections.push(result);
    }
  }
  const [first, ...more] = unread;
  if (first === undefined) return { detections };
  const file = fileName === undefined ? '' : `${fileName}: `;
  const others = more.length === 0 ? '' : ` (and ${more.length} more that could not be read)`;
  return { detections, refusal: { ...first, reason: file + first.reason + others } };
}

function readDocument(document: Place): (Detection | Unread)[] {
  const payloads = unwrap(document);
  if (payloads.length > 0) return payloads.flatMap(readPayload);
  return [{ format: null, missing: 'alert', path: document.path, reason: 'the list of alerts is empty' }];
}

function readPayload(payload: Place): (Detection | Unread)[] {
  const format = formats.find((candidate) => candidate.recognises(payload));
  if (format === undefined) return [unreadFormat(payload)];
  return format
    .read(payload)
    .map((result) => (isUnread(result) ? result : normalise(result, format.name, payload)));
}

function documents(text: string): (Place | Unread)[] {
  const json = text.replace(/^\uFEFF/, '');
  const value = parse(json);
  if (value !== undefined) return [{ value, path: '$' }];
  const lines = json
    .split('\n')
    .map((line, index) => ({ line, path: `line ${index + 1}: $` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, path }): Place => ({ value: parse(line), path }));
  if (lines.every((line) => line.value === undefined)) return [notJson('$')];
  return lines.map((line) => (line.value === undefined ? notJson(line.path) : line));
}

function notJson(path: string): Unread {
  const reason = 'this is not JSON: give the alert as its source sent it, one document or one a line';
  return { format: null, missing: null, path, reason };
}
