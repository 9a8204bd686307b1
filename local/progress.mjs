// Says what the set-up is doing and how long it may take: one line that is rewritten on a terminal, now and then a line elsewhere.

const REPORT_MS = 20_000;

/** @param {number} ms @returns {string} minutes and seconds */
export function clock(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** @typedef {{ say: (note: string) => void, done: (note: string) => void }} Task */

export class Progress {
  /** @type {Map<string, { since: number, aboutMs: number, note: string }>} */
  #tasks = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #out = process.stdout;
  #drawn = false;

  /** @param {string} line */
  line(line) {
    this.#wipe();
    this.#out.write(`${line}\n`);
  }

  /**
   * @param {string} name
   * @param {number} aboutMs the estimate
   * @returns {Task}
   */
  task(name, aboutMs) {
    const task = { since: Date.now(), aboutMs, note: '' };
    this.#tasks.set(name, task);
    this.#timer ??= setInterval(() => this.#show(), this.#out.isTTY ? 1_000 : REPORT_MS).unref();
    return {
      say: (note) => {
        task.note = note;
      },
      done: (note) => {
        this.#tasks.delete(name);
        if (this.#tasks.size === 0) this.stop();
        this.line(`  ${name}: ${note} (${clock(Date.now() - task.since)})`);
      },
    };
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tasks.clear();
    this.#wipe();
  }

  #show() {
    const parts = [...this.#tasks].map(([name, { since, aboutMs, note }]) => {
      const about = `${clock(Date.now() - since)} of about ${clock(aboutMs)}`;
      return `${name}: ${note === '' ? '' : `${note}, `}${about}`;
    });
    if (this.#out.isTTY) {
      this.#wipe();
      this.#drawn = true;
      this.#out.write(`  … ${parts.join(' | ')}`.slice(0, (this.#out.columns ?? 80) - 1));
    } else {
      for (const part of parts) this.#out.write(`  … ${part}\n`);
    }
  }

  #wipe() {
    if (this.#drawn) this.#out.write('\r\x1b[2K');
    this.#drawn = false;
  }
}
