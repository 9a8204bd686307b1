// Every command of `custody`, a line each. A new command is a file and a line here.
import type { CommandFile } from './command.ts';

export interface Entry {
  name: string;
  says: string;
  load(): Promise<CommandFile>;
}

const entry = (name: string, says: string, load: () => Promise<{ default: CommandFile }>): Entry => ({
  name,
  says,
  load: async () => (await load()).default,
});

export const COMMANDS: readonly Entry[] = [
  entry('open', 'open incidents from a file of alerts', () => import('./open.ts')),
  entry('show', 'show an incident: owner, due, plan, and what answers it', () => import('./show.ts')),
  entry('watch', 'watch an incident live', () => import('./watch.ts')),
  entry('ack', 'take an incident, or accept a hand-off', () => import('./ack.ts')),
  entry('decline', 'decline a hand-off', () => import('./decline.ts')),
  entry(
    'assess',
    'say whether it is real and choose the plan, or correct what is known',
    () => import('./assess.ts'),
  ),
  entry('approve', 'approve what is asked about', () => import('./approve.ts')),
  entry('reject', 'reject what is asked about', () => import('./reject.ts')),
  entry('withdraw', 'take your own approval back', () => import('./withdraw.ts')),
  entry('hand-off', 'offer the incident to another party or person', () => import('./hand-off.ts')),
  entry(
    'attest',
    'say whether the service works, or that a step by hand is done',
    () => import('./attest.ts'),
  ),
  entry('follow-up', 'add what is left to do, or say what became of it', () => import('./follow-up.ts')),
  entry('note', 'add a note to the record', () => import('./note.ts')),
  entry('pause', 'ask that the clocks stand for a while', () => import('./pause.ts')),
  entry('undo', 'undo steps that were done', () => import('./undo.ts')),
  entry('close', 'close the incident', () => import('./close.ts')),
  entry('incident list', 'list incidents', () => import('./incident-list.ts')),
  entry('plan show', 'show the plans of an incident, without acting', () => import('./plan-show.ts')),
  entry('readiness', 'say what could not be contained today, and why', () => import('./readiness.ts')),
  entry('record show', "print an incident's record", () => import('./record-show.ts')),
  entry('record verify', 'verify a record offline', () => import('./record-verify.ts')),
  entry(
    'report coverage',
    'say which outcomes of security frameworks a runbook or a record covers',
    () => import('./report-coverage.ts'),
  ),
  entry('report metrics', 'say how custody went, over records', () => import('./report-metrics.ts')),
  entry(
    'report observed',
    'say what incidents in observe mode would have done',
    () => import('./report-observed.ts'),
  ),
  entry('runbook check', 'check a runbook folder', () => import('./runbook-check.ts')),
  entry(
    'runbook explain',
    'say what a runbook would do about an alert',
    () => import('./runbook-explain.ts'),
  ),
  entry('runbook adopt', 'move a running incident to the newest runbook', () => import('./runbook-adopt.ts')),
  entry('runbook sign', 'sign a policy folder, as one of several', () => import('./runbook-sign.ts')),
  entry('runbook new', 'write a small runbook folder to begin with', () => import('./runbook-new.ts')),
  entry('runbook schema', 'print the JSON Schema of a policy file', () => import('./runbook-schema.ts')),
  entry(
    'authority explain',
    'say who may say what, and by which policy',
    () => import('./authority-explain.ts'),
  ),
  entry('key new', 'make a key to sign with', () => import('./key-new.ts')),
  entry('key show', 'show the public half of a key, for the directory', () => import('./key-show.ts')),
  entry('whoami', 'say whose key this is, and what the directory knows of it', () => import('./whoami.ts')),
  entry('audit verify', 'verify an audit log offline', () => import('./audit-verify.ts')),
  entry(
    'login check',
    'say what your identity provider can prove, and whose login yours is',
    () => import('./login-check.ts'),
  ),
  entry('passkey add', 'make a passkey, and say that it is yours', () => import('./passkey-add.ts')),
  entry(
    'passkey approve',
    "vouch for somebody's new passkey, and print its entry for the directory",
    () => import('./passkey-approve.ts'),
  ),
  entry('intake', 'read alerts and print what they say', () => import('./intake.ts')),
  entry('setup', 'create on Temporal what incidents need', () => import('./setup.ts')),
  entry('worker', 'run a worker', () => import('./worker.ts')),
];
