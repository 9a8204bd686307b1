// The text of a statement before it is signed, by whatever proves it.
import { CliFailure } from './failure.ts';

/** What was typed may be impossible to say: an empty reason, a life of more than seven days. */
export function sayable(state: (person: string) => string, person: string): string {
  try {
    return state(person);
  } catch (error) {
    throw error instanceof TypeError ? new CliFailure('usage', error.message, { cause: error }) : error;
  }
}
