// What kind of approval a decision is: the SOC's assessment, a word that asks for an undo, a vote at a gate, or one by somebody who broke
// the glass.
import type { Statement } from '../../domain/statement/statement.schema.ts';

export const isAssessment = ({ message }: Statement): boolean => message === 'assess';

export const asksForUndo = ({ message }: Statement): boolean => message === 'undo';

export const brokeTheGlass = ({ message, body }: Statement): boolean =>
  message === 'decide' && body['breakGlass'] === true;

/** `act-2` is an asking of the gate `act`. */
export const isOf = (answers: string | null, gate: string): boolean =>
  answers !== null && new RegExp(`^${gate}-[1-9][0-9]*$`).test(answers);
