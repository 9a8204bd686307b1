// Watches one incident and the notices that people get, and tells both as they change. Reads only.
import { setTimeout as pause } from 'node:timers/promises';
import type { IncidentView } from '../../domain/incident/view.ts';
import type { Narrator } from './narrator.ts';
import type { Stage } from './stage.ts';
import { telling } from './telling.ts';

const EVERY_MS = 300;
/** Longer than this nothing here lasts, save a person who reads. */
const PATIENCE_MS = 150_000;

export class Watching {
  readonly #stage: Stage;
  readonly #workflowId: string;
  readonly #narrator: Narrator;
  readonly #patienceMs: number;
  readonly told: { to: string; person: string | null; says: string; at: string }[] = [];
  #view: IncidentView | null = null;

  constructor(stage: Stage, workflowId: string, narrator: Narrator, patienceMs = PATIENCE_MS) {
    this.#stage = stage;
    this.#workflowId = workflowId;
    this.#narrator = narrator;
    this.#patienceMs = patienceMs;
  }

  /** Looks until there is an answer. Throws with what is waited for where none comes. */
  async until<T>(found: (view: IncidentView) => T | null | false): Promise<T> {
    const deadline = Date.now() + this.#patienceMs;
    for (;;) {
      const view = await this.look();
      const answer = view === null ? null : found(view);
      if (answer !== null && answer !== false) return answer;
      if (Date.now() > deadline) {
        const waits = view?.waitingFor.join('; ') ?? 'the orchestrator to answer';
        throw new Error(`The incident does not go on. It waits for: ${waits}`);
      }
      await pause(EVERY_MS);
    }
  }

  /** null: no worker answers yet. */
  async look(): Promise<IncidentView | null> {
    const view = await this.#stage.client.incident(this.#workflowId).then(
      (found) => found.view,
      (error: unknown) => {
        if (error instanceof Error && error.name === 'NobodyWorking') return null;
        throw error;
      },
    );
    if (view === null) return null;
    await this.#hearNotices(view.title);
    for (const { text, more = [] } of telling(this.#view, view, new Date())) {
      this.#narrator.line(text);
      for (const one of more) this.#narrator.more(one);
    }
    this.#view = view;
    return view;
  }

  /** The title, with which each notice begins, is known by now. */
  async #hearNotices(title: string): Promise<void> {
    const all = await this.#stage.noticesSoFar();
    for (const notice of all.slice(this.told.length)) {
      this.told.push(notice);
      const to = notice.person === null ? notice.to : `${notice.person} (${notice.to})`;
      this.#narrator.line(`notice to ${to}: ${notice.says.replace(title, '').replace(/^( \(\w+\))?: /, '')}`);
    }
  }
}
