// Reads notices.yaml and builds its channels. All that is wrong is told at once, with its place; no value of the environment is
// ever in what it says.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readAllowed } from '../activities/notify/destination.ts';
import { emailChannel } from '../activities/notify/email.ts';
import { fileChannel } from '../activities/notify/file.ts';
import type { Channel, OutgoingNotice, Way } from '../activities/notify/notify.ts';
import { waysOf } from '../activities/notify/route.ts';
import { type Finding, targetsChecks } from '../activities/notify/targets-checks.ts';
import { type ChannelTarget, type Targets, targetsSchema } from '../activities/notify/targets.schema.ts';
import { webhookChannel } from '../activities/notify/webhook.ts';
import { PolicyError, textsOf } from '../authority/policy-error.ts';
import { readPolicyFile } from '../authority/policy-file.ts';
import { durationMs } from '../domain/instant/instant.ts';
import type { Environment } from './configuration.ts';

/** How a notice reaches people, in the order of preference. */
export type Ways = (notice: OutgoingNotice) => Way[];

/** The simplest notices.yaml: every notice is appended to one file. */
export const everythingTo = (file: string): Targets => ({
  version: 1,
  channels: { file: { type: 'file', path: file } },
  people: {},
  parties: {},
  everyone: ['file'],
});

/** Throws `PolicyError` with every problem. Paths in the file are relative to it. */
export async function loadNotices(file: string, environment: Environment): Promise<Ways> {
  const folder = path.dirname(file);
  const name = path.basename(file);
  const texts = await textsOf(folder, [name]);
  const read = readPolicyFile(name, texts[name] ?? '', targetsSchema);
  if (read.value === null) throw new PolicyError(folder, read.problems);
  const targets = read.value;
  const findings = targetsChecks.flatMap((check) => check(targets));
  const built = await builtFrom(targets, folder, environment);
  const problems = [...findings, ...built.findings].map(({ path: at, says }) => read.problemAt(at, says));
  if (problems.length > 0)
    throw new PolicyError(
      folder,
      problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  return built.ways;
}

/** What could not be built is a finding, and no channel. */
export async function builtFrom(
  targets: Targets,
  folder: string,
  environment: Environment,
): Promise<{ ways: Ways; findings: Finding[] }> {
  const channels = new Map<string, Channel>();
  const findings: Finding[] = [];
  for (const [name, target] of Object.entries(targets.channels)) {
    const missing = unset(target, environment);
    findings.push(...missing.map(({ path: at, says }) => ({ path: ['channels', name, ...at], says })));
    if (missing.length > 0) continue;
    try {
      const channel = await BUILDERS[target.type](name, target as never, { folder, environment });
      if (channel !== null) channels.set(name, channel);
    } catch (error) {
      const says = error instanceof RangeError ? error.message : whyUnread(error);
      if (says === null) throw error;
      findings.push({ path: ['channels', name], says });
    }
  }
  return { ways: (notice) => waysOf(targets, channels, notice), findings };
}

interface Place {
  folder: string;
  environment: Environment;
}

type Builder<T extends ChannelTarget['type']> = (
  name: string,
  target: Extract<ChannelTarget, { type: T }>,
  place: Place,
) => Promise<Channel | null>;

/** A channel is one file in activities/notify, and one line here. */
const BUILDERS: { [T in ChannelTarget['type']]: Builder<T> } = {
  file: async (name, target, { folder }) => fileChannel(name, path.resolve(folder, target.path)),
  webhook: async (name, target, { folder, environment }) => {
    const allowed = readAllowed(target.allow);
    const url = target.url ?? valueOf(target.urlFrom, environment);
    // Found by the checks, with its place.
    if (allowed === null || url === '') return null;
    return webhookChannel({
      name,
      url: urlOf(url),
      secret: valueOf(target.secretFrom, environment),
      allowed,
      timeoutMs: durationMs(target.timeout),
      ...(await authorities(target.ca, folder)),
    });
  },
  email: async (name, target, { folder, environment }) => {
    const { host, port, security, from, userFrom, passwordFrom, timeout } = target;
    const login = { user: valueOf(userFrom, environment), password: valueOf(passwordFrom, environment) };
    return emailChannel({
      name,
      host,
      port,
      security,
      from,
      login: userFrom === undefined ? null : login,
      timeoutMs: durationMs(timeout),
      ...(await authorities(target.ca, folder)),
    });
  },
};

const valueOf = (variable: string | undefined, environment: Environment): string =>
  variable === undefined ? '' : (environment[variable] ?? '').trim();

const FROM = ['urlFrom', 'secretFrom', 'userFrom', 'passwordFrom'] as const;

/** Every variable that the channel names and nobody has set. */
function unset(target: ChannelTarget, environment: Environment): Finding[] {
  const named: Partial<Record<(typeof FROM)[number], string | undefined>> =
    target.type === 'file' ? {} : target;
  return FROM.flatMap((field) => {
    const variable = named[field];
    return variable === undefined || valueOf(variable, environment) !== ''
      ? []
      : [{ path: [field], says: `the environment variable ${variable} is not set: set it for the notifier` }];
  });
}

/** Never with the text: it may be a secret. */
function urlOf(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new RangeError('the URL cannot be read: write it whole, https://host/path');
  }
}

async function authorities(file: string | undefined, folder: string): Promise<{ ca?: string }> {
  return file === undefined ? {} : { ca: await readFile(path.resolve(folder, file), 'utf8') };
}

function whyUnread(error: unknown): string | null {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR'
    ? `the file of \`ca\` cannot be read (${code}): correct its path or mode`
    : null;
}
