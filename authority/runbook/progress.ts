// What keeps an incident going beside its ladders: reminders, the inward clock, steps by hand, follow-ups. Each must be able to matter.
import { durationMs } from '../../domain/instant/instant.ts';
import { eachClass, eachTerms, PHASES, unless, type RunbookCheck } from './check.ts';

const remindersComeInTime: RunbookCheck = {
  name: 'remindersComeInTime',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachTerms(runbook, ({ act }, path, { remind }) =>
      unless(
        remind === undefined || durationMs(remind) < durationMs(act),
        [...path.slice(0, 4), 'remind'],
        `nobody would be reminded: the act clock is over after ${act}, and the first reminder comes after ${remind ?? ''}; make it shorter`,
      ),
    ),
};

const inwardClocksRunInTime: RunbookCheck = {
  name: 'inwardClocksRunInTime',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachTerms(runbook, ({ act }, path, { inward }) =>
      unless(
        inward === undefined || durationMs(inward.every) < durationMs(act),
        [...path.slice(0, 4), 'inward', 'every'],
        `${inward?.party ?? ''} would be told for the first time when the act clock (${act}) is over: make it shorter`,
      ),
    ),
};

const inwardClocksAreAnothers: RunbookCheck = {
  name: 'inwardClocksAreAnothers',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ clocks, holders }, path) =>
      PHASES.flatMap((phase) => {
        const { inward } = clocks[phase];
        return unless(
          inward === undefined || inward.party !== holders[phase],
          [...path, 'clocks', phase, 'inward', 'party'],
          `${holders[phase]} holds ${phase} itself: an inward clock is for a party that keeps the outcome while another holds it`,
        );
      }),
    ),
};

/** Whoever says that it is done must not be whoever says that it was seen. */
const stepsByHandAreConfirmedByOthers: RunbookCheck = {
  name: 'stepsByHandAreConfirmedByOthers',
  file: 'runbook.yaml',
  check: (runbook) =>
    eachClass(runbook, ({ byHand }, path) =>
      byHand.flatMap(({ party, confirms }, i) =>
        unless(
          party !== confirms,
          [...path, 'byHand', i, 'confirms'],
          `${party} would confirm its own step: \`confirms\` names another party (soc, where nothing stands)`,
        ),
      ),
    ),
};

const followUpsAreToldAgain: RunbookCheck = {
  name: 'followUpsAreToldAgain',
  file: 'runbook.yaml',
  check: ({ followUps: { due, exposure, repeat } }) =>
    unless(
      durationMs(repeat) <= Math.min(durationMs(due), durationMs(exposure)),
      ['followUps', 'repeat'],
      `told again every ${repeat}, which is longer than the whole clock (${due}, and ${exposure} for an exposure): make it shorter`,
    ),
};

export const progressChecks: readonly RunbookCheck[] = [
  remindersComeInTime,
  inwardClocksRunInTime,
  inwardClocksAreAnothers,
  stepsByHandAreConfirmedByOthers,
  followUpsAreToldAgain,
];
