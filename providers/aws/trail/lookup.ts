// `LookupEvents` of CloudTrail, at the pace that AWS allows (two calls a second in an account and region) and no further than a look may
// take: whoever waits for the plan must not wait for the log. What is not read is said.
import {
  LookupEventsCommand,
  type LookupAttributeKey,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { type Instant, epochMs } from '../../../domain/instant/instant.ts';
import { ProviderError } from '../../../domain/provider/provider.ts';
import type { Aws } from '../clients.ts';
import { eventOf, type TrailEvent } from './event.ts';

export const TRAIL_PERMISSIONS = ['cloudtrail:LookupEvents'] as const;

export const MOST_PAGES = 50;
const MOST_MS = 40_000;
const PACE_MS = 500;
const PATIENCE_MS: readonly number[] = [1_000, 2_000, 4_000];

export interface Asked {
  region: string;
  by: LookupAttributeKey;
  value: string;
}

export class Lookup {
  readonly unread = new Set<string>();
  readonly #aws: Aws;
  readonly #since: Instant;
  readonly #began: number;
  readonly #seen = new Set<string>();
  #pages = 0;
  #stopped = false;

  constructor(aws: Aws, since: Instant) {
    this.#aws = aws;
    this.#since = since;
    this.#began = aws.clock.now();
  }

  /** Those that no earlier call of this has given. */
  async events({ region, by, value }: Asked): Promise<TrailEvent[]> {
    const found: TrailEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#page(region, {
        LookupAttributes: [{ AttributeKey: by, AttributeValue: value }],
        StartTime: new Date(epochMs(this.#since)),
        MaxResults: 50,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      if (page === null) break;
      for (const { CloudTrailEvent } of page.Events ?? []) {
        const event = eventOf(CloudTrailEvent);
        if (event === null) this.unread.add('Some events cannot be understood and are not counted.');
        else if (!this.#seen.has(event.id)) {
          this.#seen.add(event.id);
          found.push(event);
        }
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found;
  }

  async #page(region: string, input: LookupEventsCommandInput) {
    const { clock, withoutTrail } = this.#aws;
    if (withoutTrail) {
      this.unread.add('It is not looked up.');
      return null;
    }
    for (const wait of [...PATIENCE_MS, null]) {
      if (this.#stopped) return null;
      if (this.#pages >= MOST_PAGES || clock.now() - this.#began > MOST_MS) {
        this.#stopped = true;
        this.unread.add(`There is more than ${this.#pages} pages, and the rest was not read.`);
        return null;
      }
      if (this.#pages > 0) await clock.pause(PACE_MS);
      this.#pages += 1;
      try {
        return await this.#aws.trail(region).send(new LookupEventsCommand(input));
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        if (error.sort === 'throttled' && wait !== null) {
          await clock.pause(wait);
          continue;
        }
        this.#notRead(region, error);
        return null;
      }
    }
    return null;
  }

  #notRead(region: string, { sort, permission }: ProviderError): void {
    if (sort === 'denied') {
      // Without it there is nothing to read in any region.
      this.#stopped = true;
      this.unread.add(`It could not be read: ${permission ?? "the checker's own credentials"} is denied.`);
    } else if (sort === 'throttled') {
      this.#stopped = true;
      this.unread.add(
        'It could not be read to the end: AWS takes no more calls of LookupEvents at the moment.',
      );
    } else {
      this.unread.add(`CloudTrail gave no usable answer in ${region}.`);
    }
  }
}
