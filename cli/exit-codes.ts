// What the exit code of `custody` says. Scripts rely on it: a released code never changes its meaning.

export const EXIT_CODES = {
  done: [0, 'done'],
  unexpected: [1, 'something unexpected went wrong; CUSTODY_DEBUG=1 shows where'],
  usage: [2, 'the command was not understood, or something it needs is not set'],
  input: [3, 'nothing to read in the input, or the input was refused'],
  refused: [4, 'the incident heard it and refused'],
  notFound: [5, 'no such incident, or several fit what was typed'],
  unreachable: [6, 'Temporal cannot be reached, or no worker answers'],
  broken: [7, 'the record is broken: the first broken link is named'],
  notSigned: [8, 'nothing was signed: the plan is not the one that was shown, or you said no'],
  tooLate: [9, 'what was waited for did not come in time'],
  notReady: [10, 'something could not be contained today, or it could not be told'],
} as const satisfies Record<string, readonly [number, string]>;

export type ExitCode = keyof typeof EXIT_CODES;

export const exitNumber = (code: ExitCode): number => EXIT_CODES[code][0];
