// Takes alerts out of what they travel in: lists, API answers, EventBridge entries, SNS and SQS messages.
import { at, isDictionary, items, type Place, text, unpacked } from './place.ts';

/** Nothing real is packed deeper; a bound keeps a hostile payload from exhausting the stack. */
const DEEPEST = 8;

/** The alerts in a payload, in its order. What is no wrapper is itself an alert, also if no format knows it. */
export function unwrap(payload: Place, depth = 0): Place[] {
  const place = unpacked(payload);
  if (depth === DEEPEST) return [place];
  const inside = contents(place);
  return inside === null ? [place] : inside.flatMap((inner) => unwrap(inner, depth + 1));
}

function contents(place: Place): Place[] | null {
  if (Array.isArray(place.value)) return items(place);
  if (!isDictionary(place.value)) return null;
  // GetFindings, PutEvents, and the events that SNS and SQS hand to a function.
  for (const name of ['Findings', 'Entries', 'Records']) {
    const list = at(place, name);
    if (Array.isArray(list.value)) return items(list);
  }
  const message = at(place, 'Message');
  if (text(at(place, 'Type')) === 'Notification' && text(message) !== null) return [message];
  const notice = at(place, 'Sns', 'Message');
  if (text(notice) !== null) return [notice];
  const body = at(place, 'body');
  if (text(at(place, 'messageId')) !== null && text(body) !== null) return [body];
  return null;
}
