// People answer an incident, each what is theirs, as the demo's script has them, through the command line; the SOC closes what is done.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { IncidentView } from '../../domain/incident/view.ts';
import { nextWord, type Word } from '../../local/demo/script.ts';
import type { Stage } from '../../local/demo/stage.ts';
import { custody } from '../cli/a-terminal.ts';
import type { Person } from '../../local/demo/staff.ts';

const PATIENCE_MS = 90_000;
const EVERY_MS = 200;

/** What `custody` prints, run in this process by the person's own key; it must succeed. */
export async function typed(
  { client, shell, staff }: Stage,
  args: readonly string[],
  { person, files = {} }: { person?: Person; files?: Record<string, string> } = {},
): Promise<string> {
  const { exit, out, err } = await custody(args, {
    env: { ...shell, ...(person === undefined ? {} : { CUSTODY_KEY: staff.keyFile(person) }) },
    files,
    now: () => new Date(),
    client: {
      detect: (detection) => client.detect(detection),
      say: (...said) => client.say(...said),
      incident: (id) => client.incident(id),
      find: (text) => client.find(text),
    },
  });
  expect({ args, exit, err: exit === 0 ? '' : err }).toEqual({ args, exit: 0, err: '' });
  return out;
}

/** The incident that an alert opens. */
export async function opened(stage: Stage, alert: Record<string, unknown>): Promise<string> {
  const files = { 'alert.json': JSON.stringify(alert) };
  const out = await typed(stage, ['open', 'alert.json', '--json'], { files });
  return (JSON.parse(out) as { incident: string }).incident;
}

/** Looks until it is so. `why`: what it waited for where it never is. */
export async function until(
  stage: Stage,
  incident: string,
  ready: (view: IncidentView) => boolean,
): Promise<IncidentView> {
  return answering(stage, incident, ready, () => null);
}

/** Everybody says what is theirs until it is so. */
export async function answered(
  stage: Stage,
  incident: string,
  ready: (view: IncidentView) => boolean,
): Promise<IncidentView> {
  return answering(stage, incident, ready, (view) => nextWord(view) ?? closeIt(view));
}

async function answering(
  stage: Stage,
  incident: string,
  ready: (view: IncidentView) => boolean,
  next: (view: IncidentView) => Pick<Word, 'person' | 'args' | 'answers'> | null,
): Promise<IncidentView> {
  const said = new Set<string>();
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { view } = await stage.client.incident(incident);
    if (ready(view)) return view;
    const word = next(view);
    if (word !== null && !said.has(word.answers)) {
      said.add(word.answers);
      await typed(stage, [...word.args, '--yes'], { person: word.person });
      continue;
    }
    if (Date.now() > deadline)
      throw new Error(
        `${view.title} does not go on. It waits for: ${view.waitingFor.join('; ')}\n${JSON.stringify({
          said: [...said],
          steps: view.steps,
          gates: view.gates,
          hold: view.hold,
          offer: view.offer,
        })}`,
      );
    await pause(EVERY_MS);
  }
}

function closeIt({ gates, handle }: IncidentView): Pick<Word, 'person' | 'args' | 'answers'> | null {
  const gate = gates.find(({ name }) => name === 'close');
  if (gate === undefined) return null;
  const person = gate.votes.some((vote) => vote.person === 'erin') ? 'sam' : 'erin';
  return {
    person,
    args: ['close', handle, '--reason', 'all is done and seen'],
    answers: `${gate.id} by ${person}`,
  };
}

/** Its record as it is printed, verified by the runbook, without a server. Record and metrics stay in the stage's folder. */
export async function verified(stage: Stage, incident: string): Promise<string> {
  const key = incident.slice('incident/'.length);
  const files = { 'record.jsonl': await typed(stage, ['record', 'show', key]) };
  const metrics = await typed(stage, ['report', 'metrics', 'record.jsonl', '--json'], { files });
  const kept = path.join(stage.folder, encodeURIComponent(key));
  await writeFile(`${kept}.jsonl`, files['record.jsonl']);
  await writeFile(`${kept}.metrics.json`, metrics);
  return typed(stage, ['record', 'verify', 'record.jsonl', '--runbook', stage.runbook], { files });
}
