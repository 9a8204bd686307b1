// What one line of an audit log says: who said or ordered what, and what became of it. Whatever others wrote is bounded, and
// cannot look like another line, another field or a command to a terminal.
export interface AuditEntry {
  what: 'statement' | 'alert' | 'order' | 'log';
  /** Who judged it: the incident's validator (no history keeps that), the judge, the incident itself, the warrant check; or the act. */
  stage: 'validator' | 'judge' | 'incident' | 'warrant' | 'act' | 'file';
  verdict: 'accepted' | 'refused' | 'acted' | 'failed';
  /** Reason code: a refusal's, or the name of the check that refused; `ok` where nothing did. */
  code: string;
  why: string;
  /** Id in the directory: as proven where `proof` says how, else as it claims. */
  who: string | null;
  proof: 'told' | 'signed' | 'present' | null;
  /** How it came: `update`, `signal`, or the workflow and run that ordered it. */
  from: string | null;
  message: string | null;
  incident: string | null;
  /** Gate, hold or step. */
  answers: string | null;
  plan: string | null;
  /** Of the statement or the order. */
  id: string | null;
}

const LONGEST: Record<keyof AuditEntry, number> = {
  what: 16,
  stage: 16,
  verdict: 16,
  code: 64,
  why: 1_000,
  who: 128,
  proof: 16,
  from: 400,
  message: 64,
  incident: 400,
  answers: 128,
  plan: 64,
  id: 128,
};

const FIELDS = Object.keys(LONGEST) as (keyof AuditEntry)[];

/** Exactly the fields of an entry, each bounded. Whatever is no text becomes null. */
export function bounded(entry: AuditEntry): AuditEntry {
  const fields = FIELDS.map((field) => {
    const value: unknown = entry[field];
    return [field, typeof value === 'string' ? oneBoundedLine(value, LONGEST[field]) : null];
  });
  return Object.fromEntries(fields) as AuditEntry;
}

/** Control and format characters (line ends, escapes, bidirectional overrides, halves of characters) become U+FFFD. */
function oneBoundedLine(text: string, longest: number): string {
  const shown = Array.from(text.slice(0, longest * 2))
    .slice(0, longest)
    .join('');
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

/** Nothing known but what it is. */
export const NOTHING_KNOWN = {
  who: null,
  proof: null,
  from: null,
  message: null,
  incident: null,
  answers: null,
  plan: null,
  id: null,
} as const satisfies Partial<AuditEntry>;
