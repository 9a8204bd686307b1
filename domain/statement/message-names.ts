// The names of what people can say: signals, updates and statements share them. A released name never changes.
import type { Message } from './statement.schema.ts';

export const MESSAGE_NAMES: readonly Message[] = [
  'assess',
  'acknowledge',
  'handOff',
  'decide',
  'attest',
  'note',
  'pause',
  'adopt',
  'undo',
  'close',
];
