// `npm start`: the demo's local stack, kept up for your own alerts and calls until Ctrl-C.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { guardDutyFinding } from './alerts.ts';
import { Narrator } from './narrator.ts';
import { UNHURRIED } from './policies.ts';
import { accountsIn, Stage } from './stage.ts';
import { PEOPLE } from './staff.ts';
import { endOnSignals, Teardown } from './teardown.ts';

const teardown = new Teardown();
const narrator = new Narrator((text) => process.stdout.write(text));
endOnSignals(teardown, () => narrator.line('Stopping everything…'));

try {
  narrator.line('Starting a Temporal server, an AWS emulator, and five workers of custody…');
  const stage = await Stage.raise({ clocks: UNHURRIED }, teardown);
  const { estate } = stage;
  const service = stage.outsider('service', estate.service, [estate.secretId, estate.workId]);
  await service.saying(/"answer":"works"/);
  const alert = path.join(stage.folder, 'guardduty-finding.json');
  await writeFile(alert, `${JSON.stringify(guardDutyFinding(estate, new Date()), null, 2)}\n`);
  explain(stage, alert);
  const died = new Promise<never>((_, reject) =>
    [...stage.workers, service].forEach((program) => program.onDeath(reject)),
  );
  await died;
} catch (error) {
  if (!teardown.begun) narrator.line(error instanceof Error ? error.message : String(error));
  await teardown.run().catch(() => {});
  process.exit(1);
}

function explain(stage: Stage, alert: string): void {
  const { temporal, estate, folder, notices, logs, provider } = stage;
  const say = (text: string) => narrator.more(text);
  narrator.line('The stack is up. Ctrl-C stops all of it.');
  narrator.heading('What runs');
  say(`Temporal      ${temporal.address}, its UI: ${temporal.uiAddress ?? ''}`);
  say(
    `AWS emulator  ${estate.endpoint}, account ${estate.account}, region ${estate.region}, root credentials test/test`,
  );
  say(
    `Logins        ${provider.issuer}, an identity provider; user names and passwords: ${accountsIn(folder)}`,
  );
  say(`Identity      ${estate.user}, whose key ${estate.stolenKey.accessKeyId} a small service works with`);
  say(`Notices       ${notices}`);
  say(`Logs          ${logs}`);
  say(`Runbook       ${stage.runbook} (change it: new incidents begin with the change)`);
  narrator.heading('To use it from another terminal');
  for (const [name, value] of Object.entries(stage.shellOf('erin')))
    narrator.verbatim(`export ${name}=${value}`);
  const others = Object.entries(PEOPLE).map(([id, { name }]) => `  ${id.padEnd(6)} ${name}`);
  say(
    `You are ${PEOPLE.erin.name}; to be somebody else, set CUSTODY_KEY to another file in ${folder}/keys:\n${others.join('\n')}`,
  );
  say('Without CUSTODY_KEY you log in instead, with your browser, as whom you please.');
  narrator.heading('Then');
  say(`npx custody open ${alert}      # or an alert of your own: GuardDuty, AWS Health, generic`);
  say(
    'npx custody watch                # who holds it, until when, what silence will do, and the commands that answer',
  );
}
