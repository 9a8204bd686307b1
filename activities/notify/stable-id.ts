// One name for one notice, the same at every attempt and from every channel, so that whoever gets it twice can tell.
import { base32Of } from '../../domain/encoding/canonical.ts';
import type { OutgoingNotice } from './notify.ts';

/** Letters and digits only: it stands in headers. Run and number make it unique, the incident alone is opened again. */
export const stableIdOf = ({
  incident,
  firstRun,
  id,
}: Pick<OutgoingNotice, 'incident' | 'firstRun' | 'id'>): string =>
  `notice_${base32Of(JSON.stringify([incident, firstRun, id]), 40)}`;

/** The same for all notices of one incident: a mail program shows them as one conversation. */
export const conversationOf = ({ incident, firstRun }: Pick<OutgoingNotice, 'incident' | 'firstRun'>) =>
  `incident_${base32Of(JSON.stringify([incident, firstRun]), 40)}`;
