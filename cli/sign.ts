// Puts a person's name to one statement: shows what is being signed, asks, signs, sends. The plan's hash is computed here from the plan
// itself; a plan whose hash is not the one asked about is never signed. How it is signed (key, login, passkey) is cli/signer.ts's.
import { type Command, Option } from 'commander';
import type { CustodyClient, Draft } from '../client/index.ts';
import { hashOf } from '../domain/encoding/canonical.ts';
import { inWords } from '../domain/instant/instant.ts';
import type { IncidentView } from '../domain/incident/view.ts';
import { duration } from './command.ts';
import { CliFailure } from './failure.ts';
import { saidIn } from './screen/clock.ts';
import { indented } from './screen/columns.ts';
import { factLines, shortHash } from './screen/plan.ts';
import { shownPlanLines } from './screen/shown-plan.ts';
import { stepLines } from './screen/step.ts';
import { gateLines, markOf, ownerLine, pauseLine } from './screen/incident.ts';
import { ASSURED_BY, type Assuring, signerOf } from './signer.ts';
import type { Terminal } from './terminal.ts';

export interface SigningOptions extends Assuring {
  yes?: boolean;
  json?: boolean;
  /** Beginning of the plan's hash that the person saw. */
  plan?: string;
  /** Milliseconds. */
  valid: number;
}

const VALID = '15m';

/** The options of every command that signs. */
export function signing(command: Command, about: 'plan' | 'no plan'): Command {
  const signed = command
    .option('-y, --yes', 'sign without being asked')
    .addOption(
      new Option('--valid <duration>', 'how long the statement may be delivered')
        .argParser(duration)
        .default(duration(VALID), VALID),
    );
  for (const option of ASSURED_BY()) signed.addOption(option);
  return about === 'plan'
    ? signed.option('--plan <hash>', 'beginning of the hash of the plan that you saw: nothing else is signed')
    : signed;
}

/** Finds the incident, drafts from its view, shows (also what `about` adds), asks, signs, sends and says what came of it. */
export async function signAndSay(
  terminal: Terminal,
  incident: string,
  options: SigningOptions,
  draft: (view: IncidentView, client: typeof import('../client/index.ts')) => Draft,
  about: (view: IncidentView) => string[] = () => [],
): Promise<void> {
  const signer = await signerOf(terminal, options);
  const drafts = await import('../client/index.ts');
  const client = await terminal.client();
  const workflowId = await client.find(incident);
  const { view } = await client.incident(workflowId);
  const said = draft(view, drafts);
  const shown = shownBefore(view, workflowId, said, options, terminal.now(), about(view));
  // What is signed is shown on stderr: stdout holds the outcome alone.
  terminal.lines(shown, 'err');
  await agreed(terminal, options);
  const { stated } = await import('../authority/sign.ts');
  const saying = await signer.signed(
    (person) =>
      stated({
        person,
        incident: workflowId,
        firstRun: view.firstRun,
        ...said,
        now: terminal.now().toISOString(),
        validForMs: options.valid,
      }),
    shown,
  );
  tell(terminal, view, options, await client.say(workflowId, said.message, saying));
}

/** What the person puts their name to. Throws where the plan is not what is asked about. */
export function shownBefore(
  view: IncidentView,
  workflowId: string,
  draft: Draft,
  options: Pick<SigningOptions, 'plan' | 'valid'>,
  now: Date,
  about: string[],
): string[] {
  if (view.incident !== workflowId) {
    throw new CliFailure(
      'notSigned',
      `The answer is about ${view.incident}, not ${workflowId}. Nothing was signed.`,
    );
  }
  return [
    `${view.title} (${view.handle})${markOf(view)}`,
    ...(view.paused === null ? [] : [`  ${pauseLine(view.paused, now)}`]),
    `  owner  ${ownerLine(view, now)}`,
    ...planShown(view, draft, options.plan, now),
    ...askedShown(view, draft, now),
    ...about,
    'You sign',
    `  ${draft.message}${draft.answers === null ? '' : ` to ${draft.answers}`}${draft.plan === null ? '' : `, on ${weakeningIn(view, draft) === null ? 'plan' : 'what would become weaker:'} ${draft.plan}`}`,
    ...Object.entries(draft.body).map(([name, value]) => `  ${name}: ${inBody(value)}`),
    `  to be delivered within ${inWords(options.valid)}`,
  ];
}

function inBody(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join(', ');
}

/** What is agreed to by its own hash. An undo is agreed to by its plan, which is shown whole. */
function weakeningIn(view: IncidentView, { message, answers }: Draft) {
  const weakens = message === 'decide' ? view.gates.find(({ id }) => id === answers)?.weakens : null;
  return weakens == null || weakens.do === 'undo' ? null : weakens;
}

/** The question that is answered, and who has said what to it. A plan alone does not say what is asked about it. */
function askedShown(view: IncidentView, draft: Draft, now: Date): string[] {
  const gate = view.gates.find(({ id }) => id === draft.answers);
  return gate === undefined ? [] : gateLines(gate, now);
}

function planShown(view: IncidentView, draft: Draft, seen: string | undefined, now: Date): string[] {
  if (draft.plan === null) {
    if (seen === undefined) return [];
    throw new CliFailure(
      'notSigned',
      'No plan is asked about here, so none can be the one that you saw. Nothing was signed.',
    );
  }
  if (seen !== undefined && !(seen.length >= 6 && draft.plan.startsWith(seen.toLowerCase()))) {
    throw new CliFailure(
      'notSigned',
      `The plan asked about is ${draft.plan}, not the one that you saw (${seen}; at least 6 characters). Nothing was signed: ` +
        `look again (custody plan show ${view.handle}).`,
    );
  }
  // Of what would become weaker, the content itself is shown with the question, and its hash was computed from that.
  if (weakeningIn(view, draft) !== null) return [];
  const undoes = view.undo.flatMap((one) => one.shown ?? []);
  const shown = [...view.plans, ...undoes].find(({ hash }) => hash === draft.plan);
  const asked = ['assess', 'decide', 'undo'].includes(draft.message);
  if (shown === undefined) {
    if (!asked && draft.plan === view.planHash) return [];
    throw new CliFailure(
      'notSigned',
      `The incident does not show the plan ${draft.plan} that it asks about. Nothing was signed.`,
    );
  }
  const { plan } = shown;
  const hash = hashOf(plan);
  if (hash !== draft.plan) {
    throw new CliFailure(
      'notSigned',
      `The plan that is shown has the hash ${hash}, but ${draft.plan} is asked about. Nothing was signed. Tell the people who run custody.`,
    );
  }
  if (plan.incident !== view.incident || plan.firstRun !== view.firstRun) {
    throw new CliFailure(
      'notSigned',
      `The plan is for another incident (${plan.incident}). Nothing was signed.`,
    );
  }
  // Other words only name the plan that was approved; what it did so far says more then than the whole plan.
  if (!asked)
    return view.steps === null
      ? []
      : [`Plan ${shortHash(hash)}, approved`, ...indented(stepLines(view.steps, now))];
  return [...shownPlanLines(view, shown, now), ...factLines(view)];
}

export async function agreed(terminal: Terminal, options: Pick<SigningOptions, 'yes'>): Promise<void> {
  if (options.yes) return;
  if (!terminal.interactive) {
    throw new CliFailure('usage', 'Nobody is there to be asked: add --yes to sign without being asked.');
  }
  const answer = await terminal.ask('Sign this? [y/N] ');
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('notSigned', 'Nothing was signed.');
}

function tell(
  terminal: Terminal,
  view: IncidentView,
  options: SigningOptions,
  said: Awaited<ReturnType<CustodyClient['say']>>,
): void {
  if (options.json) {
    terminal.data(JSON.stringify({ incident: view.incident, handle: view.handle, ...said }));
    return;
  }
  if (said.outcome !== null) terminal.out(saidIn(said.outcome.says, terminal.now()));
  else if (said.by === 'signal') {
    terminal.out(`Sent; no worker has taken it yet. What comes of it: custody show ${view.handle}`);
  } else terminal.out(`Recorded, not judged yet. What comes of it: custody show ${view.handle}`);
}
