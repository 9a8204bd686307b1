// Which question a vote answers, for the commands that vote.

export const GATE_OPTION = [
  '--gate <gate>',
  'which question, by id or name (act, irreversible, close, pause, lower, waive, review), where several are open and --plan does not say it',
] as const;
