// What the commands themselves refuse: one clear line that says what to do, and the exit code. Never carries a secret.
import type { ExitCode } from './exit-codes.ts';

export class CliFailure extends Error {
  override name = 'CliFailure';
  readonly exit: ExitCode;
  constructor(exit: ExitCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.exit = exit;
  }
}
