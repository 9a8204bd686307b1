// The names of what people can say: signals, updates and statements share them. A released name never changes.
export const MESSAGES = [
  'assess',
  'acknowledge',
  'handOff',
  'decide',
  'attest',
  'followUp',
  'note',
  'pause',
  'adopt',
  'undo',
  'close',
] as const;

export type Message = (typeof MESSAGES)[number];

export const MESSAGE_NAMES: readonly Message[] = MESSAGES;
