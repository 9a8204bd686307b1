// What has been brought up is taken down again, the last first, once, and whatever fails on the way.
export class Teardown {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | undefined;

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  get begun(): boolean {
    return this.#running !== undefined;
  }

  /** May be called again: there is one end. */
  run(): Promise<void> {
    this.#running ??= this.#takeDown();
    return this.#running;
  }

  async #takeDown(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      await step().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Not everything could be stopped.');
  }
}

const NUMBERS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** A signal takes everything down and ends the process, at whatever point it comes; so does a reader who has gone (`… | head`). */
export function endOnSignals(teardown: Teardown, before: () => void): void {
  let ending = false;
  const end = (code: number) => {
    if (ending) return;
    ending = true;
    before();
    const exit = () => process.exit(code);
    teardown.run().then(exit, exit);
  };
  for (const [signal, number] of Object.entries(NUMBERS)) process.on(signal, () => end(128 + number));
  process.stdout.on('error', () => end(1));
}
