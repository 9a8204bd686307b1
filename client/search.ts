// Finding incidents: the list by what stands on the server, and the one that a person means by what they typed.
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributeType } from '@temporalio/common';
import { handleOf, identityOf, WORKFLOW_ID_PREFIX, workflowIdOf } from '../domain/identity/identity.ts';
import { SEARCH_ATTRIBUTES, WORKFLOW_TYPE } from '../workflows/messages.ts';
import { NoSuchIncident, SeveralFit } from './failure.ts';

export interface Filter {
  /** A party. */
  holder?: string;
  phase?: string;
  class?: string;
  /** Only those whose next deadline lies before this instant. */
  overdueAt?: string;
  /** Closed ones too. */
  closedToo?: boolean;
}

/** One line of the list; null where the incident has not said it yet. */
export interface Listed {
  incident: string;
  key: string;
  handle: string;
  open: boolean;
  phase: string | null;
  holder: string | null;
  level: string | null;
  class: string | null;
  due: string | null;
  openedAt: string;
}

const HANDLE = /^[a-z2-7]{1,10}$/i;
const HANDLE_LETTERS = 10;

/** Values stand in single quotes; a quote or backslash in one would end it. */
const quoted = (value: string) => `'${value.replace(/[\\']/g, '\\$&')}'`;

export function listQuery(filter: Filter): string {
  const parts = [`WorkflowType = '${WORKFLOW_TYPE}'`];
  if (!filter.closedToo) parts.push(`ExecutionStatus = 'Running'`);
  if (filter.holder !== undefined) parts.push(`custodyHolder = ${quoted(filter.holder)}`);
  if (filter.phase !== undefined) parts.push(`custodyPhase = ${quoted(filter.phase)}`);
  if (filter.class !== undefined) parts.push(`custodyClass = ${quoted(filter.class)}`);
  if (filter.overdueAt !== undefined) parts.push(`custodyDue < ${quoted(filter.overdueAt)}`);
  return parts.join(' AND ');
}

const keyword = (name: keyof typeof SEARCH_ATTRIBUTES) =>
  defineSearchAttributeKey(name, SEARCH_ATTRIBUTES[name] as SearchAttributeType);

function listed(found: WorkflowExecutionInfo): Listed {
  const attributes = found.typedSearchAttributes;
  const text = (name: keyof typeof SEARCH_ATTRIBUTES) => {
    const value: unknown = attributes.get(keyword(name));
    return value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : null;
  };
  return {
    incident: found.workflowId,
    key: found.workflowId.slice(WORKFLOW_ID_PREFIX.length),
    handle: handleOf(found.workflowId),
    open: found.status.name === 'RUNNING',
    phase: text('custodyPhase'),
    holder: text('custodyHolder'),
    level: text('custodySeverity'),
    class: text('custodyClass'),
    due: text('custodyDue'),
    openedAt: found.startTime.toISOString(),
  };
}

/** One line an incident; of several runs of one identity each stands for itself, continued runs do not. */
export async function* list(client: Client, filter: Filter): AsyncGenerator<Listed> {
  for await (const found of client.workflow.list({ query: listQuery(filter) })) {
    if (found.status.name !== 'CONTINUED_AS_NEW') yield listed(found);
  }
}

/** Workflow id, KEY, or the beginning of a handle that fits one open incident -> workflow id. */
export async function find(client: Client, typed: string): Promise<string> {
  const text = typed.trim();
  if (text.includes('/')) return workflowIdTyped(text);
  if (!HANDLE.test(text)) {
    throw new NoSuchIncident(
      `"${typed}" names no incident: type its handle (or the beginning of it), its KEY, or its workflow id.`,
    );
  }
  const prefix = text.toLowerCase();
  const open = await fitting(client, prefix, false);
  // A whole handle may also mean a closed incident, whose record is still there to read.
  const fit =
    open.size === 0 && prefix.length === HANDLE_LETTERS ? await fitting(client, prefix, true) : open;
  const [first, second] = fit;
  if (first === undefined) {
    throw new NoSuchIncident(
      `No open incident's handle begins with "${prefix}". \`custody incident list\` shows them.`,
    );
  }
  if (second !== undefined) {
    throw new SeveralFit(
      `${fit.size} open incidents begin with "${prefix}": ${[...fit].map(handleOf).join(', ')}. Type more letters.`,
    );
  }
  return first;
}

async function fitting(client: Client, prefix: string, closedToo: boolean): Promise<Set<string>> {
  const fit = new Set<string>();
  for await (const { handle, incident } of list(client, { closedToo })) {
    if (handle.startsWith(prefix)) fit.add(incident);
  }
  return fit;
}

function workflowIdTyped(text: string): string {
  const key = text.startsWith(WORKFLOW_ID_PREFIX) ? text.slice(WORKFLOW_ID_PREFIX.length) : text;
  try {
    // Through the identity, so that what was typed without escapes means the same.
    return workflowIdOf(identityOf(key));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof URIError)) throw error;
    throw new NoSuchIncident(
      `"${text}" is no KEY: provider/account/kind/reference, e.g. aws/123456789012/iam-user/deploy-robot.`,
      {
        cause: error,
      },
    );
  }
}
