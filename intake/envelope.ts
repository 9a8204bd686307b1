// Amazon EventBridge's envelope, in which AWS services send their events ("Events reference": detail-type, source, detail).
// The envelope's account may be an administrator's: it never says whose the identity is.
import { at, type Place, text, unpacked } from './place.ts';

export interface Envelope {
  /** Lower case, empty where missing. */
  source: string;
  /** Lower case, empty where missing. */
  detailType: string;
  detail: Place;
  id: Place;
  account: Place;
  time: Place;
  resources: Place;
}

/** null where the payload is no such event. */
export function envelopeOf(payload: Place): Envelope | null {
  const source = (text(at(payload, 'source')) ?? '').toLowerCase();
  const detailType = (text(at(payload, 'detail-type')) ?? '').toLowerCase();
  const detail = unpacked(at(payload, 'detail'));
  if (detailType === '' && (source === '' || detail.value === undefined)) return null;
  return {
    source,
    detailType,
    detail,
    id: at(payload, 'id'),
    account: at(payload, 'account'),
    time: at(payload, 'time'),
    resources: at(payload, 'resources'),
  };
}
