// What must hold in a runbook beyond its shape, so that no incident can get stuck on it. All findings are told at once.
import { automaticRunbookChecks } from './runbook/automatic.ts';
import { calendarChecks } from './runbook/calendars.ts';
import type { RunbookCheck } from './runbook/check.ts';
import { classChecks } from './runbook/classes.ts';
import { ladderChecks } from './runbook/ladders.ts';
import { machineChecks } from './runbook/machines.ts';
import { partyChecks } from './runbook/parties.ts';
import { progressChecks } from './runbook/progress.ts';
import { protectionChecks } from './runbook/protection.ts';
import { reachChecks } from './runbook/reach.ts';

export const runbookChecks: readonly RunbookCheck[] = [
  ...partyChecks,
  ...machineChecks,
  ...ladderChecks,
  ...calendarChecks,
  ...classChecks,
  ...progressChecks,
  ...automaticRunbookChecks,
  ...protectionChecks,
  ...reachChecks,
];
